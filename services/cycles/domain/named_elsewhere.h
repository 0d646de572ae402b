// What cycles and visits may name of other services: progressions of a team, problems of practice
// of the school's plans, and indicators. Noted from their facts.
//
// Only of a place that is followed from its beginning (district::IsFollowed) is anything noted, and
// what is not noted taken for missing. So nothing is decided anew about what older logs have.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "core/key.h"
#include "core/result.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::cycles {

// PROGRESSION_UNKNOWN, or INDICATOR_UNKNOWN in a school whose published plan says which indicators
// there are: one that is neither in a plan of the school nor observed by an assessment. A school
// without a plan may begin with any, as teams often do before plan and assessments are there.
std::optional<core::Error> CheckNames(const v1::ScheduleCycleRequest& request,
                                      const decider::State& state);
// INDICATOR_UNKNOWN, by the same rule, of one indicator at a school.
std::optional<core::Error> CheckIndicator(const core::Key& at, const std::string& field,
                                          const std::string& indicator,
                                          const decider::State& state);
// Indicators that were taken although no assessment of the district observes them yet.
void AddFindings(const v1::ScheduleCycleRequest& request, const decider::State& state,
                 v1::ScheduleCycleResponse& response);
// PROBLEM_UNKNOWN, when it is named and no plan of the school has it.
std::optional<core::Error> CheckProblem(const v1::Cycle& cycle, const std::string& problem,
                                        const decider::State& state);

void Decide(const plans::v1::ProgressionChanged& changed, decider::Turn& turn);
void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn);
void Decide(const evidence::v1::AssessmentsAdopted& adopted, decider::Turn& turn);

void Apply(const plans::v1::ProgressionNoted& noted, decider::State& state);
void Apply(const plans::v1::PlanNoted& noted, decider::State& state);
void Apply(const v1::ObservedIndicatorsNoted& noted, decider::State& state);

}  // namespace throughline::cycles
