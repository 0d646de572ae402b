#include "cycles/domain/practices/comparison.h"

#include <algorithm>

#include "core/key.h"
#include "core/statistics/net_effect.h"
#include "core/statistics/summary.h"
#include "cycles/domain/practices/paired_sums.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

namespace {

constexpr int64_t kStudentsAtLeast = 30;
constexpr int32_t kTeamsAtLeast = 2;

}  // namespace

std::string MeasureOf(const std::string& indicator, common::v1::Basis basis) {
  return core::JoinKey(indicator, std::to_string(static_cast<int>(basis)));
}

std::string MeasureOf(const v1::CycleOutcome& outcome) {
  return MeasureOf(outcome.indicator(), outcome.basis());
}

std::vector<Window> WithoutUsers(const WindowRows& all, const WindowRows& users) {
  std::map<std::pair<std::string, std::string>, const v1::WindowSumsRow*> of_users;
  for (const v1::WindowSumsRow& row : users) of_users[{row.start(), row.end()}] = &row;
  std::vector<Window> windows;
  for (const v1::WindowSumsRow& row : all) {
    Window window{SpanOf(row.start(), row.end()), MomentsOf(row.sums()), row.cycles()};
    if (const auto at = of_users.find({row.start(), row.end()}); at != of_users.end()) {
      window.sums -= MomentsOf(at->second->sums());
      window.cycles -= at->second->cycles();
    }
    if (window.cycles > 0) windows.push_back(std::move(window));
  }
  return windows;
}

Span SpanOf(const std::string& start, const std::string& end) {
  return {DateOf(start), DateOf(end)};
}

bool IsComparable(const Span& one, const Span& other) {
  const auto common = std::min(one.end, other.end) - std::max(one.start, other.start);
  const auto longer = std::max(one.end - one.start, other.end - other.start);
  constexpr std::chrono::days kItself{1};  // the last day belongs to a window
  return 2 * (common + kItself) >= longer + kItself;
}

const Compared& ComparedByWindow::Of(const v1::CycleOutcome& outcome) {
  const auto [at, is_new] = known_.try_emplace({outcome.start(), outcome.end()});
  if (!is_new) return at->second;
  const Span span = SpanOf(outcome.start(), outcome.end());
  for (const Window& window : others_) {
    if (!IsComparable(span, window.span)) continue;
    at->second.sums += window.sums;
    at->second.cycles += window.cycles;
  }
  at->second.teams = at->second.cycles;  // a team has one cycle in a window
  return at->second;
}

Studied Study(const v1::CycleOutcome& outcome, const Compared& compared, int64_t smallest) {
  Studied studied;
  studied.outcome = outcome;
  studied.compared = compared;
  const bool enough =
      compared.sums.n() >= std::max(kStudentsAtLeast, smallest) && compared.teams >= kTeamsAtLeast;
  if (!enough || outcome.sums().n() < smallest) return studied;
  const core::PairedMoments users = MomentsOf(outcome.sums());
  studied.net = core::NetEffect(users, compared.sums);
  if (!studied.net) return studied;
  const auto before =
      core::HedgesG(core::Summary(users.baseline()), core::Summary(compared.sums.baseline()));
  if (before) studied.baseline_difference = before->d;
  return studied;
}

}  // namespace throughline::cycles
