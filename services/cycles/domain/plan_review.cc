#include "cycles/domain/plan_review.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <set>

#include "core/time_zone.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/measures.h"
#include "cycles/domain/tables.h"
#include "disclosure/enum_words.h"

namespace throughline::cycles {

namespace {

using plans::v1::PlanInForceNoted;

constexpr int kDaysAWeek = 5;  // instructional ones
// Of policies that were adopted before they said so.
constexpr int kWeeksWhenNotSaid = 8;
constexpr int kAnswerDaysWhenNotSaid = 10;

constexpr std::string_view kOpen = "open", kOverdue = "overdue", kEscalate = "escalate";

int DaysBetweenReviews(const common::v1::Policy& policy) {
  return kDaysAWeek *
         (policy.has_clarity_cycle_weeks() ? policy.clarity_cycle_weeks() : kWeeksWhenNotSaid);
}

int DaysToAnswer(const common::v1::Policy& policy) {
  return policy.has_plan_review_days() ? policy.plan_review_days() : kAnswerDaysWhenNotSaid;
}

std::string TimerOf(std::string_view what, std::string_view district, std::string_view school) {
  return std::string(kPlanReview) + JoinKey(what, district, school);
}

const v1::PlanReviewRow* RowOf(const decider::State& state, std::string_view district,
                               std::string_view school) {
  return state.Find(kPlanReviews, core::Key{district, school}.Text());
}

const v1::Review* OpenReviewOf(const decider::State& state, const PlanInForceNoted& plan) {
  const auto* row = RowOf(state, plan.district(), plan.school());
  if (row == nullptr || row->open_review().empty()) return nullptr;
  return state.Find(kReviews, JoinKey(plan.district(), plan.school(), row->open_review()));
}

// The school's plan in force; without an id when none is.
PlanInForceNoted InForce(const decider::State& state, const std::string& district,
                         const std::string& school) {
  const auto* noted = state.Find(kPlansInForce, core::Key{district, school}.Text());
  if (noted != nullptr) return *noted;
  PlanInForceNoted none;
  none.set_district(district);
  none.set_school(school);
  return none;
}

v1::Condition OverdueOf(const v1::Review& review) {
  v1::Condition overdue;
  overdue.set_district(review.district());
  overdue.set_school(review.school());
  overdue.set_trigger(common::v1::TRIGGER_OVERDUE);
  overdue.set_severity(v1::SEVERITY_WARNING);
  overdue.set_plan(review.plan());
  overdue.set_review(review.review());
  overdue.set_due(review.due());
  overdue.set_reason(fmt::format("The review of the plan was due on {}.", review.due()));
  return overdue;
}

void End(const v1::Review& open, v1::ReviewAnswer answer, const std::string& reason,
         decider::Turn& turn) {
  v1::ReviewAnswered answered;
  v1::Review& review = *answered.mutable_review();
  review = open;
  review.set_answer(answer);
  review.set_adjustment(reason);
  review.set_answered_at_ms(core::ToMillis(turn.now()));
  review.set_version(review.version() + 1);
  turn.Emit(answered, core::Key{review.district(), review.school()}.Text());
  ClearOverdue(review, turn);
}

void Note(const PlanInForceNoted& noted, decider::Turn& turn) {
  const auto before = InForce(turn.state(), noted.district(), noted.school());
  if (google::protobuf::util::MessageDifferencer::Equals(before, noted)) return;
  const v1::Review* open = OpenReviewOf(turn.state(), before);
  if (open != nullptr && before.plan() != noted.plan()) {
    End(v1::Review(*open), v1::REVIEW_ANSWER_LAPSED, /*reason=*/"", turn);
  }
  turn.Emit(noted, core::Key{noted.district(), noted.school()}.Text());
}

struct Practice {
  std::set<std::string> teams, nominating_teams;
};

void AddVerdict(const v1::Impact& impact, v1::PlanReviewFindings& findings) {
  for (auto& one : *findings.mutable_indicators()) {
    if (one.indicator() != impact.indicator()) continue;
    if (impact.verdict() == v1::VERDICT_EXCEEDED) one.set_exceeded(one.exceeded() + 1);
    if (impact.verdict() == v1::VERDICT_MET) one.set_met(one.met() + 1);
    if (impact.verdict() == v1::VERDICT_SHORT) one.set_short_of_it(one.short_of_it() + 1);
    if (impact.verdict() == v1::VERDICT_INCONCLUSIVE) one.set_inconclusive(one.inconclusive() + 1);
  }
}

// What plans says of a field, in the words of all services.
template <class List>
void AddFindings(const google::protobuf::RepeatedPtrField<plans::v1::Finding>& found, List& list) {
  for (const plans::v1::Finding& one : found) {
    common::v1::Finding& finding = *list.Add();
    finding.set_reason(one.reason());
    finding.set_field(one.field());
    finding.set_message(one.message());
  }
}

void DescribePlan(const PlanInForceNoted& plan, v1::PlanReviewFindings& findings) {
  for (const plans::v1::QuestionCheck& check : plan.vague()) {
    auto& vague = *findings.add_vague();
    vague.set_question(check.question());
    AddFindings(check.findings(), *vague.mutable_findings());
  }
  if (plan.has_framing()) findings.set_framing(disclosure::WordOf(plan.framing().framing()));
  AddFindings(plan.framing().moves(), *findings.mutable_moves());
  findings.set_revision(plan.revision());
}

v1::PlanReviewFindings Gather(const PlanInForceNoted& plan, const v1::PlanReviewRow& row,
                              const decider::State& state) {
  v1::PlanReviewFindings findings;
  DescribePlan(plan, findings);
  for (const std::string& one : plan.indicators()) findings.add_indicators()->set_indicator(one);
  std::map<std::string, std::set<std::string>> problems;
  std::map<std::string, Practice> practices;
  for (const std::string& id : row.closed()) {
    const auto* cycle = state.Find(kCycles, JoinKey(plan.district(), plan.school(), id));
    if (cycle == nullptr) continue;
    findings.add_cycles(id);
    for (const v1::Impact& impact : cycle->impacts()) AddVerdict(impact, findings);
    const v1::Artefacts& artefacts = cycle->artefacts();
    if (const std::string& problem = artefacts.analysis().problem(); !problem.empty()) {
      problems[problem].insert(cycle->team());
    }
    for (const std::string& practice : artefacts.design().practices()) {
      practices[practice].teams.insert(cycle->team());
    }
    for (const std::string& practice : artefacts.refinement().promising_practices()) {
      practices[practice].teams.insert(cycle->team());
      practices[practice].nominating_teams.insert(cycle->team());
    }
  }
  for (const auto& [problem, teams] : problems) {
    if (teams.size() < 2) continue;
    auto& shared = *findings.add_shared_problems();
    shared.set_problem(problem);
    shared.mutable_teams()->Assign(teams.begin(), teams.end());
  }
  for (const auto& [name, practice] : practices) {
    auto& tried = *findings.add_practices();
    tried.set_practice(name);
    tried.mutable_teams()->Assign(practice.teams.begin(), practice.teams.end());
    tried.mutable_nominating_teams()->Assign(practice.nominating_teams.begin(),
                                             practice.nominating_teams.end());
  }
  return findings;
}

void Open(const PlanInForceNoted& plan, const v1::PlanReviewRow& row, decider::Turn& turn) {
  const std::string key = core::Key{plan.district(), plan.school()}.Text();
  const auto calendar = district::CalendarOf(turn.state(), plan.district(), plan.school());
  const core::Date today = district::TodayOf(plan.district(), turn);
  v1::ReviewOpened opened;
  v1::Review& review = *opened.mutable_review();
  review.set_district(plan.district());
  review.set_school(plan.school());
  review.set_review(ReviewId(JoinKey(key, plan.plan()), turn));
  review.set_trigger(common::v1::TRIGGER_CADENCE);
  review.set_reason("The plan is due for review: is it kept as it is, or revised?");
  review.set_plan(plan.plan());
  *review.mutable_plan_findings() = Gather(plan, row, turn.state());
  for (auto& measure : MeasuresNow(plan, turn.state())) {
    *review.mutable_plan_findings()->add_measures() = std::move(measure);
  }
  review.set_due(core::FormatDate(
      calendar.Add(today, DaysToAnswer(district::PolicyOf(turn.state(), plan.district())))));
  review.set_opened_at_ms(core::ToMillis(turn.now()));
  review.set_version(1);
  *review.mutable_names() = NamesOf(review, turn.state());
  turn.Emit(opened, key);
}

void SetTimer(std::string_view what, const core::Key& school, core::Date day,
              decider::State& state) {
  state.SetTimer(TimerOf(what, school.district, school.school),
                 core::StartOfDay(day, district::ZoneOf(state, school.district)));
}

// The review after the one that is due on that day.
void SetNext(const core::Key& school, v1::PlanReviewRow& row, core::Date from,
             decider::State& state) {
  const auto calendar = district::CalendarOf(state, school.district, school.school);
  const core::Date next =
      calendar.Add(from, DaysBetweenReviews(district::PolicyOf(state, school.district)));
  row.set_next_day(core::ToDays(next));
  SetTimer(kOpen, school, next, state);
}

}  // namespace

void DecidePlanInForce(const plans::v1::SitePlanPublished& published, decider::Turn& turn) {
  const plans::v1::SitePlan& plan = published.plan();
  const PlanInForceNoted before = InForce(turn.state(), plan.district(), plan.school());
  // One of an earlier year does not take the place of what is in force.
  if (!before.plan().empty() && before.plan() != plan.plan() && before.year() > plan.year()) return;
  PlanInForceNoted noted;
  noted.set_district(plan.district());
  noted.set_school(plan.school());
  noted.set_plan(plan.plan());
  noted.set_year(plan.year());
  noted.set_revision(plan.revision());
  for (const auto& indicator : plan.indicators()) noted.add_indicators(indicator.indicator());
  for (const auto& measure : plan.measures()) {
    const bool is_fed = !measure.indicator().empty() || !measure.assessment().empty();
    if (is_fed) *noted.add_measures() = measure;
  }
  const bool is_revision = before.plan() == plan.plan();
  const core::Date today = district::TodayOf(plan.district(), turn);
  noted.set_since_day(is_revision ? before.since_day() : core::ToDays(today));
  for (const plans::v1::QuestionCheck& check : published.checks()) {
    if (check.completeness() != plans::v1::COMPLETENESS_ANSWERED) *noted.add_vague() = check;
  }
  if (is_revision && before.has_framing()) *noted.mutable_framing() = before.framing();
  Note(noted, turn);
}

void Decide(const plans::v1::SitePlanChanged& changed, decider::Turn& turn) {
  const plans::v1::SitePlan& plan = changed.plan();
  if (plan.state() != plans::v1::PLAN_STATE_CLOSED) return;
  if (InForce(turn.state(), plan.district(), plan.school()).plan() != plan.plan()) return;
  PlanInForceNoted none;
  none.set_district(plan.district());
  none.set_school(plan.school());
  Note(none, turn);
}

void Decide(const plans::v1::SitePlanFramed& framed, decider::Turn& turn) {
  const plans::v1::PlanFraming& framing = framed.framing();
  PlanInForceNoted noted = InForce(turn.state(), framing.district(), framing.school());
  if (noted.plan().empty() || noted.plan() != framing.plan()) return;
  *noted.mutable_framing() = framing;
  Note(noted, turn);
}

void Decide(const plans::v1::PlanReviewAnswered& answered, decider::Turn& turn) {
  const PlanInForceNoted plan = InForce(turn.state(), answered.district(), answered.school());
  const v1::Review* open = OpenReviewOf(turn.state(), plan);
  if (open == nullptr || open->plan() != answered.plan()) return;
  End(v1::Review(*open),
      answered.answer() == plans::v1::PLAN_REVIEW_ANSWER_REVISE ? v1::REVIEW_ANSWER_REVISE
                                                                : v1::REVIEW_ANSWER_KEEP_ON,
      answered.reason(), turn);
}

void DecidePlanReview(std::string_view timer, decider::Turn& turn) {
  const auto [what, district, school] = core::SplitKey<3>(timer.substr(kPlanReview.size()));
  const auto* row = RowOf(turn.state(), district, school);
  if (row == nullptr) return;
  const PlanInForceNoted plan = InForce(turn.state(), std::string(district), std::string(school));
  const v1::Review* open = OpenReviewOf(turn.state(), plan);
  if (what == kOpen) {
    // One that nobody has answered yet stays: it is overdue, and another would say no more.
    if (open == nullptr) Open(plan, v1::PlanReviewRow(*row), turn);
    return;
  }
  if (open == nullptr) return;
  v1::Condition overdue = OverdueOf(*open);
  if (what == kEscalate) overdue.set_severity(v1::SEVERITY_CRITICAL);
  Raise(overdue, turn);
}

void ClearOverdue(const v1::Review& review, decider::Turn& turn) { Clear(OverdueOf(review), turn); }

void Apply(const plans::v1::PlanInForceNoted& noted, core::Instant time, decider::State& state) {
  const core::Key school{noted.district(), noted.school()};
  const std::string key = school.Text();
  if (noted.plan().empty()) {
    state.ClearTimer(TimerOf(kOpen, noted.district(), noted.school()));
    state.Erase(kPlansInForce, key);
    return state.Erase(kPlanReviews, key);
  }
  const auto* before = state.Find(kPlansInForce, key);
  const bool is_another = before == nullptr || before->plan() != noted.plan();
  state.Edit(kPlansInForce, key) = noted;
  if (!is_another) return;
  v1::PlanReviewRow& row = state.Edit(kPlanReviews, key);
  row.clear_closed();
  SetNext(school, row, core::LocalDate(time, district::ZoneOf(state, noted.district())), state);
}

void ApplyPlanReviewOpened(const v1::Review& review, decider::State& state) {
  const core::Key school{review.district(), review.school()};
  v1::PlanReviewRow& row = state.Edit(kPlanReviews, school.Text());
  row.set_open_review(review.review());
  row.mutable_gathered()->Swap(row.mutable_closed());
  row.clear_closed();
  SetNext(school, row, core::FromDays(row.next_day()), state);
  const auto due = core::ParseDate(review.due());
  if (!due) return;
  const auto calendar = district::CalendarOf(state, review.district(), review.school());
  const auto& policy = district::PolicyOf(state, review.district());
  const core::Date after = *due + std::chrono::days{1};
  SetTimer(kOverdue, school, calendar.Add(after, policy.overdue_alert_days()), state);
  SetTimer(kEscalate, school, calendar.Add(after, policy.overdue_escalation_days()), state);
}

void ApplyPlanReviewAnswered(const v1::Review& review, decider::State& state) {
  state.ClearTimer(TimerOf(kOverdue, review.district(), review.school()));
  state.ClearTimer(TimerOf(kEscalate, review.district(), review.school()));
  const core::Key school{review.district(), review.school()};
  const std::string key = school.Text();
  if (state.Find(kPlanReviews, key) == nullptr) return;
  v1::PlanReviewRow& row = state.Edit(kPlanReviews, key);
  row.clear_open_review();
  // The day of the next one may have passed while this one was open.
  const core::Date today = core::LocalDate(core::FromMillis(review.answered_at_ms()),
                                           district::ZoneOf(state, review.district()));
  if (core::FromDays(row.next_day()) <= today) SetNext(school, row, today, state);
}

void GatherForPlanReview(const v1::Cycle& cycle, decider::State& state) {
  const std::string key = core::Key{cycle.district(), cycle.school()}.Text();
  if (state.Find(kPlanReviews, key) == nullptr) return;
  AddClosed(cycle, state.Edit(kPlanReviews, key));
}

}  // namespace throughline::cycles
