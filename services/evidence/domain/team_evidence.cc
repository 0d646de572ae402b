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

std::optional<CycleStudents> CycleStudents::Of(EvidenceKey evidence, decider::State& state,
                                               TouchedStudents& touched) {
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  if (watch == nullptr) return std::nullopt;
  return CycleStudents(std::move(evidence), *team, *watch, state, touched);
}

CycleStudents::CycleStudents(EvidenceKey evidence, const v1::TeamRow& team, const v1::Watch& watch,
                             decider::State& state, TouchedStudents& touched)
    : evidence_(std::move(evidence)),
      watch_(&watch),
      state_(&state),
      touched_(&touched),
      row_(RowKeyOf(evidence_)),
      students_(evidence_.team.district, evidence_.team.school),
      contributions_(row_) {
  if (IsSchoolYear(evidence_.cycle)) return;
  cut_ = state.Find(kCuts, JoinKey(evidence_.team.district, evidence_.indicator));
  if (const v1::Watch* previous = Previous(team, watch, evidence_.indicator)) {
    previous_.emplace(
        RowKeyOf(EvidenceKey{evidence_.team, previous->cycle(), evidence_.indicator}));
  }
}

void CycleStudents::Add(const std::string& student, const v1::TrailPoint& point) {
  const auto* before = state_->Find(kContributions, contributions_.Of(student));
  // A student who was in no open cycle of the team may have a trail all the same.
  if (before == nullptr && watch_->closed()) return Refresh(student);
  // Not cleared, so that memory is used again.
  if (before != nullptr && before->has_baseline()) {
    *now_.mutable_baseline() = before->baseline();
  } else {
    now_.clear_baseline();
  }
  if (before != nullptr && before->has_current()) {
    *now_.mutable_current() = before->current();
  } else {
    now_.clear_current();
  }
  Offer(point, *watch_, now_);
  Replace(student, before);
}

void CycleStudents::Refresh(const std::string& student) {
  OfferTrail(student);
  Replace(student, state_->Find(kContributions, contributions_.Of(student)));
}

void CycleStudents::RefreshAll() {
  const std::set<std::string> students = WhoMayAdd();
  std::vector<decider::RowKey> rows;
  for (core::KeysUnder& trails : Trails()) {
    for (const std::string& student : students) {
      rows.push_back({std::string(kTrails.name), std::string(trails.Of(student))});
    }
  }
  state_->Preload(std::move(rows));
  for (const std::string& student : students) {
    if (!OfferTrail(student)) continue;
    Replace(student, state_->Find(kContributions, contributions_.Of(student)));
  }
}

bool CycleStudents::OfferTrail(const std::string& student) {
  now_.Clear();
  bool any = false;
  for (core::KeysUnder& trails : Trails()) {
    const auto* trail = state_->Find(kTrails, trails.Of(student));
    if (trail == nullptr) continue;
    for (const v1::TrailPoint& point : PointsIn(*trail, evidence_.team.team)) {
      Offer(point, *watch_, now_);
      any = true;
    }
  }
  return any;
}

std::vector<core::KeysUnder>& CycleStudents::Trails() {
  if (!trails_.empty()) return trails_;
  const int32_t last = StretchOf(watch_->end());
  for (int32_t stretch = StretchOf(watch_->baseline_from()); stretch <= last; ++stretch) {
    trails_.push_back(
        TrailKeys(evidence_.team.district, evidence_.team.school, evidence_.indicator, stretch));
  }
  return trails_;
}

std::set<std::string> CycleStudents::WhoMayAdd() const {
  std::set<std::string> students;
  const auto& [district, school, team] = evidence_.team;
  const std::string of_school = JoinKey(district, school, "");
  state_->ForEach(kStudents, of_school, [&](const std::string& key, const v1::StudentRow& row) {
    if (std::binary_search(row.teams().begin(), row.teams().end(), team)) {
      students.insert(key.substr(of_school.size()));
    }
  });
  const std::string of_cycle = JoinKey(row_, "");
  state_->ForEach(kContributions, of_cycle,
                  [&](const std::string& key, const v1::ContributionRow&) {
                    students.insert(key.substr(of_cycle.size()));
                  });
  return students;
}

bool CycleStudents::RefreshStruggling(int32_t before) {
  if (cut_ == nullptr) return false;
  // Whoever is above both cuts struggles by neither.
  const int32_t higher = std::max(before, cut_->bin());
  const std::string prefix = JoinKey(row_, "");
  std::vector<std::string> low;
  state_->ForEach(kContributions, prefix, [&](const std::string& key, const auto& contribution) {
    if (contribution.has_current() && BinOf(contribution.current().ppm()) < higher) {
      low.push_back(key.substr(prefix.size()));
    }
  });
  bool moved = false;
  for (const std::string& student : low) {
    const v1::ContributionRow& was = *state_->Find(kContributions, contributions_.Of(student));
    if (IsStruggling(student, was) == was.struggling()) continue;
    now_ = was;
    Replace(student, &was);
    moved = true;
  }
  return moved;
}

// Below the district's cut in this window and in the one before.
bool CycleStudents::IsStruggling(std::string_view student,
                                 const v1::ContributionRow& contribution) {
  if (cut_ == nullptr || !previous_ || !contribution.has_current()) return false;
  if (BinOf(contribution.current().ppm()) >= cut_->bin()) return false;
  const auto* before = state_->Find(kContributions, previous_->Of(student));
  return before != nullptr && before->has_current() && BinOf(before->current().ppm()) < cut_->bin();
}

void CycleStudents::Replace(const std::string& student, const v1::ContributionRow* before) {
  const auto* known = state_->Find(kStudents, students_.Of(student));
  const bool rostered =
      known != nullptr &&
      std::binary_search(known->teams().begin(), known->teams().end(), evidence_.team.team);
  const bool kept = watch_->closed() && before != nullptr;
  const bool any = (rostered || kept) && (now_.has_baseline() || now_.has_current());
  if (any) {
    *now_.mutable_groups() = kept ? before->groups() : known->groups();
    now_.set_struggling(IsStruggling(student, now_));
  }
  if (!any && before == nullptr) return;
  if (any && before != nullptr && IsSame(now_, *before)) return;
  v1::EvidenceRow& sums = state_->Edit(kEvidence, row_);
  NoteChange(sums, student, before, any ? &now_ : nullptr);
  if (before != nullptr) TakeOut(*before, sums);
  if (any) {
    PutIn(now_, sums);
    state_->Edit(kContributions, contributions_.Of(student)).Swap(&now_);
  } else {
    state_->Erase(kContributions, contributions_.Of(student));
  }
  Touch(student);
}

void CycleStudents::Touch(const std::string& student) {
  if (IsSchoolYear(evidence_.cycle)) return;
  if (touched_here_ == nullptr) touched_here_ = &(*touched_)[{evidence_.team, evidence_.indicator}];
  touched_here_->insert(student);
}

void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    int32_t day, std::vector<decider::RowKey>& rows, StudentKeys& of_students) {
  of_students.emplace_back(kTrails.name,
                           TrailKeys(team.district, team.school, indicator, StretchOf(day)));
  const std::vector<EvidenceKey> touched = TouchedBy(state, team, indicator, day);
  if (touched.empty()) return;
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  std::set<std::string_view> cycles;  // whose contributions are read
  // Those by which it is told how the student stands.
  of_students.emplace_back(kStandings.name, core::KeysUnder(team.district, team.school, indicator));
  for (const v1::Watch* watch : CyclesCounted(*row, indicator)) cycles.insert(watch->cycle());
  for (const EvidenceKey& evidence : touched) {
    rows.push_back({std::string(kEvidence.name), RowKeyOf(evidence)});
    cycles.insert(evidence.cycle);
    if (IsSchoolYear(evidence.cycle)) continue;
    const v1::Watch* previous = Previous(*row, *FindWatch(*row, evidence.cycle), indicator);
    if (previous != nullptr) cycles.insert(previous->cycle());
  }
  for (std::string_view cycle : cycles) {
    of_students.emplace_back(kContributions.name, core::KeysUnder(team.district, team.school,
                                                                  team.team, cycle, indicator));
  }
}

}  // namespace throughline::evidence
