#include "evidence/domain/team_evidence.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "evidence/domain/contribution.h"
#include "evidence/domain/tables.h"

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
    if (Has(other, indicator)) previous = &other;
  }
  return previous;
}

// Below the district's cut in this window and in the one before.
bool IsStruggling(const decider::State& state, const EvidenceKey& evidence,
                  std::string_view student, const v1::TeamRow& team, const v1::Watch& watch,
                  const v1::ContributionRow& contribution) {
  const auto* cut = state.Find(kCuts, Key(evidence.team.district, evidence.indicator));
  if (cut == nullptr || !contribution.has_current()) return false;
  if (BinOf(contribution.current()) >= cut->bin()) return false;
  const v1::Watch* previous = Previous(team, watch, evidence.indicator);
  if (previous == nullptr) return false;
  const auto* before =
      state.Find(kContributions,
                 ContributionKey({evidence.team, previous->cycle(), evidence.indicator}, student));
  return before != nullptr && before->has_current() && BinOf(before->current()) < cut->bin();
}

std::optional<v1::ContributionRow> Current(const decider::State& state, const EvidenceKey& evidence,
                                           std::string_view student, const v1::TeamRow& team,
                                           const v1::Watch& watch,
                                           const v1::ContributionRow* before) {
  const auto* known =
      state.Find(kStudents, Key(evidence.team.district, evidence.team.school, student));
  const bool rostered =
      known != nullptr &&
      std::binary_search(known->teams().begin(), known->teams().end(), evidence.team.team);
  const bool kept = watch.closed() && before != nullptr;
  if (!rostered && !kept) return std::nullopt;
  const auto* trail = state.Find(kTrails, TrailKey(evidence.team, evidence.indicator, student));
  if (trail == nullptr) return std::nullopt;
  auto now = ContributionOf(*trail, watch, kept ? before->groups() : known->groups());
  if (now) now->set_struggling(IsStruggling(state, evidence, student, team, watch, *now));
  return now;
}

}  // namespace

std::string RowKeyOf(const TeamKey& team) { return Key(team.district, team.school, team.team); }

std::string RowKeyOf(const EvidenceKey& evidence) {
  return Key(RowKeyOf(evidence.team), evidence.cycle, evidence.indicator);
}

std::string ContributionKey(const EvidenceKey& evidence, std::string_view student) {
  return Key(RowKeyOf(evidence), student);
}

std::string TrailKey(const TeamKey& team, std::string_view indicator, std::string_view student) {
  return Key(RowKeyOf(team), indicator, student);
}

const v1::Watch* FindWatch(const v1::TeamRow& team, std::string_view cycle) {
  for (const v1::Watch& watch : team.watches()) {
    if (watch.cycle() == cycle) return &watch;
  }
  return nullptr;
}

void AddTouched(const decider::State& state, const TeamKey& team, std::string_view indicator,
                int32_t day, std::set<EvidenceKey>& touched) {
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  if (row == nullptr) return;
  for (const v1::Watch& watch : row->watches()) {
    if (Spans(watch, day) && Has(watch, indicator)) {
      touched.insert({team, watch.cycle(), std::string(indicator)});
    }
  }
}

void Refresh(decider::State& state, const EvidenceKey& evidence, std::string_view student) {
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  if (watch == nullptr) return;
  const std::string key = ContributionKey(evidence, student);
  const auto* before = state.Find(kContributions, key);
  auto now = Current(state, evidence, student, *team, *watch, before);
  if (!now && before == nullptr) return;
  if (now && before != nullptr &&
      google::protobuf::util::MessageDifferencer::Equals(*now, *before)) {
    return;
  }
  v1::EvidenceRow& row = state.Edit(kEvidence, RowKeyOf(evidence));
  if (before != nullptr) TakeOut(*before, row);
  if (now) {
    PutIn(*now, row);
    state.Edit(kContributions, key) = *now;
  } else {
    state.Erase(kContributions, key);
  }
}

void AddTouchedRows(const decider::State& state, const TeamKey& team, std::string_view indicator,
                    std::string_view student, int32_t day, std::vector<decider::RowKey>& rows) {
  rows.push_back({std::string(kTrails.name), TrailKey(team, indicator, student)});
  std::set<EvidenceKey> touched;
  AddTouched(state, team, indicator, day, touched);
  const auto* row = state.Find(kTeams, RowKeyOf(team));
  for (const EvidenceKey& evidence : touched) {
    rows.push_back({std::string(kEvidence.name), RowKeyOf(evidence)});
    rows.push_back({std::string(kContributions.name), ContributionKey(evidence, student)});
    const v1::Watch* previous = Previous(*row, *FindWatch(*row, evidence.cycle), indicator);
    if (previous == nullptr) continue;
    rows.push_back({std::string(kContributions.name),
                    ContributionKey({team, previous->cycle(), std::string(indicator)}, student)});
  }
}

}  // namespace throughline::evidence
