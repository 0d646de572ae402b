// What a cycle that used a practice came to, beside the matched students of the district on the
// same indicator and basis whose teams do not use it. Pure.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/date.h"
#include "core/statistics/effect_size.h"
#include "core/statistics/paired_moments.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// `<indicator>/<basis>`: changes of the same can be compared.
std::string MeasureOf(const std::string& indicator, common::v1::Basis basis);
std::string MeasureOf(const v1::CycleOutcome& outcome);

// First and last day of a window.
struct Span {
  core::Date start;
  core::Date end;
  auto operator<=>(const Span&) const = default;
};
Span SpanOf(const std::string& start, const std::string& end);
// Whether at least half of the longer of two windows is common to both, in days.
bool IsComparable(const Span& one, const Span& other);

// The cycles of one window.
struct Window {
  Span span;
  core::PairedMoments sums;
  int32_t cycles = 0;
};
using WindowRows = std::vector<v1::WindowSumsRow>;
// All but the users, window by window.
std::vector<Window> WithoutUsers(const WindowRows& all, const WindowRows& users);

// What a cycle is compared with.
struct Compared {
  core::PairedMoments sums;
  int32_t cycles = 0;
  int32_t teams = 0;
};

// What cycles are compared with, each window's added up once, however many cycles it has.
class ComparedByWindow {
 public:
  explicit ComparedByWindow(std::vector<Window> others) : others_(std::move(others)) {}

  const Compared& Of(const v1::CycleOutcome& outcome);

 private:
  std::vector<Window> others_;
  std::map<std::pair<std::string, std::string>, Compared> known_;  // by start and end
};

// A cycle beside its comparison.
struct Studied {
  v1::CycleOutcome outcome;
  Compared compared;
  // Absent without a comparison: 30 students of 2 teams at least; and of fewer students than the
  // smallest cell, or without spread.
  std::optional<core::Effect> net;
  // Hedges' g at baseline, positive when the users were ahead; 0 without a comparison.
  double baseline_difference = 0;
  // Whether chance decided that the team begins with the practice when it did.
  bool by_lot = false;
};
Studied Study(const v1::CycleOutcome& outcome, const Compared& compared, int64_t smallest);

}  // namespace throughline::cycles
