// The standards by which sources push results, one line each: what the gateway serves, what the
// tests of all of them go over, and what the fuzzers feed. Ed-Fi, OneRoster and the API of this
// system are more than that, and stand by themselves.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "gateway/sources/serving.h"

namespace throughline::gateway {

struct FuzzEntry {
  std::string_view name;  // of its corpus in tests/fuzz
  void (*parse)(std::string_view text) = nullptr;
};

struct Standard {
  std::string_view push;  // the path to POST to, of some source
  void (*add_routes)(const SourceContext& context) = nullptr;
  std::vector<FuzzEntry> fuzzed;
};

std::span<const Standard> Standards();

// Every one of them. The parts must outlive the routes.
void AddRoutesOfStandards(const SourceContext& context);

}  // namespace throughline::gateway
