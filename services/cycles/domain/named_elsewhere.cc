#include "cycles/domain/named_elsewhere.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "district/finding.h"

namespace throughline::cycles {

using core::Error;

namespace {

using Ids = std::set<std::string>;

// Of the plans of a school, as last published.
struct Planned {
  bool is_there = false;
  Ids indicators, problems;
};

Planned PlannedIn(const std::string& district, const std::string& school,
                  const decider::State& state) {
  Planned planned;
  state.ForEach(kNotedPlans, JoinKey(district, school, ""),
                [&](const std::string&, const plans::v1::PlanNoted& plan) {
                  planned.is_there = true;
                  planned.indicators.insert(plan.indicators().begin(), plan.indicators().end());
                  planned.problems.insert(plan.problems().begin(), plan.problems().end());
                });
  return planned;
}

Ids ObservedIn(const std::string& district, const decider::State& state) {
  const auto* row = state.Find(kObservedIndicators, district);
  return row == nullptr ? Ids() : Ids(row->indicators().begin(), row->indicators().end());
}

Ids ProgressionsOf(const v1::ScheduleCycleRequest& request, const decider::State& state) {
  Ids ids;
  state.ForEach(kNotedProgressions,
                JoinKey(request.district(), request.school(), request.team(), ""),
                [&](const std::string&, const plans::v1::ProgressionNoted& one) {
                  ids.insert(one.progression());
                });
  return ids;
}

}  // namespace

std::optional<Error> CheckNames(const v1::ScheduleCycleRequest& request,
                                const decider::State& state) {
  if (!district::IsFollowed(state, request.district(), request.school())) return std::nullopt;
  if (!request.progression().empty()) {
    const Ids progressions = ProgressionsOf(request, state);
    if (!progressions.contains(request.progression())) {
      return ProgressionUnknown(request.progression(), request.team(), progressions);
    }
  }
  for (int i = 0; i < request.indicators_size(); ++i) {
    if (auto error =
            CheckIndicator({request.district(), request.school()}, fmt::format("indicators[{}]", i),
                           request.indicators(i), state)) {
      return error;
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckIndicator(const core::Key& at, const std::string& field,
                                    const std::string& indicator, const decider::State& state) {
  const std::string district(at.district), school(at.school);
  if (!district::IsFollowed(state, district, school)) return std::nullopt;
  if (!district::IsFollowed(state, district, "")) return std::nullopt;
  const Planned planned = PlannedIn(district, school, state);
  if (!planned.is_there) return std::nullopt;
  Ids known = ObservedIn(district, state);
  known.insert(planned.indicators.begin(), planned.indicators.end());
  if (known.contains(indicator)) return std::nullopt;
  return IndicatorUnknown(field, indicator, known);
}

void AddFindings(const v1::ScheduleCycleRequest& request, const decider::State& state,
                 v1::ScheduleCycleResponse& response) {
  if (!district::IsFollowed(state, request.district(), "")) return;
  const Ids observed = ObservedIn(request.district(), state);
  for (int i = 0; i < request.indicators_size(); ++i) {
    if (observed.contains(request.indicators(i))) continue;
    *response.add_findings() = district::FindingOf(
        IndicatorNotObserved(fmt::format("indicators[{}]", i), request.indicators(i), observed));
  }
}

std::optional<Error> CheckProblem(const v1::Cycle& cycle, const std::string& problem,
                                  const decider::State& state) {
  if (problem.empty()) return std::nullopt;
  if (!district::IsFollowed(state, cycle.district(), cycle.school())) return std::nullopt;
  const Ids problems = PlannedIn(cycle.district(), cycle.school(), state).problems;
  if (problems.contains(problem)) return std::nullopt;
  return ProblemUnknown(problem, problems);
}

void Decide(const plans::v1::ProgressionChanged& changed, decider::Turn& turn) {
  const plans::v1::LearningProgression& one = changed.progression();
  if (!district::IsFollowed(turn.state(), one.district(), one.school())) return;
  const std::string key = JoinKey(one.district(), one.school(), one.team(), one.progression());
  if (turn.state().Find(kNotedProgressions, key) != nullptr) return;
  plans::v1::ProgressionNoted noted;
  noted.set_district(one.district());
  noted.set_school(one.school());
  noted.set_team(one.team());
  noted.set_progression(one.progression());
  turn.Emit(noted, core::Key{one.district(), one.school()}.Text());
}

void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn) {
  const plans::v1::SitePlan& plan = published.plan();
  if (!district::IsFollowed(turn.state(), plan.district(), plan.school())) return;
  plans::v1::PlanNoted noted;
  noted.set_district(plan.district());
  noted.set_school(plan.school());
  noted.set_plan(plan.plan());
  for (const auto& indicator : plan.indicators()) noted.add_indicators(indicator.indicator());
  for (const auto& priority : plan.priorities()) {
    for (const auto& problem : priority.problems()) noted.add_problems(problem.problem());
  }
  const auto* known =
      turn.state().Find(kNotedPlans, JoinKey(plan.district(), plan.school(), plan.plan()));
  using google::protobuf::util::MessageDifferencer;
  if (known != nullptr && MessageDifferencer::Equals(*known, noted)) return;
  turn.Emit(noted, core::Key{plan.district(), plan.school()}.Text());
}

void Decide(const evidence::v1::AssessmentsAdopted& adopted, decider::Turn& turn) {
  // The two topics may be read apart: what comes before the district itself is not of an older one.
  const bool is_known = turn.state().Find(district::kDistricts, adopted.district()) != nullptr;
  if (is_known && !district::IsFollowed(turn.state(), adopted.district(), "")) return;
  const Ids known = ObservedIn(adopted.district(), turn.state());
  Ids fresh;
  for (const auto& assessment : adopted.assessments()) {
    for (const std::string& indicator : assessment.indicators()) {
      if (!known.contains(indicator)) fresh.insert(indicator);
    }
  }
  if (fresh.empty()) return;
  v1::ObservedIndicatorsNoted noted;
  noted.set_district(adopted.district());
  noted.mutable_indicators()->Assign(fresh.begin(), fresh.end());
  turn.Emit(noted, adopted.district());
}

void Apply(const plans::v1::ProgressionNoted& noted, decider::State& state) {
  state.Edit(kNotedProgressions,
             JoinKey(noted.district(), noted.school(), noted.team(), noted.progression())) = noted;
}

void Apply(const plans::v1::PlanNoted& noted, decider::State& state) {
  state.Edit(kNotedPlans, JoinKey(noted.district(), noted.school(), noted.plan())) = noted;
}

void Apply(const v1::ObservedIndicatorsNoted& noted, decider::State& state) {
  v1::ObservedIndicatorsRow& row = state.Edit(kObservedIndicators, noted.district());
  Ids all(row.indicators().begin(), row.indicators().end());
  all.insert(noted.indicators().begin(), noted.indicators().end());
  row.mutable_indicators()->Assign(all.begin(), all.end());
}

}  // namespace throughline::cycles
