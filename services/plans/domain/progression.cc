#include "plans/domain/progression.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "core/ids.h"
#include "plans/domain/errors.h"
#include "plans/domain/framing.h"
#include "plans/domain/limits.h"
#include "plans/domain/school_calendar.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;

namespace {

constexpr size_t kBytesAtMost = size_t{64} * 1024;

// Indicators of the school's published plans.
std::set<std::string> PlanIndicators(const decider::State& state,
                                     const v1::LearningProgression& progression) {
  std::set<std::string> indicators;
  const std::string prefix = JoinKey(progression.district(), progression.school(), "");
  state.ForEach(kSitePlans, prefix, [&](const std::string&, const v1::SitePlanRow& row) {
    if (row.published().state() != v1::PLAN_STATE_PUBLISHED) return;
    for (const auto& indicator : row.published().indicators()) {
      indicators.insert(indicator.indicator());
    }
  });
  return indicators;
}

std::optional<Error> CheckTasks(const v1::LearningProgression& progression) {
  int days = 0;
  if (progression.tasks_size() > kListAtMost) return TooMany("progression.tasks", kListAtMost);
  for (int i = 0; i < progression.tasks_size(); ++i) {
    const v1::Task& task = progression.tasks(i);
    const std::string field = fmt::format("progression.tasks[{}]", i);
    if (task.title().empty()) return Missing(field + ".title", "what students do");
    if (task.days() < 1 || task.days() > 3) return OutOfRange(field + ".days", 1, 3);
    days += task.days();
  }
  if (days > progression.days()) return TasksDoNotFit(days, progression.days());
  return std::nullopt;
}

std::optional<Error> CheckProgression(const v1::LearningProgression& progression,
                                      const decider::State& state, int indicators_at_most) {
  if (progression.learning_targets().empty()) {
    return Missing("progression.learning_targets", "what students will learn");
  }
  if (progression.performance_outcomes().empty()) {
    return Missing("progression.performance_outcomes", "what students will show");
  }
  if (progression.assessments().empty()) {
    return Missing("progression.assessments", "the assessments that will show evidence");
  }
  if (progression.indicators().empty()) {
    return Missing("progression.indicators", "one to four indicators");
  }
  if (progression.indicators_size() > indicators_at_most) {
    return TooMany("progression.indicators", indicators_at_most);
  }
  for (int i = 0; i < progression.assessments_size(); ++i) {
    if (!core::IsId(progression.assessments(i))) {
      return IdInvalid(fmt::format("progression.assessments[{}]", i));
    }
  }
  std::set<std::string> named;
  const std::set<std::string> known = PlanIndicators(state, progression);
  for (int i = 0; i < progression.indicators_size(); ++i) {
    const std::string field = fmt::format("progression.indicators[{}]", i);
    if (!known.contains(progression.indicators(i))) {
      return IndicatorNotInPlan(field, progression.indicators(i), known);
    }
    if (!named.insert(progression.indicators(i)).second) return DoubleId(field);
  }
  return CheckTasks(progression);
}

std::optional<Error> Check(const v1::LearningProgression& progression,
                           const decider::State& state) {
  if (!core::IsId(progression.progression())) return IdInvalid("progression.progression");
  if (progression.ByteSizeLong() > kBytesAtMost) return TextTooLong("progression", kBytesAtMost);
  const auto* district = state.Find(kAdopted, progression.district());
  const auto* school =
      state.Find(kSchools, core::Key{progression.district(), progression.school()}.Text());
  if (district == nullptr) return DistrictUnknown(progression.district());
  if (school == nullptr) return SchoolUnknown(progression.school());
  const std::string team =
      JoinKey(progression.district(), progression.school(), progression.team());
  if (state.Find(kTeams, team) == nullptr) return TeamUnknown(progression.team());
  auto start = core::ParseDate(progression.start());
  if (!start) return DateInvalid("progression.start");
  auto calendar = CalendarOf(district->calendar(), school->closures());
  if (calendar && !calendar->IsInstructional(*start)) return NotInstructional("progression.start");
  if (progression.days() < 1 || progression.days() > 60)
    return OutOfRange("progression.days", 1, 60);
  return CheckProgression(progression, state, district->policy().indicators_at_most());
}

}  // namespace

void Decide(const v1::UpsertProgressionRequest& request, decider::Turn& turn) {
  v1::LearningProgression progression = request.progression();
  const auto* district = turn.state().Find(kAdopted, progression.district());
  if (progression.days() == 0 && district != nullptr) {
    progression.set_days(district->policy().cycle_days());
  }
  if (auto error = Check(progression, turn.state())) return turn.Refuse(*error);
  const auto* known =
      turn.state().Find(kProgressions, JoinKey(progression.district(), progression.school(),
                                               progression.team(), progression.progression()));
  const int64_t version = known == nullptr ? 0 : known->version();
  if (progression.version() != 0 && progression.version() != version) {
    return turn.Refuse(VersionStale("progression.version", progression.version(), version));
  }
  progression.set_version(version);
  if (known == nullptr ||
      !google::protobuf::util::MessageDifferencer::Equals(*known, progression)) {
    progression.set_version(version + 1);
    v1::ProgressionChanged changed;
    *changed.mutable_progression() = progression;
    turn.Emit(changed, core::Key{progression.district(), progression.school()}.Text());
    DecideFraming(progression.district(), progression.school(), turn);
  }
  v1::UpsertProgressionResponse response;
  *response.mutable_progression() = progression;
  turn.Answer(response);
}

void Apply(const v1::ProgressionChanged& changed, core::Instant now, decider::State& state) {
  const v1::LearningProgression& progression = changed.progression();
  state.Edit(kProgressions, JoinKey(progression.district(), progression.school(),
                                    progression.team(), progression.progression())) = progression;
  SetFramingTimers(progression, now, state);
}

}  // namespace throughline::plans
