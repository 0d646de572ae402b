#include "gateway/csv/errors.h"

#include <string>

namespace throughline::gateway::csv {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error FileEmpty() { return Refused("FILE_EMPTY", "There is not a row in the file."); }

core::Error ColumnMissing(std::string_view column) {
  return Refused("COLUMN_MISSING", "The row with the names of the columns does not name this one.",
                 column.substr(0, 100));
}

core::Error ColumnAmbiguous(std::string_view column) {
  return Refused("COLUMN_AMBIGUOUS", "The row with the names of the columns names this one twice.",
                 column.substr(0, 100));
}

core::Error RowMalformed() {
  return Refused("ROW_MALFORMED", "The quotes of this row do not fit together.");
}

core::Error RowTooWide() {
  return Refused("ROW_TOO_WIDE", "The row has more bytes or fields than can be read.");
}

core::Error FieldTooWide(std::string_view field) {
  return Refused("FIELD_TOO_WIDE", "This text is longer than can be read.", field);
}

core::Error ScoreInAnotherRow(int64_t line) {
  return Refused("SCORE_IN_ANOTHER_ROW",
                 "Line " + std::to_string(line) +
                     " has a score of the same result, which one without a score does not replace.",
                 "score");
}

core::Error EncodingInvalid(std::string_view field) {
  return Refused("ENCODING_INVALID", "This text is not in the encoding that the mapping says.",
                 field);
}

core::Error WordUnknown(std::string_view field) {
  return Refused(
      "WORD_UNKNOWN",
      "The mapping does not say what this word means. Known without it are fully graded, "
      "partially graded, submitted, not submitted and exempt.",
      field);
}

}  // namespace throughline::gateway::csv
