#include "evidence/domain/school_year.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/time_zone.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trigger_rules.h"
#include "evidence/domain/watch_list.h"

namespace throughline::evidence {

namespace {

constexpr int kBaselineDays = 30;  // of policies that were adopted when there was none
constexpr auto kFirstMonth = std::chrono::July;  // of a school year that no term says

int BaselineDays(const common::v1::Policy& policy) {
  return policy.has_year_baseline_days() ? policy.year_baseline_days() : kBaselineDays;
}

// Without indicators.
std::optional<v1::Watch> YearOf(const v1::Watch& cycle, const core::InstructionalCalendar& calendar,
                                const common::v1::Policy& policy) {
  const auto year = calendar.SchoolYearOf(core::FromDays(cycle.start()));
  if (!year) return std::nullopt;
  v1::Watch watch;
  watch.set_cycle(
      fmt::format("@{}", static_cast<int>(std::chrono::year_month_day(year->first).year())));
  watch.set_start(core::ToDays(year->first));
  watch.set_end(core::ToDays(year->last));
  watch.set_baseline_from(watch.start());
  watch.set_baseline_until(core::ToDays(calendar.Add(year->first, BaselineDays(policy) - 1)));
  return watch;
}

bool HasSameDays(const v1::Watch& a, const v1::Watch& b) {
  return a.start() == b.start() && a.end() == b.end() && a.baseline_until() == b.baseline_until();
}

// What is desired is what the cycle said last.
void PutIndicator(v1::Watch& year, const v1::WatchedIndicator& indicator) {
  for (v1::WatchedIndicator& watched : *year.mutable_indicators()) {
    if (watched.indicator() != indicator.indicator()) continue;
    watched = indicator;
    return;
  }
  *year.add_indicators() = indicator;
}

// Of years that are over no result says anything any more.
void ForgetYearsBefore(int32_t day, v1::TeamRow& team) {
  auto& watches = *team.mutable_watches();
  for (int i = watches.size() - 1; i >= 0; --i) {
    if (IsSchoolYear(watches[i].cycle()) && watches[i].end() < day) watches.DeleteSubrange(i, 1);
  }
}

}  // namespace

core::InstructionalCalendar::Term DaysOfSchoolYear(int32_t year,
                                                   const core::InstructionalCalendar& calendar) {
  using std::chrono::days;
  const std::chrono::year begins(year);
  const core::Date end(begins / std::chrono::December / 31);
  for (core::Date day(begins / std::chrono::January / 1); day <= end; day += days{1}) {
    const auto found = calendar.SchoolYearOf(day);
    if (found && std::chrono::year_month_day(found->first).year() == begins) return *found;
  }
  const auto first_of = [](std::chrono::year of) { return core::Date(of / kFirstMonth / 1); };
  return {first_of(begins), first_of(begins + std::chrono::years{1}) - days{1}};
}

int32_t SchoolYearAt(core::Date day, const core::InstructionalCalendar& calendar) {
  const auto year_of = [](core::Date date) {
    return static_cast<int>(std::chrono::year_month_day(date).year());
  };
  const auto last = calendar.LastDay();
  if (!last)
    return DaysOfSchoolYear(year_of(day), calendar).first <= day ? year_of(day) : year_of(day) - 1;
  auto found = calendar.SchoolYearOf(std::min(day, *last));
  if (!found) found = calendar.SchoolYearOf(calendar.Back(day, 1));
  if (!found) found = calendar.SchoolYearOf(calendar.FirstOnOrAfter(day));
  return year_of(found ? found->first : day);
}

const v1::Watch* FindSchoolYear(const v1::TeamRow& team, int32_t day) {
  for (const v1::Watch& watch : team.watches()) {
    if (IsSchoolYear(watch.cycle()) && watch.start() <= day && day <= watch.end()) return &watch;
  }
  return nullptr;
}

void WatchSchoolYear(decider::State& state, const TeamKey& team, const v1::Watch& cycle,
                     core::Instant time, TouchedStudents& touched) {
  const std::string_view zone = ZoneOf(state, team.district);
  v1::TeamRow& row = state.Edit(kTeams, RowKeyOf(team));
  ForgetYearsBefore(core::ToDays(core::LocalDate(time, zone)), row);
  auto year =
      YearOf(cycle, CalendarOf(state, team.district, team.school), PolicyOf(state, team.district));
  if (!year) return;
  std::set<std::string> known;  // of which the numbers are there
  if (const v1::Watch* before = FindWatch(row, year->cycle())) {
    *year->mutable_indicators() = before->indicators();
    if (HasSameDays(*before, *year)) {
      for (const auto& indicator : before->indicators()) known.insert(indicator.indicator());
    }
  }
  for (const auto& indicator : cycle.indicators()) PutIndicator(*year, indicator);
  PutWatch(row, *year);
  state.SetTimer(std::string(kYearOver) + JoinKey(RowKeyOf(team), year->cycle()),
                 core::StartOfDay(core::FromDays(year->end() + 1), zone));
  for (const auto& indicator : year->indicators()) {
    if (known.contains(indicator.indicator())) continue;
    const EvidenceKey evidence{team, year->cycle(), indicator.indicator()};
    if (auto students = CycleStudents::Of(evidence, state, touched)) students->RefreshAll();
    MoveShown(state, evidence, time);
  }
}

void DecideYearOver(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, team_id, year] = core::SplitKey<4>(timer.substr(kYearOver.size()));
  const TeamKey key{std::string(district), std::string(school), std::string(team_id)};
  const auto* team = turn.state().Find(kTeams, RowKeyOf(key));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, year);
  if (watch == nullptr) return;
  std::vector<EvidenceKey> keys;
  for (const auto& indicator : watch->indicators()) {
    keys.push_back({key, std::string(year), indicator.indicator()});
  }
  for (const EvidenceKey& evidence : keys) EvaluateTriggers(evidence, turn);
}

}  // namespace throughline::evidence
