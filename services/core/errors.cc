#include "core/errors.h"

#include <fmt/format.h>

#include "core/ids.h"

namespace throughline::core {

Error TermReversed(size_t term) {
  return Invalid("CALENDAR_INVALID", fmt::format("calendar.terms[{}].last", term),
                 "A term ends on or after the day it begins.");
}

Error TermOutOfOrder(size_t term) {
  return Invalid("CALENDAR_INVALID", fmt::format("calendar.terms[{}].first", term),
                 "Terms are in order and do not overlap.");
}

Error Invalid(std::string_view reason, std::string_view field, std::string message) {
  return {Code::kInvalidArgument, std::string(reason), std::move(message), std::string(field)};
}

Error Precondition(std::string_view reason, std::string_view field, std::string message) {
  return {Code::kFailedPrecondition, std::string(reason), std::move(message), std::string(field)};
}

Error NotFound(std::string_view reason, std::string_view field, std::string_view what,
               std::string_view id, std::string_view advice) {
  if (id.empty()) return Invalid("ID_MISSING", field, fmt::format("{} is missing.", field));
  return {Code::kNotFound, std::string(reason),
          fmt::format("There is no {} {}{}.", what, id, advice), std::string(field)};
}

Error Unknown(std::string_view what, std::string_view id) {
  std::string reason(what);
  for (char& c : reason) c = static_cast<char>(c - 'a' + 'A');
  return NotFound(reason + "_UNKNOWN", what, what, id, "");
}

Error IdInvalid(std::string_view field) {
  return Invalid("ID_INVALID", field,
                 fmt::format("{} must be 1 to 64 letters, digits, or any of . _ : -", field));
}

Error TextTooLong(std::string_view field, size_t bytes_at_most) {
  return Invalid("TEXT_TOO_LONG", field,
                 fmt::format("{} may have at most {} bytes.", field, bytes_at_most));
}

Error TextNotPrintable(std::string_view field) {
  return Invalid("TEXT_NOT_PRINTABLE", field,
                 fmt::format("{} may have no characters that are not seen: no control characters, "
                             "no marks of direction, and no blanks but spaces between words.",
                             field));
}

Error DistrictUnknown(std::string_view district) {
  return NotFound("DISTRICT_UNKNOWN", "district", "district", district, "; create it first");
}

Error SchoolUnknown(std::string_view school) {
  return NotFound("SCHOOL_UNKNOWN", "school", "school", school, "; register it first");
}

Error VersionStale(std::string_view field, int64_t expected, int64_t current) {
  return {Code::kAborted, "VERSION_STALE",
          fmt::format("It is at version {} by now, not {}; read it again.", current, expected),
          std::string(field)};
}

std::optional<Error> CheckIds(std::initializer_list<NamedId> ids) {
  for (const NamedId& named : ids) {
    if (named.id.empty() && named.may_be_left_out) continue;
    if (!IsId(named.id)) return IdInvalid(named.field);
  }
  return std::nullopt;
}

}  // namespace throughline::core
