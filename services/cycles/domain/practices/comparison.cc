#include "cycles/domain/practices/comparison.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/date.h"
#include "core/key.h"
#include "core/statistics/net_effect.h"
#include "core/statistics/summary.h"
#include "cycles/domain/practices/paired_sums.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

namespace {

constexpr int64_t kStudentsAtLeast = 30;
constexpr int32_t kTeamsAtLeast = 2;  // a team has one cycle in a window

}  // namespace

std::string MeasureOf(const v1::CycleOutcome& outcome) {
  return core::JoinKey(outcome.indicator(), std::to_string(static_cast<int>(outcome.basis())));
}

std::vector<Window> WithoutUsers(const WindowRows& all, const WindowRows& users) {
  std::map<std::pair<std::string, std::string>, const v1::WindowSumsRow*> of_users;
  for (const v1::WindowSumsRow& row : users) of_users[{row.start(), row.end()}] = &row;
  std::vector<Window> windows;
  for (const v1::WindowSumsRow& row : all) {
    Window window{row.start(), row.end(), MomentsOf(row.sums()), row.cycles()};
    if (const auto at = of_users.find({row.start(), row.end()}); at != of_users.end()) {
      window.sums -= MomentsOf(at->second->sums());
      window.cycles -= at->second->cycles();
    }
    if (window.cycles > 0) windows.push_back(std::move(window));
  }
  return windows;
}

bool IsComparable(const v1::CycleOutcome& outcome, const Window& window) {
  const core::Date start = DateOf(outcome.start()), end = DateOf(outcome.end());
  const core::Date other_start = DateOf(window.start), other_end = DateOf(window.end);
  const auto common = std::min(end, other_end) - std::max(start, other_start);
  const auto longer = std::max(end - start, other_end - other_start);
  constexpr std::chrono::days kItself{1};  // the last day belongs to a window
  return 2 * (common + kItself) >= longer + kItself;
}

Studied Study(const v1::CycleOutcome& outcome, const std::vector<Window>& others,
              int64_t smallest) {
  Studied studied;
  studied.outcome = outcome;
  for (const Window& window : others) {
    if (!IsComparable(outcome, window)) continue;
    studied.compared += window.sums;
    studied.compared_cycles += window.cycles;
  }
  const bool enough = studied.compared.n() >= std::max(kStudentsAtLeast, smallest) &&
                      studied.compared_cycles >= kTeamsAtLeast;
  if (!enough || outcome.sums().n() < smallest) return studied;
  const core::PairedMoments users = MomentsOf(outcome.sums());
  studied.net = core::NetEffect(users, studied.compared);
  if (!studied.net) return studied;
  const auto before =
      core::HedgesG(core::Summary(users.baseline()), core::Summary(studied.compared.baseline()));
  if (before) studied.baseline_difference = before->d;
  return studied;
}

}  // namespace throughline::cycles
