#include "notifications/domain/errors.h"

#include <fmt/format.h>

namespace throughline::notifications {

using core::Code;
using core::Error;
using core::Invalid;
using core::NotFound;

Error AlertUnknown(std::string_view alert) { return core::Unknown("alert", alert); }

Error AlertResolved(std::string_view alert) {
  return {Code::kFailedPrecondition, "ALERT_RESOLVED",
          fmt::format("The alert {} is resolved.", alert), "alert"};
}

Error WhoMissing(std::string_view field) {
  return Invalid("WHO_MISSING", field, fmt::format("{} says who; it is missing.", field));
}

Error DurationInvalid() {
  return Invalid("DURATION_INVALID", "duration_s",
                 "duration_s must be from 60 to 2592000 seconds.");
}

Error SpanInvalid() {
  return Invalid(
      "SPAN_INVALID", "silence.ends_at_ms",
      "ends_at_ms must be after starts_at_ms, in the future, and at most 366 days ahead.");
}

Error SilenceUnknown(std::string_view silence) { return core::Unknown("silence", silence); }

Error SubscriptionUnknown(std::string_view id) { return core::Unknown("subscription", id); }

Error ChannelMissing() {
  return Invalid("CHANNEL_MISSING", "subscription.channel", "Say how the subscriber is notified.");
}

Error KindsInvalid(std::string_view field, int at_most) {
  return Invalid("KINDS_INVALID", field,
                 fmt::format("{} must be kinds of alerts, at most {}.", field, at_most));
}

Error LevelsInvalid(std::string_view field) {
  return Invalid("LEVELS_INVALID", field,
                 fmt::format("{} must be levels such as LEVEL_SCHOOL, each once.", field));
}

Error TooMany(std::string_view what, size_t at_most) {
  return {Code::kFailedPrecondition, "TOO_MANY",
          fmt::format("A district may have at most {} {}.", at_most, what), ""};
}

Error WebhookUrlInvalid() {
  return Invalid("WEBHOOK_URL_INVALID", "subscription.webhook.url",
                 "The url must be an https address of at most 2000 bytes, without user, password "
                 "and fragment.");
}

Error ChannelContradicted(std::string_view field) {
  return Invalid("CHANNEL_CONTRADICTED", field, fmt::format("{} is of another channel.", field));
}

Error AddressesInvalid(int at_most) {
  return Invalid("ADDRESSES_INVALID", "subscription.digest.addresses",
                 fmt::format("addresses must be 1 to {} different e-mail addresses.", at_most));
}

Error HourInvalid() {
  return Invalid("HOUR_INVALID", "subscription.digest.hour", "hour must be from 0 to 23.");
}

Error OverlapInvalid() {
  return Invalid("OVERLAP_INVALID", "overlap_s", "overlap_s must be from 0 to 2592000 seconds.");
}

Error NotAWebhook(std::string_view subscription) {
  return {Code::kFailedPrecondition, "NOT_A_WEBHOOK",
          fmt::format("The subscription {} is no webhook.", subscription), "subscription"};
}

Error SubscriptionEnded(std::string_view subscription) {
  return {Code::kFailedPrecondition, "SUBSCRIPTION_ENDED",
          fmt::format("The subscription {} was deleted, disabled, or is of another channel by now.",
                      subscription),
          "delivery"};
}

Error DeadLetterUnknown(std::string_view delivery) {
  return NotFound("DEAD_LETTER_UNKNOWN", "delivery", "delivery", delivery, "");
}

Error UnsubscribeTokenInvalid() {
  return Invalid("UNSUBSCRIBE_TOKEN_INVALID", "token", "This is not a link to unsubscribe with.");
}

Error MailNotSent() {
  return {Code::kFailedPrecondition, "MAIL_NOT_SENT",
          "This installation sends no mail: its configuration names no mail server.",
          "subscription.channel"};
}

}  // namespace throughline::notifications
