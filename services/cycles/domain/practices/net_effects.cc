#include "cycles/domain/practices/net_effects.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/date.h"
#include "cycles/domain/impact.h"
#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/comparison.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/paired_sums.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"
#include "disclosure/smallest_cell.h"

namespace throughline::cycles {

namespace {

constexpr size_t kTeamsAtLeast = 2;
constexpr int64_t kNewsFrom = 10;  // one in so many students to compare with came or went

using Ids = std::set<std::string>;

// A closed cycle, with its practices as they are called now.
struct Closed {
  v1::CycleOutcome outcome;
  v1::ImpactComparison published;
  Ids used;
  Ids in_use;
};
using ByWindow = std::map<std::pair<std::string, std::string>, std::vector<Closed>>;

std::string KeyOf(const v1::CycleOutcome& outcome) {
  return JoinKey(outcome.district(), MeasureOf(outcome), outcome.start(), outcome.end(),
                 outcome.cycle());
}

template <class Practices>
Ids Renamed(const Practices& practices, const std::string& district, const decider::State& state) {
  Ids ids;
  for (const std::string& one : practices) ids.insert(Canonical(state, kLibrary, district, one));
  return ids;
}

bool Meet(const Ids& a, const Ids& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& one) { return b.contains(one); });
}

// "2026-09" of the first month, and so on until the last.
std::vector<std::string> Months(core::Date from, core::Date to) {
  using std::chrono::year_month, std::chrono::months;
  const auto month_of = [](core::Date day) {
    const std::chrono::year_month_day date(day);
    return year_month(date.year(), date.month());
  };
  std::vector<std::string> all;
  for (year_month month = month_of(from); month <= month_of(to); month += months(1)) {
    all.push_back(core::FormatDate(core::Date(month / 1)).substr(0, 7));
  }
  return all;
}

// The cycles of a measure, month by month as they are wanted, each read once.
class OfMeasure {
 public:
  OfMeasure(const std::string& district, const std::string& measure, const decider::State& state)
      : district_(district), prefix_(JoinKey(district, measure, "")), state_(state) {}

  // Those of a window, of windows that they can be compared with, and of windows that these can be:
  // each has at least half of the other in it, so that no two are longer than twice the other.
  void ReadAround(core::Date start, core::Date end) {
    const auto reach = 3 * (end - start + std::chrono::days{1});
    for (const std::string& month : Months(start - reach, end + reach)) {
      if (!read_.insert(month).second) continue;
      state_.ForEach(kWindowOutcomes, prefix_ + month,
                     [&](const std::string&, const v1::WindowOutcomeRow& row) {
                       const v1::CycleOutcome& outcome = row.outcome();
                       windows_[{outcome.start(), outcome.end()}].push_back(
                           {outcome, row.published(), Renamed(outcome.used(), district_, state_),
                            Renamed(outcome.in_use(), district_, state_)});
                     });
    }
  }
  const ByWindow& windows() const { return windows_; }

 private:
  const std::string& district_;
  const std::string prefix_;
  const decider::State& state_;
  std::set<std::string> read_;
  ByWindow windows_;
};

bool IsComparable(const ByWindow::key_type& a, const ByWindow::key_type& b) {
  v1::CycleOutcome of_a;
  of_a.set_start(a.first);
  of_a.set_end(a.second);
  return IsComparable(of_a, Window{b.first, b.second, {}, 0});
}

// What cycles of one window that used the same practices are compared with.
struct Others {
  std::vector<Window> windows;
  std::set<std::pair<std::string, std::string>> teams;
};

Others WithoutUsersOf(const Ids& used, const ByWindow::key_type& window, const ByWindow& all) {
  Others others;
  for (const auto& [other, cycles] : all) {
    if (!IsComparable(window, other)) continue;
    Window& sums = others.windows.emplace_back(Window{other.first, other.second, {}, 0});
    for (const Closed& one : cycles) {
      if (one.outcome.sums().n() == 0 || Meet(used, one.in_use)) continue;
      sums.sums += MomentsOf(one.outcome.sums());
      ++sums.cycles;
      others.teams.emplace(one.outcome.school(), one.outcome.team());
    }
  }
  return others;
}

v1::ImpactComparison Compare(const Closed& closed, const Others& others, int64_t smallest) {
  const v1::CycleOutcome& outcome = closed.outcome;
  v1::ImpactComparison comparison;
  comparison.set_team(outcome.team());
  comparison.set_cycle(outcome.cycle());
  comparison.set_indicator(outcome.indicator());
  comparison.set_evidence_as_of_ms(outcome.evidence_as_of_ms());
  // What was recorded before there were comparisons says no prediction.
  const bool is_wanted = !closed.used.empty() && outcome.evidence_as_of_ms() != 0;
  if (!is_wanted || others.teams.size() < kTeamsAtLeast) return comparison;
  const Studied studied = Study(outcome, others.windows, smallest);
  if (!studied.net) return comparison;
  const v1::CycleNetEffect shown = ShownEffect(studied, smallest);
  v1::NetEffect& net = *comparison.mutable_net_effect();
  net.set_effect(shown.effect());
  net.set_effect_low(shown.low());
  net.set_effect_high(shown.high());
  net.set_students(shown.students());
  net.set_compared_students(shown.compared_students());
  net.set_compared_teams(static_cast<int32_t>(others.teams.size()));
  comparison.set_verdict(
      VerdictOf(studied.net->low, studied.net->high, outcome.predicted_effect()));
  return comparison;
}

bool IsNews(const v1::ImpactComparison& known, const v1::ImpactComparison& now) {
  if (!known.has_net_effect() || !now.has_net_effect()) {
    return known.has_net_effect() != now.has_net_effect();
  }
  if (known.evidence_as_of_ms() != now.evidence_as_of_ms()) return true;
  if (known.verdict() != now.verdict()) return true;
  const int64_t before = known.net_effect().compared_students();
  return kNewsFrom * std::abs(now.net_effect().compared_students() - before) >= before;
}

using BySchool = std::map<std::string, v1::NetEffectsPublished>;

void AddNews(const std::vector<Closed>& cycles, const ByWindow::key_type& window,
             const ByWindow& all, const decider::State& state, BySchool& news) {
  const std::string& district = cycles.front().outcome.district();
  const int64_t smallest = disclosure::SmallestCell(district::PolicyOf(state, district));
  std::map<Ids, Others> others;
  for (const Closed& one : cycles) {
    const auto [at, is_new] = others.try_emplace(one.used);
    if (is_new) at->second = WithoutUsersOf(one.used, window, all);
    const v1::ImpactComparison comparison = Compare(one, at->second, smallest);
    if (!IsNews(one.published, comparison)) continue;
    *news[one.outcome.school()].add_comparisons() = comparison;
  }
}

}  // namespace

void PublishNetEffects(const std::string& district, const v1::AssessmentsDueRow& due,
                       decider::Turn& turn) {
  std::map<std::string, std::set<ByWindow::key_type>> stale;  // by measure
  for (const std::string& window : due.windows()) {
    const auto [indicator, basis, start, end] = core::SplitKey<4>(window);
    stale[JoinKey(indicator, basis)].emplace(start, end);
  }
  BySchool news;
  for (const auto& [measure, windows] : stale) {
    OfMeasure cycles(district, measure, turn.state());
    for (const auto& [start, end] : windows) cycles.ReadAround(DateOf(start), DateOf(end));
    for (const auto& [window, closed] : cycles.windows()) {
      const bool moved = std::any_of(windows.begin(), windows.end(),
                                     [&](const auto& one) { return IsComparable(window, one); });
      if (moved) AddNews(closed, window, cycles.windows(), turn.state(), news);
    }
  }
  for (auto& [school, published] : news) {
    published.set_district(district);
    published.set_school(school);
    auto& all = *published.mutable_comparisons();
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return std::tie(a.cycle(), a.indicator()) < std::tie(b.cycle(), b.indicator());
    });
    turn.Emit(published, district, decider::Delivery::ToKey(core::Key{district, school}.Text()));
  }
}

void PutInWindow(const v1::CycleOutcome& outcome, const v1::CycleOutcome* before,
                 decider::State& state) {
  v1::WindowOutcomeRow row;
  if (const auto* known = before == nullptr ? nullptr : state.Find(kWindowOutcomes, KeyOf(*before)))
    row = *known;
  if (before != nullptr) TakeOutOfWindow(*before, state);
  *row.mutable_outcome() = outcome;
  state.Edit(kWindowOutcomes, KeyOf(outcome)) = std::move(row);
}

void TakeOutOfWindow(const v1::CycleOutcome& outcome, decider::State& state) {
  state.Erase(kWindowOutcomes, KeyOf(outcome));
}

void Apply(const v1::NetEffectsPublished& published, decider::State& state) {
  for (const v1::ImpactComparison& one : published.comparisons()) {
    const auto* outcome =
        state.Find(kOutcomes, JoinKey(published.district(), one.cycle(), one.indicator()));
    if (outcome == nullptr) continue;
    const std::string key = KeyOf(*outcome);
    *state.Edit(kWindowOutcomes, key).mutable_published() = one;
  }
}

}  // namespace throughline::cycles
