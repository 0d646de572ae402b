#include "evidence/domain/run_chart_baselines.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "core/date.h"
#include "district/district_notes.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/purpose.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

constexpr int kBaselinesAtMost = 50;  // of a chart

using BaselineRequest = v1::SetRunChartBaselineRequest;
using KnownIds = std::set<std::string>;

TeamKey ChartTeam(const auto& one) { return {one.district(), one.school(), one.team()}; }

// Those that the plans have, and those that a roster or a cycle has named.
KnownIds TeamsThatAre(const BaselineRequest& request, const decider::State& state) {
  const std::string prefix = JoinKey(request.district(), request.school(), "");
  KnownIds teams;
  const auto add = [&](const std::string& key, const auto&) {
    teams.insert(key.substr(prefix.size()));
  };
  state.ForEach(district::kTeams, prefix, add);
  state.ForEach(kTeams, prefix, add);
  return teams;
}

// Those that an assessment of the district observes.
KnownIds ObservedIndicators(const BaselineRequest& request, const decider::State& state) {
  KnownIds indicators;
  state.ForEach(kAssessments, JoinKey(request.district(), ""),
                [&](const std::string&, const v1::Assessment& one) {
                  indicators.insert(one.indicators().begin(), one.indicators().end());
                });
  return indicators;
}

std::optional<core::Error> CheckChart(const BaselineRequest& request, const decider::State& state) {
  if (auto error = core::CheckIds({{"district", request.district()},
                                   {"school", request.school()},
                                   {"team", request.team(), true},
                                   {"indicator", request.indicator()}})) {
    return error;
  }
  if (state.Find(kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (state.Find(kSchools, JoinKey(request.district(), request.school())) == nullptr) {
    return core::SchoolUnknown(request.school());
  }
  const KnownIds teams = TeamsThatAre(request, state);
  if (!request.team().empty() && !teams.contains(request.team())) {
    return TeamNotFound("team", request.team(), teams);
  }
  const KnownIds indicators = ObservedIndicators(request, state);
  if (indicators.contains(request.indicator())) return std::nullopt;
  return IndicatorNotFound(request.indicator(), indicators);
}

std::optional<core::Error> CheckBaselineDay(const BaselineRequest& request,
                                            const decider::Turn& turn) {
  const auto day = core::ParseDate(request.from());
  if (!day) return BaselineDayInvalid();
  if (*day > district::TodayOf(request.district(), turn)) return BaselineDayInvalid();
  const auto calendar = CalendarOf(turn.state(), request.district(), request.school());
  const bool has_terms = calendar.LastDay().has_value();
  if (has_terms && !calendar.SchoolYearOf(*day)) return BaselineDayInvalid();
  return std::nullopt;
}

bool IsSetAlready(const BaselineRequest& request, const decider::State& state) {
  const auto* row =
      state.Find(kRunChartBaselines, RunChartKey(ChartTeam(request), request.indicator()));
  if (row == nullptr) return false;
  return std::any_of(row->decisions().begin(), row->decisions().end(), [&](const auto& one) {
    return one.from() == request.from() && one.reason() == request.reason();
  });
}

}  // namespace

void Decide(const BaselineRequest& request, decider::Turn& turn) {
  if (auto error = CheckChart(request, turn.state())) return turn.Refuse(*error);
  if (auto error = CheckBaselineDay(request, turn)) return turn.Refuse(*error);
  if (auto error = CheckPurpose(request.reason(), "reason", ReasonMissing())) {
    return turn.Refuse(*error);
  }
  if (IsSetAlready(request, turn.state())) return turn.Refuse(BaselineUnchanged());
  v1::RunChartBaselineSet set;
  set.set_district(request.district());
  set.set_school(request.school());
  set.set_team(request.team());
  set.set_indicator(request.indicator());
  set.mutable_decision()->set_from(request.from());
  set.mutable_decision()->set_reason(request.reason());
  turn.Emit(set, core::Key{request.district(), request.school()}.Text());
  turn.Answer(v1::SetRunChartBaselineResponse());
}

void Apply(const v1::RunChartBaselineSet& set, decider::State& state) {
  auto& decisions = *state.Edit(kRunChartBaselines, RunChartKey(ChartTeam(set), set.indicator()))
                         .mutable_decisions();
  Placed(decisions, set.decision(),
         [](const auto& a, const auto& b) { return a.from() < b.from(); }) = set.decision();
  if (decisions.size() > kBaselinesAtMost) decisions.erase(decisions.begin());
}

}  // namespace throughline::evidence
