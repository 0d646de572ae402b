#include "audit/errors.h"

namespace throughline::audit {

using core::Code;
using core::Error;

Error TrailUnavailable() {
  return {Code::kUnavailable, "AUDIT_UNAVAILABLE",
          "This has to be on record, and the audit trail cannot be written now; try again.", ""};
}

Error StudentUnknown() {
  return {Code::kNotFound, "STUDENT_UNKNOWN", "Nobody is on record under this id.", "student"};
}

Error PeriodInvalid() {
  return {Code::kInvalidArgument, "PERIOD_INVALID",
          "The period ends before it begins, or begins before 1970.", "until_ms"};
}

Error HeadFileUnusable(const std::filesystem::path& file, std::string_view why) {
  return {Code::kInvalidArgument, "HEAD_FILE_UNUSABLE",
          "The head of the audit trail in " + file.string() + " " + std::string(why) + ".", "head"};
}

}  // namespace throughline::audit
