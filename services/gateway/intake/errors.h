// What the endpoints refuse alike, by name. INVALID_ARGUMENT but where it says otherwise.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

core::Error FieldMissing(std::string_view field);                            // FIELD_MISSING
core::Error FieldInvalid(std::string_view field, std::string_view must);     // FIELD_INVALID
core::Error FieldUnknown(std::string_view field);                            // FIELD_UNKNOWN
core::Error ScoreInvalid(std::string_view field);                            // SCORE_INVALID
core::Error ScaleInvalid(std::string_view field);                            // SCALE_INVALID
core::Error SettingsInvalid(std::string_view field, std::string_view must);  // SETTINGS_INVALID
core::Error TooManyItems(size_t at_most);  // TOO_MANY_ITEMS, RESOURCE_EXHAUSTED
core::Error MappingInvalid(std::string_view field, std::string_view must);  // MAPPING_INVALID
core::Error FieldUnmapped(std::string_view field);                          // FIELD_UNMAPPED

}  // namespace throughline::gateway
