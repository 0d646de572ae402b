// Every refusal that has to do with offers.
#pragma once

#include <string_view>

#include "core/errors.h"
#include "throughline/cycles/v1/offer.pb.h"

namespace throughline::cycles {

core::Error OfferUnknown(std::string_view offer);  // OFFER_UNKNOWN
core::Error OfferAnswerMissing();                  // ANSWER_MISSING
core::Error DeclineReasonMissing();                // REASON_MISSING
// OFFER_ANSWERED
core::Error OfferAnswered(std::string_view offer, v1::OfferState state);
core::Error OfferLapsed(std::string_view offer, std::string_view last_day);  // OFFER_LAPSED

}  // namespace throughline::cycles
