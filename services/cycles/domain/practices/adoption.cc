#include "cycles/domain/practices/adoption.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/ids.h"
#include "core/time_zone.h"
#include "cycles/domain/practices/errors.h"
#include "cycles/domain/practices/fidelity.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kMaintenanceMonths = 6;  // of a district that is older than the policy's field

std::string AdoptionKey(const v1::Adoption& adoption) {
  return JoinKey(adoption.district(), adoption.school(), adoption.team(), adoption.practice());
}

std::string TimerOf(const v1::Adoption& adoption) {
  return std::string(kMaintenanceDue) + AdoptionKey(adoption);
}

// The practices of the design, as they are known, each with the name that it has there.
using NamedPractices = std::map<std::string, std::string>;
NamedPractices PracticesOf(const v1::Cycle& cycle, const decider::State& state) {
  NamedPractices practices;
  for (const std::string& text : cycle.artefacts().design().practices()) {
    const std::string id = PracticeNamed(state, kKnownLibrary, cycle.district(), text);
    if (!id.empty()) practices.try_emplace(id, text);
  }
  return practices;
}

std::string PracticeIn(const v1::Cycle& cycle, const std::string& text,
                       const decider::State& state) {
  return PracticeNamed(state, kKnownLibrary, cycle.district(), text);
}

// PRACTICE_NOT_OF_DESIGN, or PRACTICE_TWICE.
std::optional<Error> CheckNamed(const v1::Cycle& cycle, const std::string& text,
                                const std::string& field, std::set<std::string>& taken,
                                const decider::State& state) {
  const std::string id = PracticeIn(cycle, text, state);
  if (!PracticesOf(cycle, state).contains(id)) return PracticeNotOfDesign(field);
  if (!taken.insert(id).second) return PracticeTwice(field);
  return std::nullopt;
}

core::Date Later(core::Date day, int months) {
  using std::chrono::year_month_day;
  const year_month_day later = year_month_day(day) + std::chrono::months(months);
  return later.ok() ? core::Date(later)
                    : core::Date(later.year() / later.month() / std::chrono::last);
}

void Emit(v1::Adoption adoption, decider::Turn& turn) {
  adoption.set_version(adoption.version() + 1);
  v1::AdoptionChanged changed;
  *changed.mutable_adoption() = std::move(adoption);
  const v1::Adoption& now = changed.adoption();
  turn.Emit(changed, core::Key{now.district(), now.school()}.Text(),
            decider::Delivery::ToKey(now.district()));
}

void EmitIfNew(const v1::Adoption& adoption, decider::Turn& turn) {
  const auto* known = turn.state().Find(kAdoptions, AdoptionKey(adoption));
  if (known == nullptr || !MessageDifferencer::Equals(*known, adoption)) Emit(adoption, turn);
}

v1::EarlierAdoption Earlier(const v1::Adoption& adoption) {
  v1::EarlierAdoption earlier;
  earlier.set_state(adoption.state());
  earlier.set_latest_cycle(adoption.latest_cycle());
  earlier.set_from_school(adoption.from_school());
  earlier.set_from_team(adoption.from_team());
  earlier.set_what_changed(adoption.what_changed());
  if (adoption.has_fidelity()) *earlier.mutable_fidelity() = adoption.fidelity();
  return earlier;
}

// As it was before its latest cycle.
v1::Adoption Returned(v1::Adoption adoption) {
  const v1::EarlierAdoption earlier = adoption.before();
  adoption.clear_before();
  adoption.set_state(earlier.state());
  adoption.set_latest_cycle(earlier.latest_cycle());
  adoption.set_from_school(earlier.from_school());
  adoption.set_from_team(earlier.from_team());
  adoption.set_what_changed(earlier.what_changed());
  adoption.clear_fidelity();
  if (earlier.has_fidelity()) *adoption.mutable_fidelity() = earlier.fidelity();
  return adoption;
}

// Whether the team had decided for it before; otherwise it is begun while a cycle tries it.
bool IsKept(v1::AdoptionState before) {
  return before == v1::ADOPTION_STATE_ADOPTED || before == v1::ADOPTION_STATE_ADAPTED;
}

// The adoption of a practice of the cycle's design, as it is when the cycle tries it.
v1::Adoption Tried(const v1::Cycle& cycle, const std::string& practice, const std::string& name,
                   const decider::Turn& turn) {
  const decider::State& state = turn.state();
  v1::Adoption adoption;
  adoption.set_district(cycle.district());
  adoption.set_school(cycle.school());
  adoption.set_team(cycle.team());
  adoption.set_practice(practice);
  if (const auto* known = state.Find(kAdoptions, AdoptionKey(adoption))) adoption = *known;
  const bool anew = adoption.state() == v1::ADOPTION_STATE_UNSPECIFIED ||
                    adoption.state() == v1::ADOPTION_STATE_WITHDRAWN;
  if (anew) {
    adoption.clear_before();
  } else if (adoption.latest_cycle() != cycle.cycle()) {
    *adoption.mutable_before() = Earlier(adoption);
  }
  if (anew) {
    const auto& policy = district::PolicyOf(state, cycle.district());
    const core::Date today = district::TodayOf(cycle.district(), turn);
    adoption.set_name(name);
    adoption.set_begun_on(core::FormatDate(today));
    adoption.set_begun_in(cycle.cycle());
    adoption.set_maintenance_due(
        core::FormatDate(Later(today, policy.has_maintenance_months() ? policy.maintenance_months()
                                                                      : kMaintenanceMonths)));
  }
  if (anew || adoption.state() == v1::ADOPTION_STATE_ABANDONED) {
    adoption.set_state(v1::ADOPTION_STATE_BEGUN);
    adoption.clear_what_changed();
  }
  if (adoption.latest_cycle() != cycle.cycle()) adoption.clear_fidelity();
  adoption.set_latest_cycle(cycle.cycle());
  for (const v1::PracticeSource& source : cycle.artefacts().design().practice_sources()) {
    if (PracticeIn(cycle, source.practice(), state) != practice) continue;
    const bool same_school = source.from_school().empty();
    adoption.set_from_school(same_school ? cycle.school() : source.from_school());
    adoption.set_from_team(source.from_team());
  }
  return adoption;
}

template <class Visit>
void EachOfTeam(const v1::Cycle& cycle, const decider::State& state, const Visit& visit) {
  state.ForEach(kAdoptions, JoinKey(cycle.district(), cycle.school(), cycle.team(), ""),
                [&](const std::string&, const v1::Adoption& adoption) { visit(adoption); });
}

// Takes back what began in the cycle and nothing came of, but for what is `kept`.
void Withdraw(const v1::Cycle& cycle, const NamedPractices& kept, decider::Turn& turn) {
  std::vector<v1::Adoption> withdrawn;
  EachOfTeam(cycle, turn.state(), [&](const v1::Adoption& adoption) {
    if (adoption.begun_in() != cycle.cycle() || kept.contains(adoption.practice())) return;
    if (adoption.state() == v1::ADOPTION_STATE_BEGUN) withdrawn.push_back(adoption);
  });
  for (v1::Adoption& adoption : withdrawn) {
    adoption.set_state(v1::ADOPTION_STATE_WITHDRAWN);
    Emit(adoption, turn);
    TellNoMore(adoption, turn);
  }
}

// Withdraws, and returns to what it was what the cycle tries of what the team had taken up before.
void TakeBack(const v1::Cycle& cycle, const NamedPractices& kept, decider::Turn& turn) {
  Withdraw(cycle, kept, turn);
  std::vector<v1::Adoption> returned;
  EachOfTeam(cycle, turn.state(), [&](const v1::Adoption& adoption) {
    const bool tried = adoption.latest_cycle() == cycle.cycle() && adoption.has_before();
    if (tried && !kept.contains(adoption.practice())) returned.push_back(Returned(adoption));
  });
  for (const v1::Adoption& adoption : returned) {
    Emit(adoption, turn);
    if (!IsInUse(adoption)) TellNoMore(adoption, turn);
  }
}

// Names that this partition does not know, each once.
template <class Texts>
void AddUnknown(const Texts& texts, const decider::State& state, v1::PracticesNamed& named) {
  for (const std::string& text : texts) {
    const std::string id = PracticeNamed(state, kKnownLibrary, named.district(), text);
    if (id.empty() || FindPractice(state, kKnownLibrary, named.district(), id) != nullptr) continue;
    const bool there =
        std::any_of(named.practices().begin(), named.practices().end(),
                    [&](const v1::PracticesNamed::Named& one) { return one.practice() == id; });
    if (there) continue;
    v1::PracticesNamed::Named& one = *named.add_practices();
    one.set_practice(id);
    one.set_name(text);
  }
}

void TellNames(const v1::Cycle& cycle, decider::Turn& turn) {
  v1::PracticesNamed named;
  named.set_district(cycle.district());
  named.set_school(cycle.school());
  named.set_team(cycle.team());
  named.set_cycle(cycle.cycle());
  for (const v1::CycleIndicator& one : cycle.indicators()) named.add_indicators(one.indicator());
  AddUnknown(cycle.artefacts().design().practices(), turn.state(), named);
  AddUnknown(cycle.artefacts().refinement().promising_practices(), turn.state(), named);
  if (named.practices().empty()) return;
  turn.Emit(named, core::Key{cycle.district(), cycle.school()}.Text(),
            decider::Delivery::ToKey(cycle.district()));
}

const v1::PracticeDecision* DecisionOn(const v1::Cycle& cycle, const std::string& practice,
                                       const decider::State& state) {
  for (const v1::PracticeDecision& one : cycle.artefacts().refinement().practice_decisions()) {
    if (PracticeIn(cycle, one.practice(), state) == practice) return &one;
  }
  return nullptr;
}

v1::AdoptionState StateAfter(v1::NextStep step) {
  switch (step) {
    case v1::NEXT_STEP_ABANDON:
      return v1::ADOPTION_STATE_ABANDONED;
    case v1::NEXT_STEP_ADAPT:
      return v1::ADOPTION_STATE_ADAPTED;
    default:
      return v1::ADOPTION_STATE_ADOPTED;
  }
}

// Whether the last design of the team names it.
bool IsNamedStill(const v1::Adoption& adoption, const decider::State& state) {
  const std::string school = core::Key{adoption.district(), adoption.school()}.Text();
  const auto* team = state.Find(kTeamCycles, JoinKey(school, adoption.team()));
  for (int number = team == nullptr ? 0 : team->last_number(); number > 0; --number) {
    const std::string id = CycleId(adoption.district(), adoption.school(), adoption.team(), number);
    const auto* cycle = state.Find(kCycles, JoinKey(school, id));
    if (cycle == nullptr || cycle->artefacts().design().practices().empty()) continue;
    return PracticesOf(*cycle, state).contains(adoption.practice());
  }
  return false;
}

}  // namespace

std::optional<Error> CheckSources(const v1::Cycle& cycle, const decider::State& state) {
  const auto& sources = cycle.artefacts().design().practice_sources();
  std::set<std::string> taken;
  for (int i = 0; i < sources.size(); ++i) {
    const v1::PracticeSource& source = sources[i];
    const std::string field = fmt::format("design.practice_sources[{}]", i);
    if (auto error = CheckNamed(cycle, source.practice(), field + ".practice", taken, state)) {
      return error;
    }
    if (source.from_team().empty()) return SourceTeamMissing(field + ".from_team");
    if (auto error = core::CheckIds({{field + ".from_school", source.from_school(), true},
                                     {field + ".from_team", source.from_team()}})) {
      return error;
    }
    const bool same_school = source.from_school().empty() || source.from_school() == cycle.school();
    if (same_school && source.from_team() == cycle.team()) {
      return SourceIsItself(field + ".from_team");
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckSeen(const v1::Cycle& cycle, const v1::EvidenceLook& look,
                               const decider::State& state) {
  std::set<std::string> taken;
  for (int i = 0; i < look.components_seen_size(); ++i) {
    const v1::ComponentsSeen& seen = look.components_seen(i);
    const std::string field = fmt::format("look.components_seen[{}]", i);
    if (auto error = CheckNamed(cycle, seen.practice(), field + ".practice", taken, state)) {
      return error;
    }
    const auto* practice = FindPractice(state, kKnownLibrary, cycle.district(),
                                        PracticeIn(cycle, seen.practice(), state));
    std::set<std::string> there;
    for (int j = 0; j < seen.components_size(); ++j) {
      const std::string one = fmt::format("{}.components[{}]", field, j);
      const bool known = practice != nullptr && HasComponent(*practice, seen.components(j));
      if (!known) return ComponentUnknown(one, seen.practice());
      if (!there.insert(seen.components(j)).second) return ComponentTwice(one);
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckDecisions(const v1::Cycle& cycle, const decider::State& state) {
  const auto& decisions = cycle.artefacts().refinement().practice_decisions();
  std::set<std::string> taken;
  for (int i = 0; i < decisions.size(); ++i) {
    const v1::PracticeDecision& one = decisions[i];
    const std::string field = fmt::format("refinement.practice_decisions[{}]", i);
    if (auto error = CheckNamed(cycle, one.practice(), field + ".practice", taken, state)) {
      return error;
    }
    if (one.decision() == v1::NEXT_STEP_UNSPECIFIED) return DecisionMissing(field + ".decision");
    if (one.decision() == v1::NEXT_STEP_ADAPT && one.what_changed().empty()) {
      return WhatChangedMissing(field + ".what_changed");
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckStillNamed(const v1::Cycle& cycle, const decider::State& state) {
  const NamedPractices named = PracticesOf(cycle, state);
  const auto is_named = [&](const std::string& text) {
    return named.contains(PracticeIn(cycle, text, state));
  };
  const auto& looks = cycle.artefacts().looks();
  for (int i = 0; i < looks.size(); ++i) {
    for (int j = 0; j < looks[i].components_seen_size(); ++j) {
      if (is_named(looks[i].components_seen(j).practice())) continue;
      return PracticeNotOfDesign(fmt::format("looks[{}].components_seen[{}].practice", i, j));
    }
  }
  const auto& decisions = cycle.artefacts().refinement().practice_decisions();
  for (int i = 0; i < decisions.size(); ++i) {
    if (is_named(decisions[i].practice())) continue;
    return PracticeNotOfDesign(fmt::format("refinement.practice_decisions[{}].practice", i));
  }
  return std::nullopt;
}

void NotePractices(const v1::Cycle& cycle, decider::Turn& turn) {
  TellNames(cycle, turn);
  for (const auto& [practice, name] : PracticesOf(cycle, turn.state())) {
    const auto* known = FindPractice(turn.state(), kKnownLibrary, cycle.district(), practice);
    const auto* found = turn.state().Find(
        kAdoptions, JoinKey(cycle.district(), cycle.school(), cycle.team(), practice));
    if (known == nullptr || found == nullptr || found->latest_cycle() != cycle.cycle()) continue;
    v1::Adoption adoption = *found;
    const auto fidelity = FidelityOf(*known, cycle.artefacts(), [&](const std::string& text) {
      return PracticeIn(cycle, text, turn.state()) == practice;
    });
    if (!fidelity) continue;
    *adoption.mutable_fidelity() = *fidelity;
    EmitIfNew(adoption, turn);
  }
}

void BeginAdoptions(const v1::Cycle& cycle, decider::Turn& turn) {
  const NamedPractices practices = PracticesOf(cycle, turn.state());
  TakeBack(cycle, practices, turn);
  for (const auto& [practice, name] : practices) {
    EmitIfNew(Tried(cycle, practice, name, turn), turn);
  }
  // There are looks already when the phase was reopened, or the design amended.
  if (!cycle.artefacts().looks().empty()) NotePractices(cycle, turn);
}

void ConcludeAdoptions(const v1::Cycle& closed, decider::Turn& turn) {
  for (const auto& [practice, name] : PracticesOf(closed, turn.state())) {
    v1::Adoption adoption = Tried(closed, practice, name, turn);
    const auto* decision = DecisionOn(closed, practice, turn.state());
    adoption.set_state(StateAfter(decision == nullptr ? closed.artefacts().refinement().next_step()
                                                      : decision->decision()));
    adoption.clear_what_changed();
    if (adoption.state() == v1::ADOPTION_STATE_ADAPTED && decision != nullptr) {
      adoption.set_what_changed(decision->what_changed());
    }
    EmitIfNew(adoption, turn);
    if (!IsInUse(adoption)) TellNoMore(adoption, turn);
  }
}

void WithdrawAdoptions(const v1::Cycle& cycle, decider::Turn& turn) { TakeBack(cycle, {}, turn); }

void WithdrawConclusions(const v1::Cycle& reopened, decider::Turn& turn) {
  std::vector<v1::Adoption> tried;
  EachOfTeam(reopened, turn.state(), [&](const v1::Adoption& adoption) {
    if (adoption.latest_cycle() == reopened.cycle()) tried.push_back(adoption);
  });
  for (v1::Adoption& adoption : tried) {
    if (adoption.state() == v1::ADOPTION_STATE_WITHDRAWN) continue;
    const bool kept = IsKept(adoption.before().state());
    adoption.set_state(kept ? adoption.before().state() : v1::ADOPTION_STATE_BEGUN);
    adoption.set_what_changed(kept ? adoption.before().what_changed() : "");
    EmitIfNew(adoption, turn);
  }
}

void DecideMaintenance(std::string_view timer, decider::Turn& turn) {
  const auto* found = turn.state().Find(kAdoptions, timer.substr(kMaintenanceDue.size()));
  if (found == nullptr || found->maintenance() != v1::MAINTENANCE_UNSPECIFIED) return;
  v1::Adoption adoption = *found;
  const bool still = IsInUse(adoption) && IsNamedStill(adoption, turn.state());
  adoption.set_maintenance(still ? v1::MAINTENANCE_STILL_IN_USE : v1::MAINTENANCE_NO_LONGER);
  Emit(adoption, turn);
}

std::set<std::string> PracticesInUse(const v1::Cycle& cycle, const decider::State& state) {
  std::set<std::string> practices;
  // Ids of a team's cycles are in the order of time.
  EachOfTeam(cycle, state, [&](const v1::Adoption& adoption) {
    const bool begun =
        adoption.begun_in() <= cycle.cycle() && adoption.state() != v1::ADOPTION_STATE_WITHDRAWN;
    const bool given_up =
        adoption.state() == v1::ADOPTION_STATE_ABANDONED && adoption.latest_cycle() < cycle.cycle();
    if (begun && !given_up) practices.insert(adoption.practice());
  });
  return practices;
}

v1::Adoption Combined(const v1::Adoption& a, const v1::Adoption& b) {
  const bool a_is_later = b.latest_cycle() < a.latest_cycle();
  v1::Adoption combined = a_is_later ? a : b;
  const v1::Adoption& earlier = a.begun_on() <= b.begun_on() ? a : b;
  combined.set_begun_on(earlier.begun_on());
  combined.set_begun_in(earlier.begun_in());
  combined.set_maintenance_due(earlier.maintenance_due());
  combined.set_maintenance(earlier.maintenance());
  combined.set_version(std::max(a.version(), b.version()));
  return combined;
}

namespace {

void PutAdoption(const v1::Adoption& adoption, decider::State& state) {
  state.Edit(kAdoptions, AdoptionKey(adoption)) = adoption;
  const auto due = core::ParseDate(adoption.maintenance_due());
  const bool asks = due && adoption.maintenance() == v1::MAINTENANCE_UNSPECIFIED &&
                    adoption.state() != v1::ADOPTION_STATE_WITHDRAWN;
  if (!asks) return state.ClearTimer(TimerOf(adoption));
  state.SetTimer(TimerOf(adoption),
                 core::StartOfDay(*due, district::ZoneOf(state, adoption.district())));
}

}  // namespace

void Apply(const v1::AdoptionChanged& changed, decider::State& state) {
  PutAdoption(changed.adoption(), state);
}

void MoveAdoptions(const std::string& district, decider::State& state) {
  std::vector<v1::Adoption> moved;
  state.ForEach(kAdoptions, JoinKey(district, ""),
                [&](const std::string&, const v1::Adoption& adoption) {
                  const std::string& practice = adoption.practice();
                  if (Canonical(state, kKnownLibrary, district, practice) != practice) {
                    moved.push_back(adoption);
                  }
                });
  for (v1::Adoption& adoption : moved) {
    state.Erase(kAdoptions, AdoptionKey(adoption));
    state.ClearTimer(TimerOf(adoption));
    adoption.set_practice(Canonical(state, kKnownLibrary, district, adoption.practice()));
    const auto* known = state.Find(kAdoptions, AdoptionKey(adoption));
    PutAdoption(known == nullptr ? adoption : Combined(*known, adoption), state);
  }
}

}  // namespace throughline::cycles
