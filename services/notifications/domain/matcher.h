// Which alerts a silence or a subscription is about. Pure.
#pragma once

#include <optional>

#include "core/result.h"
#include "throughline/notifications/v1/alert.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

// An alert of a school is matched by one that names a team of it only when its levels say schools.
bool Matches(const v1::Matcher& matcher, const v1::Alert& alert);
// The same of those that whose subscription it is may hear of.
bool IsAbout(const v1::Subscription& subscription, const v1::Alert& alert);
// The first thing wrong with a matcher; nullopt when nothing is.
std::optional<core::Error> Check(const v1::Matcher& matcher, const std::string& field);
// LEVELS_INVALID unless each is a level, and is there once.
std::optional<core::Error> CheckLevels(const google::protobuf::RepeatedField<int>& levels,
                                       const std::string& field);

}  // namespace throughline::notifications
