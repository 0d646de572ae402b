// Text of a file into UTF-8. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace throughline::gateway::csv {

enum class Encoding { kUtf8, kWindows1252 };

// nullopt when the bytes say nothing in that encoding.
std::optional<std::string> ToUtf8(std::string_view bytes, Encoding encoding);

}  // namespace throughline::gateway::csv
