#include "gateway/intake/pushed.h"

namespace throughline::gateway {

std::string_view NameOf(const ItemOutcome& outcome) {
  switch (outcome.outcome) {
    case evidence::v1::RESULT_OUTCOME_ACCEPTED:
      return "accepted";
    case evidence::v1::RESULT_OUTCOME_DUPLICATE:
      return "duplicate";
    case evidence::v1::RESULT_OUTCOME_CORRECTED:
      return "corrected";
    case evidence::v1::RESULT_OUTCOME_QUARANTINED:
      return "quarantined";
    case evidence::v1::RESULT_OUTCOME_UNSCORED:
      return "unscored";
    default:
      return "rejected";
  }
}

}  // namespace throughline::gateway
