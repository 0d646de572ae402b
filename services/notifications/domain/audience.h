// Who hears of which alerts: those about students' privacy (LEVEL_PRIVACY) are for privacy officers
// and district administrators; to everybody else it is as if there were none. Privacy officers hear
// of no others. Pure.
#pragma once

#include <google/protobuf/message.h>

#include "throughline/common/v1/access.pb.h"
#include "throughline/notifications/v1/alert.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

enum class Audience { kEverything, kAllButPrivacy, kPrivacyOnly };

// Of an installation without credentials, where callers have no role, everything.
Audience AudienceOf(common::v1::Role role);
// Of nobody's subscription, and so of those of an installation without credentials, everything.
Audience AudienceOf(const v1::Subscription& subscription);

bool Hears(Audience audience, common::v1::Level level);
bool Hears(Audience audience, const v1::Alert& alert);
// Of an event, as streams say it: whether it is about an alert, or an access, that the audience
// hears of. An event about neither is heard by all but those who hear of privacy only.
bool HearsOf(Audience audience, const google::protobuf::Message& event);

}  // namespace throughline::notifications
