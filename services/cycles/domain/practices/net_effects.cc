#include "cycles/domain/practices/net_effects.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/date.h"
#include "cycles/domain/impact.h"
#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/comparison.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/paired_sums.h"
#include "cycles/domain/tables.h"
#include "disclosure/smallest_cell.h"

namespace throughline::cycles {

namespace {

constexpr int64_t kNewsFrom = 10;  // one in so many students to compare with came or went

using Ids = std::set<std::string>;

// A closed cycle, with its practices as they are called now.
struct Closed {
  v1::CycleOutcome outcome;
  v1::ImpactComparison published;
  core::PairedMoments sums;
  Ids used;
  Ids in_use;
};
using ByWindow = std::map<Span, std::vector<Closed>>;

// Of an outcome, or of its comparison.
template <class Message>
std::string WindowOutcomeKey(const std::string& district, const Message& of) {
  return JoinKey(district, MeasureOf(of.indicator(), of.basis()), of.start(), of.end(), of.cycle());
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
  void ReadAround(const Span& window) {
    const auto reach = 3 * (window.end - window.start + std::chrono::days{1});
    for (const std::string& month : Months(window.start - reach, window.end + reach)) {
      if (!read_.insert(month).second) continue;
      state_.ForEach(kWindowOutcomes, prefix_ + month,
                     [&](const std::string&, const v1::WindowOutcomeRow& row) {
                       const v1::CycleOutcome& outcome = row.outcome();
                       windows_[SpanOf(outcome.start(), outcome.end())].push_back(
                           {outcome, row.published(), MomentsOf(outcome.sums()),
                            Renamed(outcome.used(), district_, state_),
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

// The cycles that those of one window can be compared with: added up once, so that what a cycle is
// compared with is all of it less those that use one of its practices.
class Comparable {
 public:
  Comparable(const Span& window, const ByWindow& all) {
    for (const auto& [other, cycles] : all) {
      if (!IsComparable(window, other)) continue;
      for (const Closed& one : cycles) {
        if (one.sums.n() == 0) continue;
        sums_ += one.sums;
        ++cycles_;
        ++teams_[TeamOf(one)];
        for (const std::string& practice : one.in_use) users_[practice].push_back(&one);
      }
    }
  }

  Compared WithoutUsersOf(const Ids& practices) const {
    std::set<const Closed*> users;
    for (const std::string& practice : practices) {
      const auto found = users_.find(practice);
      if (found != users_.end()) users.insert(found->second.begin(), found->second.end());
    }
    Compared others{sums_, cycles_, static_cast<int32_t>(teams_.size())};
    std::map<Team, int32_t> left_out;
    for (const Closed* user : users) {
      others.sums -= user->sums;
      --others.cycles;
      const Team team = TeamOf(*user);
      if (++left_out[team] == teams_.at(team)) --others.teams;
    }
    return others;
  }

 private:
  using Team = std::pair<std::string_view, std::string_view>;  // school, team
  static Team TeamOf(const Closed& one) { return {one.outcome.school(), one.outcome.team()}; }

  core::PairedMoments sums_;
  int32_t cycles_ = 0;
  std::map<Team, int32_t> teams_;                                 // how many cycles each has
  std::map<std::string_view, std::vector<const Closed*>> users_;  // by practice
};

v1::ImpactComparison WithoutNetEffect(const v1::CycleOutcome& outcome) {
  v1::ImpactComparison comparison;
  comparison.set_team(outcome.team());
  comparison.set_cycle(outcome.cycle());
  comparison.set_indicator(outcome.indicator());
  comparison.set_evidence_as_of_ms(outcome.evidence_as_of_ms());
  comparison.set_basis(outcome.basis());
  comparison.set_start(outcome.start());
  comparison.set_end(outcome.end());
  return comparison;
}

void SetNetEffect(const v1::CycleOutcome& outcome, const Compared& others, int64_t smallest,
                  v1::ImpactComparison& comparison) {
  const Studied studied = Study(outcome, others, smallest);
  if (!studied.net) return;
  const v1::CycleNetEffect shown = ShownEffect(studied, smallest);
  v1::NetEffect& net = *comparison.mutable_net_effect();
  net.set_effect(shown.effect());
  net.set_effect_low(shown.low());
  net.set_effect_high(shown.high());
  net.set_students(shown.students());
  net.set_compared_students(shown.compared_students());
  net.set_compared_teams(others.teams);
  comparison.set_verdict(
      VerdictOf(studied.net->low, studied.net->high, outcome.predicted_effect()));
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

void AddNews(const std::vector<Closed>& cycles, const Span& window, const ByWindow& all,
             const decider::State& state, BySchool& news) {
  const std::string& district = cycles.front().outcome.district();
  const int64_t smallest = disclosure::SmallestCell(district::PolicyOf(state, district));
  std::optional<Comparable> comparable;  // when a cycle used a practice
  std::map<Ids, Compared> others;
  for (const Closed& one : cycles) {
    v1::ImpactComparison comparison = WithoutNetEffect(one.outcome);
    if (!one.used.empty()) {
      if (!comparable) comparable.emplace(window, all);
      const auto [at, is_new] = others.try_emplace(one.used);
      if (is_new) at->second = comparable->WithoutUsersOf(one.used);
      SetNetEffect(one.outcome, at->second, smallest, comparison);
    }
    if (!IsNews(one.published, comparison)) continue;
    *news[one.outcome.school()].add_comparisons() = std::move(comparison);
  }
}

}  // namespace

void PublishNetEffects(const std::string& district, const v1::AssessmentsDueRow& due,
                       decider::Turn& turn) {
  std::map<std::string, std::set<Span>> stale;  // by measure
  for (const std::string& window : due.windows()) {
    const auto [indicator, basis, start, end] = core::SplitKey<4>(window);
    stale[JoinKey(indicator, basis)].insert(SpanOf(std::string(start), std::string(end)));
  }
  BySchool news;
  for (const auto& [measure, windows] : stale) {
    OfMeasure cycles(district, measure, turn.state());
    for (const Span& window : windows) cycles.ReadAround(window);
    for (const auto& [window, closed] : cycles.windows()) {
      const bool moved = std::any_of(windows.begin(), windows.end(),
                                     [&](const Span& one) { return IsComparable(window, one); });
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
  if (before != nullptr) {
    const auto* known = state.Find(kWindowOutcomes, WindowOutcomeKey(before->district(), *before));
    if (known != nullptr) row = *known;
    TakeOutOfWindow(*before, state);
  }
  v1::CycleOutcome& compared = *row.mutable_outcome();
  compared = outcome;
  compared.clear_nominated();
  compared.clear_problem();
  compared.clear_team_students();
  state.Edit(kWindowOutcomes, WindowOutcomeKey(outcome.district(), outcome)) = std::move(row);
}

void TakeOutOfWindow(const v1::CycleOutcome& outcome, decider::State& state) {
  state.Erase(kWindowOutcomes, WindowOutcomeKey(outcome.district(), outcome));
}

void Apply(const v1::NetEffectsPublished& published, decider::State& state) {
  for (const v1::ImpactComparison& one : published.comparisons()) {
    const std::string key = WindowOutcomeKey(published.district(), one);
    if (state.Find(kWindowOutcomes, key) == nullptr) continue;
    *state.Edit(kWindowOutcomes, key).mutable_published() = one;
  }
}

}  // namespace throughline::cycles
