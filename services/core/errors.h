// Every failure that core itself reports, by name, and the refusals that are the same in every
// service. What only one service refuses is in its domain/errors.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::core {

// Both are CALENDAR_INVALID; `term` is the position of the term at fault, from 0.
Error TermReversed(size_t term);
Error TermOutOfOrder(size_t term);  // begins before the one before it has ended

// INVALID_ARGUMENT and FAILED_PRECONDITION, of a field or of none.
Error Invalid(std::string_view reason, std::string_view field, std::string message);
Error Precondition(std::string_view reason, std::string_view field, std::string message);
// NOT_FOUND: there is no `what` of this id; `advice` ends the sentence. An id that is left out is
// INVALID_ARGUMENT, ID_MISSING.
Error NotFound(std::string_view reason, std::string_view field, std::string_view what,
               std::string_view id, std::string_view advice);
// The same, when reason and field are called what they name: PLAN_UNKNOWN of a `plan`.
Error Unknown(std::string_view what, std::string_view id);

Error IdInvalid(std::string_view field);                          // ID_INVALID
Error TextTooLong(std::string_view field, size_t bytes_at_most);  // TEXT_TOO_LONG
Error TextNotPrintable(std::string_view field);                   // TEXT_NOT_PRINTABLE
Error DistrictUnknown(std::string_view district);                 // DISTRICT_UNKNOWN
Error SchoolUnknown(std::string_view school);                     // SCHOOL_UNKNOWN
// VERSION_STALE, ABORTED
Error VersionStale(std::string_view field, int64_t expected, int64_t current);

struct NamedId {
  std::string_view field;
  std::string_view id;
  bool may_be_left_out = false;
};
// IdInvalid for the first of these that is no id; nullopt when all are.
std::optional<Error> CheckIds(std::initializer_list<NamedId> ids);

}  // namespace throughline::core
