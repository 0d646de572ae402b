// What a cycle that used a practice came to, beside the matched students of the district on the
// same indicator and basis whose teams do not use it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/statistics/effect_size.h"
#include "core/statistics/paired_moments.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// `<indicator>/<basis>`: changes of the same can be compared.
std::string MeasureOf(const v1::CycleOutcome& outcome);

// The cycles of one window.
struct Window {
  std::string start;
  std::string end;
  core::PairedMoments sums;
  int32_t cycles = 0;
};
using WindowRows = std::vector<v1::WindowSumsRow>;
// All but the users, window by window.
std::vector<Window> WithoutUsers(const WindowRows& all, const WindowRows& users);

// Whether at least half of the longer of two windows is common to both, in days.
bool IsComparable(const v1::CycleOutcome& outcome, const Window& window);

// A cycle beside its comparison.
struct Studied {
  v1::CycleOutcome outcome;
  core::PairedMoments compared;
  int32_t compared_cycles = 0;
  // Absent without a comparison: 30 students of 2 teams at least; and of fewer students than the
  // smallest cell, or without spread.
  std::optional<core::Effect> net;
  // Hedges' g at baseline, positive when the users were ahead; 0 without a comparison.
  double baseline_difference = 0;
  // Whether chance decided that the team begins with the practice when it did.
  bool by_lot = false;
};
Studied Study(const v1::CycleOutcome& outcome, const std::vector<Window>& others, int64_t smallest);

}  // namespace throughline::cycles
