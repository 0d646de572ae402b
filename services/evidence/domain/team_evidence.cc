#include "evidence/domain/team_evidence.h"

#include <algorithm>
#include <map>

#include "evidence/domain/contribution.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/student_standing.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

bool Has(const v1::Watch& watch, std::string_view indicator) {
  return std::any_of(watch.indicators().begin(), watch.indicators().end(),
                     [&](const auto& one) { return one.indicator() == indicator; });
}

bool Spans(const v1::Watch& watch, int32_t day) {
  return watch.baseline_from() <= day && day <= watch.end();
}

// The cycle before this one that works on the same indicator.
const v1::Watch* Previous(const v1::TeamRow& team, const v1::Watch& watch,
                          std::string_view indicator) {
  const v1::Watch* previous = nullptr;
  for (const v1::Watch& other : team.watches()) {
    if (other.start() >= watch.start()) break;
    if (IsSchoolYear(other.cycle())) continue;
    if (Has(other, indicator)) previous = &other;
  }
  return previous;
}

// Below the district's cut in this window and in the one before.
bool IsStruggling(const decider::State& state, const EvidenceKey& evidence,
                  std::string_view student, const v1::TeamRow& team, const v1::Watch& watch,
                  const v1::ContributionRow& contribution) {
  if (IsSchoolYear(evidence.cycle)) return false;
  const auto* cut = state.Find(kCuts, JoinKey(evidence.team.district, evidence.indicator));
  if (cut == nullptr || !contribution.has_current()) return false;
  if (BinOf(contribution.current().ppm()) >= cut->bin()) return false;
  const v1::Watch* previous = Previous(team, watch, evidence.indicator);
  if (previous == nullptr) return false;
  const auto* before =
      state.Find(kContributions,
                 ContributionKey({evidence.team, previous->cycle(), evidence.indicator}, student));
  return before != nullptr && before->has_current() && BinOf(before->current().ppm()) < cut->bin();
}

// What the student adds from now on, given the points that count. `key` is that of what the student
// added `before`, null when that was nothing.
void Replace(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             const v1::Watch& watch, const std::string& key, const v1::ContributionRow* before,
             v1::ContributionRow now, TouchedStudents& touched) {
  const TeamKey& team = evidence.team;
  const auto* known = state.Find(kStudents, JoinKey(team.district, team.school, student));
  const bool rostered = known != nullptr &&
                        std::binary_search(known->teams().begin(), known->teams().end(), team.team);
  const bool kept = watch.closed() && before != nullptr;
  const bool any = (rostered || kept) && (now.has_baseline() || now.has_current());
  if (any) {
    const auto* row = state.Find(kTeams, RowKeyOf(team));
    if (kept) {
      *now.mutable_groups() = before->groups();
    } else {
      *now.mutable_groups() = known->groups();
    }
    now.set_struggling(IsStruggling(state, evidence, student, *row, watch, now));
  }
  if (!any && before == nullptr) return;
  if (any && before != nullptr && IsSame(now, *before)) return;
  v1::EvidenceRow& sums = state.Edit(kEvidence, RowKeyOf(evidence));
  NoteChange(sums, student, before, any ? &now : nullptr);
  if (before != nullptr) TakeOut(*before, sums);
  if (any) {
    PutIn(now, sums);
    state.Edit(kContributions, key) = std::move(now);
  } else {
    state.Erase(kContributions, key);
  }
  if (!IsSchoolYear(evidence.cycle)) touched[{team, evidence.indicator}].emplace(student);
}

// Null when the cycle is not watched (any more).
const v1::Watch* WatchOf(const decider::State& state, const EvidenceKey& evidence) {
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  return team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
}

}  // namespace

std::vector<EvidenceKey> OpenUnder(const std::string& prefix, const decider::State& state) {
  std::vector<EvidenceKey> open;
  state.ForEach(kTeams, prefix, [&](const std::string& key, const v1::TeamRow& row) {
    const auto [district, school, team] = core::SplitKey<3>(key);
    const TeamKey of{std::string(district), std::string(school), std::string(team)};
    for (const v1::Watch& watch : row.watches()) {
      if (watch.closed()) continue;
      for (const auto& one : watch.indicators()) {
        open.push_back({of, watch.cycle(), one.indicator()});
      }
    }
  });
  return open;
}

std::vector<EvidenceKey> TouchedBy(const decider::State& state, const TeamKey& team,
                                   std::string_view indicator, int32_t day) {
  std::vector<EvidenceKey> touched;
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return touched;
  for (const v1::Watch& watch : row->watches()) {
    if (Spans(watch, day) && Has(watch, indicator)) {
      touched.push_back({team, watch.cycle(), std::string(indicator)});
    }
  }
  return touched;
}

void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             const v1::TrailPoint& added, TouchedStudents& touched) {
  const v1::Watch* watch = WatchOf(state, evidence);
  if (watch == nullptr) return;
  const std::string key = ContributionKey(evidence, student);
  const auto* before = state.Find(kContributions, key);
  // A student who was in no open cycle of the team may have a trail all the same.
  if (before == nullptr && watch->closed()) return Refresh(state, evidence, student, touched);
  v1::ContributionRow now;
  if (before != nullptr && before->has_baseline()) *now.mutable_baseline() = before->baseline();
  if (before != nullptr && before->has_current()) *now.mutable_current() = before->current();
  Offer(added, *watch, now);
  Replace(state, evidence, student, *watch, key, before, std::move(now), touched);
}

void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student,
             TouchedStudents& touched) {
  const v1::Watch* watch = WatchOf(state, evidence);
  if (watch == nullptr) return;
  v1::ContributionRow now;
  const int32_t last = StretchOf(watch->end());
  for (int32_t stretch = StretchOf(watch->baseline_from()); stretch <= last; ++stretch) {
    const auto* trail =
        state.Find(kTrails, TrailKey(evidence.team, evidence.indicator, stretch, student));
    if (trail == nullptr) continue;
    for (const v1::TrailPoint& point : PointsOf(*trail)) Offer(point, *watch, now);
  }
  const std::string key = ContributionKey(evidence, student);
  Replace(state, evidence, student, *watch, key, state.Find(kContributions, key), std::move(now),
          touched);
}

void RefreshAll(decider::State& state, const EvidenceKey& evidence, TouchedStudents& touched) {
  const v1::Watch* watch = WatchOf(state, evidence);
  if (watch == nullptr) return;
  std::map<std::string, v1::ContributionRow> students;
  const int32_t last = StretchOf(watch->end());
  for (int32_t stretch = StretchOf(watch->baseline_from()); stretch <= last; ++stretch) {
    const std::string prefix = TrailKey(evidence.team, evidence.indicator, stretch, "");
    state.ForEach(kTrails, prefix, [&](const std::string& key, const v1::TrailRow& trail) {
      v1::ContributionRow& now = students[key.substr(prefix.size())];
      for (const v1::TrailPoint& point : PointsOf(trail)) Offer(point, *watch, now);
    });
  }
  for (auto& [student, now] : students) {
    const std::string key = ContributionKey(evidence, student);
    Replace(state, evidence, student, *watch, key, state.Find(kContributions, key), std::move(now),
            touched);
  }
}

bool RefreshStruggling(decider::State& state, const EvidenceKey& evidence, int32_t before,
                       TouchedStudents& touched) {
  const v1::Watch* watch = WatchOf(state, evidence);
  const auto* cut = state.Find(kCuts, JoinKey(evidence.team.district, evidence.indicator));
  if (watch == nullptr || cut == nullptr) return false;
  // Whoever is above both cuts struggles by neither.
  const int32_t higher = std::max(before, cut->bin());
  const std::string prefix = ContributionKey(evidence, "");
  std::vector<std::string> low;
  state.ForEach(kContributions, prefix, [&](const std::string& key, const auto& contribution) {
    if (contribution.has_current() && BinOf(contribution.current().ppm()) < higher) {
      low.push_back(key.substr(prefix.size()));
    }
  });
  bool moved = false;
  const v1::TeamRow& team = *state.Find(kTeams, RowKeyOf(evidence.team));
  for (const std::string& student : low) {
    const std::string key = ContributionKey(evidence, student);
    const v1::ContributionRow& was = *state.Find(kContributions, key);
    if (IsStruggling(state, evidence, student, team, *watch, was) == was.struggling()) continue;
    Replace(state, evidence, student, *watch, key, &was, v1::ContributionRow(was), touched);
    moved = true;
  }
  return moved;
}

namespace {

// Those by which it is told how the student stands.
void AddStandingRows(const v1::TeamRow& row, const TeamKey& team, std::string_view indicator,
                     std::string_view student, std::vector<decider::RowKey>& rows) {
  rows.push_back(
      {std::string(kStandings.name), JoinKey(team.district, team.school, indicator, student)});
  for (const v1::Watch* watch : CyclesCounted(row, indicator)) {
    rows.push_back({std::string(kContributions.name),
                    ContributionKey({team, watch->cycle(), std::string(indicator)}, student)});
  }
}

}  // namespace

void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    std::string_view student, int32_t day, std::vector<decider::RowKey>& rows) {
  rows.push_back({std::string(kTrails.name), TrailKey(team, indicator, StretchOf(day), student)});
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  const std::vector<EvidenceKey> touched = TouchedBy(state, team, indicator, day);
  if (!touched.empty()) AddStandingRows(*row, team, indicator, student, rows);
  for (const EvidenceKey& evidence : touched) {
    rows.push_back({std::string(kEvidence.name), RowKeyOf(evidence)});
    rows.push_back({std::string(kContributions.name), ContributionKey(evidence, student)});
    if (IsSchoolYear(evidence.cycle)) continue;
    const v1::Watch* previous = Previous(*row, *FindWatch(*row, evidence.cycle), indicator);
    if (previous == nullptr) continue;
    rows.push_back({std::string(kContributions.name),
                    ContributionKey({team, previous->cycle(), std::string(indicator)}, student)});
  }
}

}  // namespace throughline::evidence
