#include "gateway/intake/errors.h"

#include <string>

#include "core/decimal.h"

namespace throughline::gateway {

namespace {

core::Error Invalid(std::string reason, std::string message, std::string_view field) {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error FieldMissing(std::string_view field) {
  return Invalid("FIELD_MISSING", "This field is missing.", field);
}

core::Error FieldInvalid(std::string_view field, std::string_view must) {
  return Invalid("FIELD_INVALID", "This field must be " + std::string(must) + ".", field);
}

core::Error FieldUnknown(std::string_view field) {
  return Invalid("FIELD_UNKNOWN", "There is no such field.", field.substr(0, 100));
}

core::Error ScoreInvalid(std::string_view field) {
  return Invalid("SCORE_INVALID",
                 "A score must be a decimal number of at most " +
                     std::to_string(core::Decimal::kCharactersAtMost) + " characters.",
                 field);
}

core::Error ScaleInvalid(std::string_view field) {
  return Invalid("SCALE_INVALID", "The highest score of a scale must be above the lowest.", field);
}

core::Error SettingsInvalid(std::string_view field, std::string_view must) {
  return Invalid("SETTINGS_INVALID", "This setting must be " + std::string(must) + ".", field);
}

core::Error TooManyItems(size_t at_most) {
  return {core::Code::kResourceExhausted, "TOO_MANY_ITEMS",
          "A push may have " + std::to_string(at_most) + " items at most.", ""};
}

core::Error MappingInvalid(std::string_view field, std::string_view must) {
  return Invalid("MAPPING_INVALID", "This part of the mapping must be " + std::string(must) + ".",
                 field.substr(0, 100));
}

core::Error FieldUnmapped(std::string_view field) {
  return Invalid("FIELD_UNMAPPED", "The mapping must say where this is, by a column or a constant.",
                 field);
}

}  // namespace throughline::gateway
