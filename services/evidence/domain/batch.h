// What is the same for every result of a batch.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/date.h"

namespace throughline::evidence {

// Where and when a batch is evaluated.
struct Batch {
  std::string_view district;
  std::string_view school;  // empty: it could not be told
  std::string_view source;
  core::Date today;  // in the district
  int64_t now_ms = 0;
};

}  // namespace throughline::evidence
