#include "plans/domain/framing.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/time_zone.h"
#include "plans/domain/policy.h"
#include "plans/domain/school_calendar.h"
#include "plans/domain/tables.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline::plans {

namespace {

// The days on which a progression is its team's current one, unless a later one has begun.
struct CurrentDays {
  core::Date first;
  core::Date over;  // the first day on which it has been over for as long as it lasted
};

std::optional<core::InstructionalCalendar> AdoptedCalendarOf(const decider::State& state,
                                                             std::string_view district,
                                                             std::string_view school) {
  const auto* adopted = state.Find(kAdopted, district);
  const auto* known = state.Find(kSchools, core::Key{district, school}.Text());
  if (adopted == nullptr || known == nullptr) return std::nullopt;
  auto calendar = CalendarOf(adopted->calendar(), known->closures());
  if (!calendar) return std::nullopt;
  return *std::move(calendar);
}

std::optional<CurrentDays> DaysOf(const v1::LearningProgression& progression,
                                  const core::InstructionalCalendar& calendar) {
  const auto start = core::ParseDate(progression.start());
  if (!start || progression.days() < 1) return std::nullopt;
  return CurrentDays{*start, calendar.Add(*start, 2 * progression.days())};
}

// What the active teams of the school work on, in order of team.
std::vector<TeamFocus> FocusesOf(const decider::State& state, std::string_view district,
                                 std::string_view school, core::Date today) {
  std::vector<TeamFocus> focuses;
  const auto calendar = AdoptedCalendarOf(state, district, school);
  if (!calendar) return focuses;
  const std::string prefix = JoinKey(district, school, "");
  std::map<std::string, std::pair<core::Date, const v1::LearningProgression*>> current;
  state.ForEach(kProgressions, prefix, [&](const std::string&, const auto& progression) {
    const auto days = DaysOf(progression, *calendar);
    if (!days || today < days->first || today >= days->over) return;
    auto& latest = current[progression.team()];
    if (latest.second != nullptr && latest.first > days->first) return;
    latest = {days->first, &progression};
  });
  state.ForEach(kTeams, prefix, [&](const std::string&, const v1::Team& team) {
    if (!team.active()) return;
    TeamFocus& focus = focuses.emplace_back(TeamFocus{team.team(), {}});
    const auto found = current.find(team.team());
    if (found == current.end()) return;
    const auto& indicators = found->second.second->indicators();
    focus.indicators.assign(indicators.begin(), indicators.end());
  });
  return focuses;
}

// The plan in force, of the latest year; null when there is none.
const v1::SitePlan* PlanInForce(const decider::State& state, std::string_view district,
                                std::string_view school) {
  const v1::SitePlan* latest = nullptr;
  state.ForEach(kSitePlans, JoinKey(district, school, ""),
                [&](const std::string&, const auto& row) {
                  if (row.published().state() != v1::PLAN_STATE_PUBLISHED) return;
                  if (latest == nullptr || latest->year() < row.published().year())
                    latest = &row.published();
                });
  return latest;
}

// The least number of `all` that is that share of them.
int Enough(int all, double share) {
  int enough = 0;
  while (enough < all && static_cast<double>(enough) / all < share) ++enough;
  return enough;
}

bool IsTooFew(int some, int all, double share) { return all > 0 && some < Enough(all, share); }

void Move(v1::PlanFraming& framing, const char* reason, const char* field, std::string message) {
  v1::Finding& move = *framing.add_moves();
  move.set_reason(reason);
  move.set_field(field);
  move.set_message(std::move(message));
}

void CountPriorities(const v1::District& district, const v1::SitePlan& plan,
                     v1::PlanFraming& framing) {
  std::set<std::string> known;
  for (const auto& priority : district.priorities()) known.insert(priority.priority());
  int aligned = 0;
  bool own_problem = false;
  for (const v1::PlanPriority& priority : plan.priorities()) {
    if (known.contains(priority.district_priority())) ++aligned;
    own_problem |= std::any_of(priority.problems().begin(), priority.problems().end(),
                               [](const auto& problem) { return !problem.evidence().empty(); });
  }
  framing.set_priorities(plan.priorities_size());
  framing.set_district_priorities(aligned);
  framing.set_own_problem(own_problem);
}

void CountTeams(const v1::SitePlan& plan, const std::vector<TeamFocus>& teams,
                v1::PlanFraming& framing) {
  std::set<std::string> of_plan;
  for (const auto& indicator : plan.indicators()) of_plan.insert(indicator.indicator());
  framing.set_teams(static_cast<int>(teams.size()));
  int coherent = 0;
  for (const TeamFocus& team : teams) {
    const bool works_on_it =
        std::any_of(team.indicators.begin(), team.indicators.end(),
                    [&](const std::string& indicator) { return of_plan.contains(indicator); });
    coherent += works_on_it ? 1 : 0;
    if (!works_on_it) framing.add_other_teams(team.team);
  }
  framing.set_coherent_teams(coherent);
}

void SayFragmented(const common::v1::Policy& policy, v1::PlanFraming& framing) {
  if (framing.priorities() > policy.focused_priorities()) {
    Move(framing, "TOO_MANY_PRIORITIES", "priorities",
         fmt::format("The plan has {} priorities; {} at most would keep it focused.",
                     framing.priorities(), policy.focused_priorities()));
  }
  if (IsTooFew(framing.coherent_teams(), framing.teams(), policy.coherent_teams())) {
    Move(framing, "FEW_COHERENT_TEAMS", "indicators",
         fmt::format(
             "{} of {} active teams now work on an indicator of the plan; {} would be enough.",
             framing.coherent_teams(), framing.teams(),
             Enough(framing.teams(), policy.coherent_teams())));
  }
}

void SayRogue(const common::v1::Policy& policy, v1::PlanFraming& framing) {
  if (!IsTooFew(framing.district_priorities(), framing.priorities(), policy.aligned_priorities())) {
    return;
  }
  Move(framing, "FEW_DISTRICT_PRIORITIES", "priorities.district_priority",
       fmt::format("{} of {} priorities serve one of the district's; {} would be enough.",
                   framing.district_priorities(), framing.priorities(),
                   Enough(framing.priorities(), policy.aligned_priorities())));
}

void SayCompliant(v1::PlanFraming& framing) {
  if (framing.own_problem()) return;
  Move(framing, "NO_OWN_PROBLEM", "priorities.problems.evidence",
       "No problem of practice of the plan says which evidence of the school it rests on.");
}

// On those of the days that are to come.
void SetTimers(std::string_view district, std::string_view school, const std::set<core::Date>& days,
               core::Instant now, decider::State& state) {
  const std::string& zone = state.Find(kAdopted, district)->time_zone();
  for (const core::Date day : days) {
    const core::Instant due = core::StartOfDay(day, zone);
    if (due <= now) continue;
    state.SetTimer(std::string(kFramingDue) + JoinKey(district, school, core::FormatDate(day)),
                   due);
  }
}

}  // namespace

v1::PlanFraming FramingOf(const v1::District& district, const v1::SitePlan& plan,
                          const std::vector<TeamFocus>& teams) {
  v1::PlanFraming framing;
  CountPriorities(district, plan, framing);
  CountTeams(plan, teams, framing);
  SayFragmented(district.policy(), framing);
  framing.set_framing(v1::FRAMING_FRAGMENTED);
  if (!framing.moves().empty()) return framing;
  SayRogue(district.policy(), framing);
  framing.set_framing(v1::FRAMING_ROGUE);
  if (!framing.moves().empty()) return framing;
  SayCompliant(framing);
  framing.set_framing(framing.moves().empty() ? v1::FRAMING_FOCUSED : v1::FRAMING_COMPLIANT);
  return framing;
}

v1::PlanFraming WithoutPlan(std::string_view district, std::string_view school) {
  v1::PlanFraming framing;
  framing.set_district(std::string(district));
  framing.set_school(std::string(school));
  Move(framing, "NO_PLAN_IN_FORCE", "plan", "The school has no plan in force; publish one.");
  return framing;
}

void DecideFraming(std::string_view district, std::string_view school, decider::Turn& turn) {
  const decider::State& state = turn.state();
  const auto* adopted = state.Find(kAdopted, district);
  const auto* known = state.Find(kFramings, core::Key{district, school}.Text());
  const v1::SitePlan* plan = PlanInForce(state, district, school);
  if (adopted == nullptr || (plan == nullptr && known == nullptr)) return;
  v1::SitePlanFramed framed;
  v1::PlanFraming& framing = *framed.mutable_framing();
  if (plan == nullptr) {
    framing = WithoutPlan(district, school);
  } else {
    v1::District whole = *adopted;
    *whole.mutable_policy() = WholePolicy(adopted->policy());
    const core::Date today = core::LocalDate(turn.now(), adopted->time_zone());
    framing = FramingOf(whole, *plan, FocusesOf(state, district, school, today));
    framing.set_district(std::string(district));
    framing.set_school(std::string(school));
    framing.set_plan(plan->plan());
  }
  if (known != nullptr) {
    if (google::protobuf::util::MessageDifferencer::Equals(*known, framing)) return;
    framed.set_before(known->framing());
  }
  turn.Emit(framed, core::Key{district, school}.Text());
}

void DecideFramings(std::string_view district, decider::Turn& turn) {
  std::vector<std::string> schools;
  turn.state().ForEach(
      kSchools, JoinKey(district, ""),
      [&](const std::string&, const v1::School& school) { schools.push_back(school.school()); });
  for (const std::string& school : schools) DecideFraming(district, school, turn);
}

void DecideFramingDue(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, day] = core::SplitKey<3>(timer.substr(kFramingDue.size()));
  DecideFraming(district, school, turn);
}

void Apply(const v1::SitePlanFramed& framed, decider::State& state) {
  const v1::PlanFraming& framing = framed.framing();
  const std::string key = core::Key{framing.district(), framing.school()}.Text();
  if (framing.plan().empty()) return state.Erase(kFramings, key);
  state.Edit(kFramings, key) = framing;
}

void SetFramingTimers(const v1::LearningProgression& progression, core::Instant now,
                      decider::State& state) {
  const auto calendar = AdoptedCalendarOf(state, progression.district(), progression.school());
  const auto days = calendar ? DaysOf(progression, *calendar) : std::nullopt;
  if (!days) return;
  SetTimers(progression.district(), progression.school(), {days->first, days->over}, now, state);
}

void SetFramingTimers(std::string_view district, std::string_view school, core::Instant now,
                      decider::State& state) {
  // One calendar a school, which has many progressions.
  std::map<std::string, std::optional<core::InstructionalCalendar>> calendars;
  std::map<std::string, std::set<core::Date>> days;
  const std::string prefix = school.empty() ? JoinKey(district, "") : JoinKey(district, school, "");
  state.ForEach(kProgressions, prefix, [&](const std::string&, const auto& progression) {
    auto [calendar, is_new] = calendars.try_emplace(progression.school());
    if (is_new) calendar->second = AdoptedCalendarOf(state, district, progression.school());
    const auto current = calendar->second ? DaysOf(progression, *calendar->second) : std::nullopt;
    if (current) days[progression.school()].insert({current->first, current->over});
  });
  for (const auto& [of_school, due] : days) SetTimers(district, of_school, due, now, state);
}

}  // namespace throughline::plans
