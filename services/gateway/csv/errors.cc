#include "gateway/csv/errors.h"

#include <string>

namespace throughline::gateway::csv {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error MappingInvalid(std::string_view field, std::string_view must) {
  return Refused("MAPPING_INVALID", "This part of the mapping must be " + std::string(must) + ".",
                 field.substr(0, 100));
}

core::Error FieldUnmapped(std::string_view field) {
  return Refused("FIELD_UNMAPPED", "The mapping must say where this is, by a column or a constant.",
                 field);
}

core::Error FileEmpty() { return Refused("FILE_EMPTY", "There is not a row in the file."); }

core::Error ColumnMissing(std::string_view column) {
  return Refused("COLUMN_MISSING", "The first row does not name this column.",
                 column.substr(0, 100));
}

core::Error ColumnAmbiguous(std::string_view column) {
  return Refused("COLUMN_AMBIGUOUS", "The first row names this column twice.",
                 column.substr(0, 100));
}

core::Error RowMalformed() {
  return Refused("ROW_MALFORMED", "The quotes of this row do not fit together.");
}

core::Error EncodingInvalid(std::string_view field) {
  return Refused("ENCODING_INVALID", "This text is not in the encoding that the mapping says.",
                 field);
}

core::Error WordUnknown(std::string_view field) {
  return Refused("WORD_UNKNOWN", "The mapping does not say what this word means.", field);
}

}  // namespace throughline::gateway::csv
