#include "cycles/domain/offers/errors.h"

#include <fmt/format.h>

#include "disclosure/enum_words.h"

namespace throughline::cycles {

using core::Error;
using core::Invalid;
using core::Precondition;

Error OfferUnknown(std::string_view offer) {
  return core::NotFound("OFFER_UNKNOWN", "offer", "offer", offer, "");
}

Error OfferAnswerMissing() {
  return Invalid("ANSWER_MISSING", "answer", "Take the offer up or decline it.");
}

Error DeclineReasonMissing() {
  return Invalid("REASON_MISSING", "reason", "Say why the offer is declined.");
}

Error OfferAnswered(std::string_view offer, v1::OfferState state) {
  return Precondition("OFFER_ANSWERED", "answer",
                      fmt::format("The offer {} is {} already.", offer, disclosure::WordOf(state)));
}

Error OfferLapsed(std::string_view offer, std::string_view last_day) {
  return Precondition(
      "OFFER_LAPSED", "offer",
      fmt::format("The offer {} has lapsed; it could be answered until {}.", offer, last_day));
}

}  // namespace throughline::cycles
