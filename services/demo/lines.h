// The lines that the demo prints while it lives.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "core/date.h"

namespace throughline::demo {

// Below those of reviews and alerts, which say the time of day, too.
inline void PrintLine(core::Date day, std::string_view what, const std::string& text) {
  fmt::print("{:<16}  {:<7} {}\n", core::FormatDate(day), what, text);
  std::fflush(stdout);
}

}  // namespace throughline::demo
