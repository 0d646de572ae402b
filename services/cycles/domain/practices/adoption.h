// What teams take up: an adoption begins when the design phase ends with a practice in the design,
// is adopted, adapted or abandoned at refine, and asked about some months later. On the school's
// key; every change is delivered to the district's.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kMaintenanceDue =
    "maintenance/";  // + district/school/team/practice

// What a request says of practices, beside the cycle that is changed by it.
std::optional<core::Error> CheckSources(const v1::Cycle& cycle, const decider::State& state);
std::optional<core::Error> CheckSeen(const v1::Cycle& cycle, const v1::EvidenceLook& look,
                                     const decider::State& state);
std::optional<core::Error> CheckDecisions(const v1::Cycle& cycle, const decider::State& state);
// The design was amended: what was seen and decided is still of its practices.
std::optional<core::Error> CheckStillNamed(const v1::Cycle& cycle, const decider::State& state);

// Artefacts were recorded: names that are new are told to the district, and what looks saw is
// noted.
void NotePractices(const v1::Cycle& cycle, decider::Turn& turn);
// The design is done, or was amended.
void BeginAdoptions(const v1::Cycle& cycle, decider::Turn& turn);
// The cycle is closed: what the team does with what it tried.
void ConcludeAdoptions(const v1::Cycle& closed, decider::Turn& turn);
// The design is not done any more: what began with it is withdrawn, and what the team had taken up
// before is as it was.
void WithdrawAdoptions(const v1::Cycle& cycle, decider::Turn& turn);
// The cycle is open again: nothing is decided on what it tries.
void WithdrawConclusions(const v1::Cycle& reopened, decider::Turn& turn);
// Whether a practice is still in use.
void DecideMaintenance(std::string_view timer, decider::Turn& turn);

// Practices that the team of a cycle used in it, whatever its design names: the same whenever it is
// asked.
std::set<std::string> PracticesInUse(const v1::Cycle& cycle, const decider::State& state);
// Of two of the same team, of practices that turned out to be one: the later one, begun when the
// earlier one was.
v1::Adoption Combined(const v1::Adoption& a, const v1::Adoption& b);

void Apply(const v1::AdoptionChanged& changed, decider::State& state);
// For Apply: the library changed; adoptions are of the practices that their names are of now.
void MoveAdoptions(const std::string& district, decider::State& state);

}  // namespace throughline::cycles
