#include "evidence/domain/pooled_changes.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/time_zone.h"
#include "district/district_notes.h"
#include "evidence/domain/basis.h"
#include "evidence/domain/changes_within.h"
#include "evidence/domain/pooled_gaps.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using google::protobuf::util::MessageDifferencer;

namespace {

// On the second: a stream of results does not put it off.
void SetChangesTimer(std::string_view district, std::string_view school, core::Instant time,
                     decider::State& state) {
  state.SetTimer(std::string(kChangesDue) + JoinKey(district, school),
                 std::chrono::floor<std::chrono::seconds>(time) + std::chrono::seconds(1));
}

bool WorksOn(const v1::Watch& watch, std::string_view indicator) {
  return std::any_of(watch.indicators().begin(), watch.indicators().end(),
                     [&](const auto& one) { return one.indicator() == indicator; });
}

// The cycle whose window is current: of those that are open and have begun, the last. A school year
// is no cycle.
const v1::Watch* CurrentWatch(const v1::TeamRow& team, std::string_view indicator, int32_t today) {
  const v1::Watch* current = nullptr;
  for (const v1::Watch& watch : team.watches()) {
    const bool is_open = !watch.closed() && watch.baseline_until() == 0;
    if (is_open && watch.start() <= today && WorksOn(watch, indicator)) current = &watch;
  }
  return current;
}

// Unset when the team has no part.
v1::TeamChanges PartOf(const TeamKey& team, const std::string& indicator, int32_t today,
                       const decider::State& state) {
  v1::TeamChanges part;
  part.set_team(team.team);
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  const v1::Watch* watch = row == nullptr ? nullptr : CurrentWatch(*row, indicator, today);
  if (watch == nullptr) return part;
  const auto* evidence = state.Find(kEvidence, RowKeyOf({team, watch->cycle(), indicator}));
  if (evidence == nullptr) return part;
  const std::vector<Pool> pools = PoolsOf(*evidence, KnownIn(state, team.district));
  if (const auto compared = ComparedOf(MainOf(pools))) {
    *part.mutable_changes() = ChangesWithin(*compared);
  }
  return part;
}

// The sums after the parts of the teams that moved took the place of the ones before.
v1::ChangesSummed Sum(const std::string& district, const std::string& school,
                      const std::string& indicator, const v1::ChangesRow& row, int32_t today,
                      const decider::State& state) {
  v1::ChangesSummed summed;
  summed.set_district(district);
  summed.set_school(school);
  summed.set_indicator(indicator);
  *summed.mutable_sums() = row.sums();
  for (const std::string& team : row.moved_teams()) {
    v1::TeamChanges part = PartOf({district, school, team}, indicator, today, state);
    const auto* before = state.Find(kTeamChanges, JoinKey(district, school, indicator, team));
    if (before == nullptr && !part.has_changes()) continue;
    if (before != nullptr && part.has_changes() &&
        MessageDifferencer::Equals(*before, part.changes())) {
      continue;
    }
    if (before != nullptr) TakeOut(*before, *summed.mutable_sums());
    if (part.has_changes()) PutIn(part.changes(), *summed.mutable_sums());
    *summed.add_teams() = std::move(part);
  }
  return summed;
}

void SumMoved(const std::string& district, const std::string& school, decider::Turn& turn) {
  const int32_t today = core::ToDays(core::LocalDate(turn.now(), ZoneOf(turn.state(), district)));
  std::vector<v1::ChangesSummed> all;
  const std::string prefix = JoinKey(district, school, "");
  turn.state().ForEach(kChanges, prefix, [&](const std::string& key, const v1::ChangesRow& row) {
    if (row.moved_teams().empty()) return;
    all.push_back(Sum(district, school, key.substr(prefix.size()), row, today, turn.state()));
  });
  // Also when no part differs, as where changes are unequated: those teams are not to be looked at
  // again and again. The district need not know.
  for (const v1::ChangesSummed& summed : all) {
    turn.Emit(
        summed, core::Key{district, school}.Text(),
        summed.teams().empty() ? decider::Delivery::Nowhere() : decider::Delivery::ToKey(district));
  }
}

}  // namespace

void NoteMoved(const TeamKey& team, const std::string& indicator, core::Instant time,
               decider::State& state) {
  SetChangesTimer(team.district, team.school, time, state);
  const std::string key = JoinKey(team.district, team.school, indicator);
  const auto* row = state.Find(kChanges, key);
  if (row != nullptr &&
      std::binary_search(row->moved_teams().begin(), row->moved_teams().end(), team.team)) {
    return;
  }
  Placed(*state.Edit(kChanges, key).mutable_moved_teams(), team.team);
}

void DecideChanges(std::string_view timer, decider::Turn& turn) {
  const auto [district, school] = core::SplitKey<2>(timer.substr(kChangesDue.size()));
  const std::string of_district(district), of_school(school);
  if (!of_school.empty()) SumMoved(of_district, of_school, turn);
  EvaluatePooledGaps(of_district, of_school, turn);
}

void Decide(const v1::ChangesSummed& summed, decider::Turn& turn) {
  v1::DistrictChangesSummed folded;
  folded.set_district(summed.district());
  folded.set_school(summed.school());
  folded.set_indicator(summed.indicator());
  *folded.mutable_sums() = summed.sums();
  turn.Emit(folded, summed.district());
}

void Apply(const v1::ChangesSummed& summed, decider::State& state) {
  const std::string key = JoinKey(summed.district(), summed.school(), summed.indicator());
  for (const v1::TeamChanges& team : summed.teams()) {
    const std::string part = JoinKey(key, team.team());
    if (team.has_changes()) {
      state.Edit(kTeamChanges, part) = team.changes();
    } else {
      state.Erase(kTeamChanges, part);
    }
  }
  if (summed.sums().empty()) return state.Erase(kChanges, key);
  v1::ChangesRow& row = state.Edit(kChanges, key);
  row.clear_moved_teams();
  *row.mutable_sums() = summed.sums();
}

void Apply(const v1::DistrictChangesSummed& summed, core::Instant time, decider::State& state) {
  const std::string whole = JoinKey(summed.district(), "", summed.indicator());
  const std::string part = JoinKey(summed.district(), summed.indicator(), summed.school());
  v1::ChangesRow& row = state.Edit(kChanges, whole);
  if (const auto* before = state.Find(kSchoolChanges, part)) {
    for (const v1::ChangeSums& sums : before->sums()) TakeOut(sums, *row.mutable_sums());
  }
  for (const v1::ChangeSums& sums : summed.sums()) PutIn(sums, *row.mutable_sums());
  if (row.sums().empty()) state.Erase(kChanges, whole);
  if (summed.sums().empty()) {
    state.Erase(kSchoolChanges, part);
  } else {
    *state.Edit(kSchoolChanges, part).mutable_sums() = summed.sums();
  }
  SetChangesTimer(summed.district(), "", time, state);
}

}  // namespace throughline::evidence
