// What is wrong with a bundle, in the form in which a district's office can repair it. Problems are
// reported as they are met; the row at fault is set aside and the rows behind it are read.
//
// No problem names a student: messages never quote a value, and `excerpt` is empty for every column
// of users, demographics, enrollments and roles, and for those of results that hold an id of a
// student, an id made from one, or free text.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace throughline::oneroster {

struct BundleProblem {
  std::string file;     // such as "results.csv"
  int64_t line = 0;     // where the row starts, from 1; 0: the file as a whole
  std::string column;   // as in the header; empty when no single column is at fault
  std::string reason;   // UPPER_SNAKE, one of those below
  std::string message;  // one sentence, for people
  std::string excerpt;  // the start of the offending value, or empty

  bool operator==(const BundleProblem&) const = default;
};

// About a file as a whole. References into such a file are not checked.
inline constexpr char kMissingFile[] = "MISSING_FILE";          // the manifest names it
inline constexpr char kMissingColumn[] = "MISSING_COLUMN";      // the file is not read
inline constexpr char kDuplicateColumn[] = "DUPLICATE_COLUMN";  // the file is not read
// About a row, which is set aside.
inline constexpr char kMalformedQuoting[] = "MALFORMED_QUOTING";
inline constexpr char kRowTooWide[] = "ROW_TOO_WIDE";
inline constexpr char kFieldTooWide[] = "FIELD_TOO_WIDE";
inline constexpr char kWrongFieldCount[] = "WRONG_FIELD_COUNT";
inline constexpr char kInvalidUtf8[] = "INVALID_UTF8";
inline constexpr char kEmptyValue[] = "EMPTY_VALUE";
inline constexpr char kBadDate[] = "BAD_DATE";
inline constexpr char kNotANumber[] = "NOT_A_NUMBER";
inline constexpr char kUnknownValue[] = "UNKNOWN_VALUE";
inline constexpr char kUnknownReference[] = "UNKNOWN_REFERENCE";
inline constexpr char kDuplicateSourcedId[] = "DUPLICATE_SOURCED_ID";
// About what a row says of an assessment; see conventions.h.
inline constexpr char kUnknownKind[] = "UNKNOWN_KIND";
inline constexpr char kKindDiffers[] = "KIND_DIFFERS";
inline constexpr char kScaleInvalid[] = "SCALE_INVALID";
inline constexpr char kScaleUnreadable[] = "SCALE_UNREADABLE";
inline constexpr char kScaleDiffers[] = "SCALE_DIFFERS";
inline constexpr char kCutOffScale[] = "CUT_OFF_SCALE";
// About what a bundle says of a district that is there already.
inline constexpr char kSessionsOverlap[] = "SESSIONS_OVERLAP";
inline constexpr char kSessionDiffers[] = "SESSION_DIFFERS";
inline constexpr char kRemovalUnconfirmed[] = "REMOVAL_UNCONFIRMED";

using ProblemSink = std::function<void(const BundleProblem&)>;

}  // namespace throughline::oneroster
