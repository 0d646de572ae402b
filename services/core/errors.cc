#include "core/errors.h"

#include <fmt/format.h>

namespace throughline::core {

Error TermReversed(size_t term) {
  return {Code::kInvalidArgument, "CALENDAR_INVALID", "A term ends on or after the day it begins.",
          fmt::format("calendar.terms[{}].last", term)};
}

Error TermOutOfOrder(size_t term) {
  return {Code::kInvalidArgument, "CALENDAR_INVALID", "Terms are in order and do not overlap.",
          fmt::format("calendar.terms[{}].first", term)};
}

}  // namespace throughline::core
