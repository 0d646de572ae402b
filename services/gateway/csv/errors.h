// Every refusal of the CSV endpoint that is its own, by name: INVALID_ARGUMENT, each of them. Those
// for the size of fields, rows and files are the reader's.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"

namespace throughline::gateway::csv {

core::Error FileEmpty();                               // FILE_EMPTY
core::Error ColumnMissing(std::string_view column);    // COLUMN_MISSING
core::Error ColumnAmbiguous(std::string_view column);  // COLUMN_AMBIGUOUS

// What is wrong with one row.
core::Error RowMalformed();                           // ROW_MALFORMED
core::Error RowTooWide();                             // ROW_TOO_WIDE
core::Error FieldTooWide(std::string_view field);     // FIELD_TOO_WIDE
core::Error ScoreInAnotherRow(int64_t line);          // SCORE_IN_ANOTHER_ROW
core::Error EncodingInvalid(std::string_view field);  // ENCODING_INVALID
core::Error WordUnknown(std::string_view field);      // WORD_UNKNOWN

}  // namespace throughline::gateway::csv
