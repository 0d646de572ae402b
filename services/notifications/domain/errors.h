// Every refusal of the notifications service.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/errors.h"

namespace throughline::notifications {

// The same in every service.
using core::CheckIds;
using core::DistrictUnknown;
using core::IdInvalid;
using core::TextTooLong;
using core::VersionStale;

core::Error AlertUnknown(std::string_view alert);               // ALERT_UNKNOWN
core::Error AlertResolved(std::string_view alert);              // ALERT_RESOLVED
core::Error WhoMissing(std::string_view field);                 // WHO_MISSING
core::Error DurationInvalid();                                  // DURATION_INVALID
core::Error SpanInvalid();                                      // SPAN_INVALID
core::Error SilenceUnknown(std::string_view silence);           // SILENCE_UNKNOWN
core::Error SubscriptionUnknown(std::string_view id);           // SUBSCRIPTION_UNKNOWN
core::Error ChannelMissing();                                   // CHANNEL_MISSING
core::Error KindsInvalid(std::string_view field, int at_most);  // KINDS_INVALID
core::Error LevelsInvalid(std::string_view field);              // LEVELS_INVALID
core::Error TooMany(std::string_view what, size_t at_most);     // TOO_MANY
core::Error WebhookUrlInvalid();                                // WEBHOOK_URL_INVALID
core::Error ChannelContradicted(std::string_view field);        // CHANNEL_CONTRADICTED
core::Error AddressesInvalid(int at_most);                      // ADDRESSES_INVALID
core::Error HourInvalid();                                      // HOUR_INVALID
core::Error OverlapInvalid();                                   // OVERLAP_INVALID
core::Error NotAWebhook(std::string_view subscription);         // NOT_A_WEBHOOK
core::Error SubscriptionEnded(std::string_view subscription);   // SUBSCRIPTION_ENDED
core::Error DeadLetterUnknown(std::string_view delivery);       // DEAD_LETTER_UNKNOWN
core::Error UnsubscribeTokenInvalid();                          // UNSUBSCRIBE_TOKEN_INVALID
core::Error MailNotSent();                                      // MAIL_NOT_SENT

}  // namespace throughline::notifications
