#include "evidence/domain/watches.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/date.h"
#include "core/time_zone.h"
#include "district/district_notes.h"
#include "evidence/domain/pooled_changes.h"
#include "evidence/domain/school_year.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trigger_rules.h"
#include "evidence/domain/watch_list.h"

namespace throughline::evidence {

using google::protobuf::util::MessageDifferencer;

namespace {

int32_t Day(const std::string& text) {
  auto date = core::ParseDate(text);
  return date ? core::ToDays(*date) : 0;
}

std::string Text(int32_t day) { return core::FormatDate(core::FromDays(day)); }

TeamKey TeamOf(const cycles::v1::Cycle& cycle) {
  return {cycle.district(), cycle.school(), cycle.team()};
}

v1::Watch WatchOf(const cycles::v1::Cycle& cycle) {
  v1::Watch watch;
  watch.set_cycle(cycle.cycle());
  watch.set_start(Day(cycle.start()));
  watch.set_end(Day(cycle.end()));
  watch.set_baseline_from(Day(cycle.baseline_from()));
  watch.set_mid_cycle(Day(cycle.mid_cycle()));
  for (const auto& indicator : cycle.indicators()) {
    v1::WatchedIndicator& watched = *watch.add_indicators();
    watched.set_indicator(indicator.indicator());
    if (indicator.has_desired_growth_per_year()) {
      watched.set_desired_growth_per_year(indicator.desired_growth_per_year());
    }
  }
  return watch;
}

bool IsOver(const cycles::v1::Cycle& cycle) {
  return cycle.state() == cycles::v1::CYCLE_STATE_CLOSED;
}

void Watch(cycles::v1::Cycle cycle, decider::Turn& turn) {
  cycle.clear_artefacts();
  cycle.clear_impacts();
  cycle.clear_evidence();
  const TeamKey team = TeamOf(cycle);
  v1::CycleWatched watched;
  *watched.mutable_cycle() = cycle;
  turn.Emit(watched, core::Key{team.district, team.school}.Text());
  if (IsOver(cycle)) return;
  std::vector<EvidenceKey> keys;
  const v1::Watch* year =
      FindSchoolYear(*turn.state().Find(kTeams, RowKeyOf(team)), Day(cycle.start()));
  for (const auto& indicator : cycle.indicators()) {
    keys.push_back({team, cycle.cycle(), indicator.indicator()});
    if (year != nullptr) keys.push_back({team, year->cycle(), indicator.indicator()});
  }
  for (const EvidenceKey& evidence : keys) EvaluateTriggers(evidence, turn);
}

}  // namespace

void WatchAgain(const v1::CycleWatched& watched, decider::Turn& turn) {
  if (watched.cycle().state() != cycles::v1::CYCLE_STATE_CANCELLED) {
    return Watch(watched.cycle(), turn);
  }
  turn.Emit(watched, core::Key{watched.cycle().district(), watched.cycle().school()}.Text());
}

void Decide(const cycles::v1::CycleScheduled& scheduled, decider::Turn& turn) {
  const auto* team = turn.state().Find(kTeams, RowKeyOf(TeamOf(scheduled.cycle())));
  if (team != nullptr && FindWatch(*team, scheduled.cycle().cycle()) != nullptr) return;
  Watch(scheduled.cycle(), turn);
}

void Decide(const cycles::v1::ArtefactsRecorded& recorded, decider::Turn& turn) {
  const TeamKey key{recorded.district(), recorded.school(), recorded.team()};
  const auto* team = turn.state().Find(kTeams, RowKeyOf(key));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, recorded.cycle());
  if (watch == nullptr || watch->closed() || recorded.indicators().empty()) return;
  cycles::v1::Cycle cycle;
  cycle.set_district(recorded.district());
  cycle.set_school(recorded.school());
  cycle.set_team(recorded.team());
  cycle.set_cycle(recorded.cycle());
  cycle.set_start(Text(watch->start()));
  cycle.set_end(Text(watch->end()));
  cycle.set_baseline_from(Text(watch->baseline_from()));
  cycle.set_mid_cycle(Text(watch->mid_cycle()));
  *cycle.mutable_indicators() = recorded.indicators();
  if (MessageDifferencer::Equals(WatchOf(cycle), *watch)) return;
  Watch(cycle, turn);
}

void Decide(const cycles::v1::CycleClosed& closed, decider::Turn& turn) {
  const auto* team = turn.state().Find(kTeams, RowKeyOf(TeamOf(closed.cycle())));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, closed.cycle().cycle());
  if (watch != nullptr && !watch->closed()) Watch(closed.cycle(), turn);
}

void Decide(const cycles::v1::CycleCancelled& cancelled, decider::Turn& turn) {
  const auto* team = turn.state().Find(kTeams, RowKeyOf(TeamOf(cancelled.cycle())));
  if (team == nullptr || FindWatch(*team, cancelled.cycle().cycle()) == nullptr) return;
  v1::CycleWatched watched;
  *watched.mutable_cycle() = cancelled.cycle();
  watched.mutable_cycle()->clear_artefacts();
  turn.Emit(watched, core::Key{cancelled.cycle().district(), cancelled.cycle().school()}.Text());
}

void Decide(const cycles::v1::PhaseReopened& reopened, decider::Turn& turn) {
  const auto* team = turn.state().Find(kTeams, RowKeyOf(TeamOf(reopened.cycle())));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, reopened.cycle().cycle());
  if (watch != nullptr && watch->closed()) Watch(reopened.cycle(), turn);
}

void DecideMidCycle(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, team_id, cycle] = core::SplitKey<4>(timer.substr(kMidCycle.size()));
  const TeamKey key{std::string(district), std::string(school), std::string(team_id)};
  const auto* team = turn.state().Find(kTeams, RowKeyOf(key));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, std::string(cycle));
  if (watch == nullptr || watch->closed()) return;
  std::vector<EvidenceKey> keys;
  for (const auto& indicator : watch->indicators()) {
    keys.push_back({key, std::string(cycle), indicator.indicator()});
  }
  for (const EvidenceKey& evidence : keys) EvaluateMidCycle(evidence, turn);
}

namespace {

// Those of the cycle, when it is watched.
void AddIndicators(const TeamKey& key, const std::string& cycle, const decider::State& state,
                   std::set<std::string>& indicators) {
  const auto* team = state.Find(kTeams, RowKeyOf(key));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, cycle);
  if (watch == nullptr) return;
  for (const auto& one : watch->indicators()) indicators.insert(one.indicator());
}

void ApplyWatch(const TeamKey& key, const cycles::v1::Cycle& cycle, core::Instant time,
                decider::State& state, TouchedStudents& touched) {
  const std::string timer = std::string(kMidCycle) + JoinKey(RowKeyOf(key), cycle.cycle());
  v1::TeamRow& team = state.Edit(kTeams, RowKeyOf(key));
  state.ClearTimer(timer);
  if (cycle.state() == cycles::v1::CYCLE_STATE_CANCELLED) return RemoveWatch(team, cycle.cycle());
  v1::Watch watch = WatchOf(cycle);
  if (IsOver(cycle)) {
    const v1::Watch* open = FindWatch(team, cycle.cycle());
    if (open == nullptr) return;
    watch = *open;
    watch.set_closed(true);
    watch.set_rostered_at_close(team.rostered());
    return PutWatch(team, watch);
  }
  const v1::Watch* before = FindWatch(team, cycle.cycle());
  const bool reopened = before != nullptr && before->closed();
  PutWatch(team, watch);
  for (const auto& one : watch.indicators()) {
    if (reopened) ForgetAlerts({key, cycle.cycle(), one.indicator()}, state);
  }
  state.SetTimer(timer,
                 core::StartOfDay(core::FromDays(watch.mid_cycle()), ZoneOf(state, key.district)));
  // The results that were there before the cycle: its baselines, and what came early.
  for (const auto& indicator : watch.indicators()) {
    const EvidenceKey evidence{key, cycle.cycle(), indicator.indicator()};
    if (auto students = CycleStudents::Of(evidence, state, touched)) students->RefreshAll();
    MoveShown(state, evidence, time);
  }
  WatchSchoolYear(state, key, watch, time, touched);
}

}  // namespace

void Apply(const v1::CycleWatched& watched, core::Instant time, decider::State& state) {
  const cycles::v1::Cycle& cycle = watched.cycle();
  const TeamKey team = TeamOf(cycle);
  std::set<std::string> indicators;  // before, and now
  AddIndicators(team, cycle.cycle(), state, indicators);
  const CountedCycles counted = CountedCyclesOf(state, team);
  TouchedStudents touched;
  ApplyWatch(team, cycle, time, state, touched);
  TouchWhereCyclesChanged(state, team, counted, touched);
  AddIndicators(team, cycle.cycle(), state, indicators);
  for (const std::string& indicator : indicators) NoteMoved(team, indicator, time, state);
  MoveStandings(state, touched, time);
}

}  // namespace throughline::evidence
