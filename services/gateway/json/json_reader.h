// Reads JSON (RFC 8259) that comes from outside, under limits, and keeps numbers as they were
// written: 85.10 stays "85.10", and 0.1 is never a binary fraction. Pure; thread-safe.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

using Json = nlohmann::json;

struct JsonLimits {
  size_t depth = 32;        // of lists and objects within each other
  size_t values = 200'000;  // in all, the names of members among them
};

// JSON_INVALID says at which byte; JSON_TOO_DEEP, JSON_TOO_LARGE and JSON_NAME_REPEATED say what
// they say. Numbers with a fraction or an exponent, and those that no 64 bits hold, are kept as
// text: ask NumberText for them, and never is_number.
core::Result<Json> ReadJson(std::string_view text, const JsonLimits& limits = {});

// A number as it was written; nullopt when the value is none.
std::optional<std::string> NumberText(const Json& value);

// The member of an object; null when `value` is no object or has none of that name.
const Json* Member(const Json& value, std::string_view name);
// The text of a member that is a string; nullopt when there is none, or it is something else.
std::optional<std::string> Text(const Json& value, std::string_view name);

}  // namespace throughline::gateway
