#include "plans/domain/site_plan.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/ids.h"
#include "core/purpose.h"
#include "core/time_zone.h"
#include "plans/domain/completeness.h"
#include "plans/domain/errors.h"
#include "plans/domain/framing.h"
#include "plans/domain/limits.h"
#include "plans/domain/pathway.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kGrowthAtMost = 5;  // as the policy's
constexpr size_t kPlanBytesAtMost = size_t{256} * 1024;

std::string KeyOf(const v1::SitePlan& plan) {
  return JoinKey(plan.district(), plan.school(), plan.plan());
}

// What both the draft and the publication of a plan build on: its latest version.
int64_t VersionOf(const v1::SitePlanRow* row) {
  if (row == nullptr) return 0;
  return std::max(row->published().version(), row->draft().version());
}

template <class List, class IdOf>
std::optional<Error> CheckIds(const char* name, const List& list, IdOf id_of) {
  if (list.size() > kListAtMost) return TooMany(fmt::format("plan.{}", name), kListAtMost);
  std::set<std::string> ids;
  for (int i = 0; i < list.size(); ++i) {
    const std::string field = fmt::format("plan.{}[{}]", name, i);
    if (!core::IsId(id_of(list[i]))) return IdInvalid(field);
    if (!ids.insert(id_of(list[i])).second) return DoubleId(field);
  }
  return std::nullopt;
}

// A list of ids of other things.
template <class List>
std::optional<Error> CheckLinks(const std::string& field, const List& list) {
  if (list.size() > kListAtMost) return TooMany(field, kListAtMost);
  for (int i = 0; i < list.size(); ++i) {
    if (!core::IsId(list[i])) return IdInvalid(fmt::format("{}[{}]", field, i));
  }
  return std::nullopt;
}

// Problems of practice are unique in the plan, whichever priority they belong to.
std::optional<Error> CheckProblems(const v1::SitePlan& plan) {
  std::set<std::string> ids;
  for (int i = 0; i < plan.priorities_size(); ++i) {
    const auto& problems = plan.priorities(i).problems();
    for (int j = 0; j < problems.size(); ++j) {
      const std::string field = fmt::format("plan.priorities[{}].problems[{}]", i, j);
      if (!core::IsId(problems[j].problem())) return IdInvalid(field);
      if (!ids.insert(problems[j].problem()).second) return DoubleId(field);
    }
  }
  return std::nullopt;
}

// Numbers that other services calculate with, or that would never equal themselves.
std::optional<Error> CheckNumbers(const v1::SitePlan& plan) {
  for (int i = 0; i < plan.measures_size(); ++i) {
    const v1::Measure& measure = plan.measures(i);
    const std::string field = fmt::format("plan.measures[{}]", i);
    if (!std::isfinite(measure.baseline())) return NumberInvalid(field + ".baseline");
    if (!std::isfinite(measure.target())) return NumberInvalid(field + ".target");
  }
  for (int i = 0; i < plan.indicators_size(); ++i) {
    const double growth = plan.indicators(i).desired_growth_per_year();
    if (!(growth >= 0 && growth <= kGrowthAtMost)) {
      return OutOfRange(fmt::format("plan.indicators[{}].desired_growth_per_year", i), 0,
                        kGrowthAtMost);
    }
  }
  return std::nullopt;
}

// A measure that an indicator or an assessment feeds is in percent of scale. The plan says itself
// which assessments observe its indicators: whether they are defined yet another service knows.
std::optional<Error> CheckFeeds(const v1::SitePlan& plan) {
  std::set<std::string> indicators, assessments;
  for (const auto& indicator : plan.indicators()) {
    indicators.insert(indicator.indicator());
    assessments.insert(indicator.assessments().begin(), indicator.assessments().end());
  }
  for (int i = 0; i < plan.measures_size(); ++i) {
    const v1::Measure& measure = plan.measures(i);
    const std::string &indicator = measure.indicator(), &assessment = measure.assessment();
    if (indicator.empty() && assessment.empty()) continue;
    const std::string field = fmt::format("plan.measures[{}]", i);
    if (!indicator.empty() && !assessment.empty()) return FedTwice(field + ".assessment");
    if (!indicator.empty() && !indicators.contains(indicator)) {
      return LinkUnknown(field + ".indicator", indicator, indicators);
    }
    if (!assessment.empty() && !assessments.contains(assessment)) {
      return AssessmentNotObserving(field + ".assessment", assessment, assessments);
    }
    if (!(measure.baseline() >= 0 && measure.baseline() <= 100)) {
      return OutOfRange(field + ".baseline", 0, 100);
    }
    if (!(measure.target() >= 0 && measure.target() <= 100)) {
      return OutOfRange(field + ".target", 0, 100);
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckPathwayIds(const v1::SitePlan& plan) {
  for (int i = 0; i < plan.indicators_size(); ++i) {
    if (auto error = CheckLinks(fmt::format("plan.indicators[{}].assessments", i),
                                plan.indicators(i).assessments())) {
      return error;
    }
  }
  for (int i = 0; i < plan.practices_size(); ++i) {
    const std::string field = fmt::format("plan.practices[{}]", i);
    const v1::PlanPractice& practice = plan.practices(i);
    if (auto error = CheckLinks(field + ".indicators", practice.indicators())) return error;
    if (auto error = CheckLinks(field + ".evidence_sources", practice.evidence_sources())) {
      return error;
    }
  }
  return std::nullopt;
}

std::optional<Error> CheckTheories(const v1::SitePlan& plan) {
  std::set<std::string> priorities, problems;
  for (const auto& priority : plan.priorities()) {
    priorities.insert(priority.priority());
    for (const auto& problem : priority.problems()) problems.insert(problem.problem());
  }
  for (int i = 0; i < plan.theories_size(); ++i) {
    const v1::TheoryOfAction& theory = plan.theories(i);
    const std::string field = fmt::format("plan.theories[{}]", i);
    if (theory.if_practice().empty()) return Missing(field + ".if_practice", "the adult practice");
    if (theory.then_evidence().empty()) {
      return Missing(field + ".then_evidence", "the student evidence");
    }
    if (theory.so_that_priority().empty()) {
      return Missing(field + ".so_that_priority", "the priority that it serves");
    }
    if (theory.problems().empty()) {
      return Missing(field + ".problems", "at least one problem of practice that it addresses");
    }
    if (!(theory.predicted_effect() > 0 && theory.predicted_effect() <= 5)) {
      return OutOfRange(field + ".predicted_effect", 0, 5);
    }
    if (!priorities.contains(theory.so_that_priority())) {
      return LinkUnknown(field + ".so_that_priority", theory.so_that_priority(), priorities);
    }
    for (int j = 0; j < theory.problems_size(); ++j) {
      if (problems.contains(theory.problems(j))) continue;
      return LinkUnknown(fmt::format("{}.problems[{}]", field, j), theory.problems(j), problems);
    }
    if (theory.horizon_days() < 1 || theory.horizon_days() > 400) {
      return OutOfRange(field + ".horizon_days", 1, 400);
    }
  }
  return std::nullopt;
}

// A school has one plan a year that is not closed; a draft holds its year as a plan in force does.
std::optional<Error> CheckYear(const v1::SitePlan& plan, const decider::State& state) {
  std::optional<Error> error;
  const std::string prefix = JoinKey(plan.district(), plan.school(), "");
  state.ForEach(kSitePlans, prefix, [&](const std::string& key, const v1::SitePlanRow& row) {
    if (key == KeyOf(plan)) return;
    if (row.published().state() == v1::PLAN_STATE_CLOSED) return;
    if (row.published().year() != plan.year() && row.draft().year() != plan.year()) return;
    error = YearTaken(plan.year(), row.has_draft() ? row.draft().plan() : row.published().plan());
  });
  return error;
}

// A plan's priority may serve one of the district's, which then has to be there.
std::optional<Error> CheckDistrictPriorities(const v1::SitePlan& plan,
                                             const v1::District& district) {
  std::set<std::string> known;
  for (const v1::Priority& one : district.priorities()) known.insert(one.priority());
  for (int i = 0; i < plan.priorities_size(); ++i) {
    const std::string& served = plan.priorities(i).district_priority();
    if (served.empty() || known.contains(served)) continue;
    return DistrictPriorityUnknown(fmt::format("plan.priorities[{}].district_priority", i), served,
                                   known);
  }
  return std::nullopt;
}

std::optional<Error> CheckIndicatorCount(const v1::SitePlan& plan, const v1::District& district) {
  const int at_most = district.policy().indicators_at_most();
  if (plan.indicators_size() > at_most) return TooMany("plan.indicators", at_most);
  return std::nullopt;
}

std::optional<Error> Check(const v1::SitePlan& plan, const decider::State& state) {
  if (!core::IsId(plan.plan())) return IdInvalid("plan.plan");
  const auto* district = state.Find(kAdopted, plan.district());
  if (district == nullptr) return DistrictUnknown(plan.district());
  if (state.Find(kSchools, core::Key{plan.district(), plan.school()}.Text()) == nullptr) {
    return SchoolUnknown(plan.school());
  }
  if (plan.ByteSizeLong() > kPlanBytesAtMost) return TextTooLong("plan", kPlanBytesAtMost);
  if (plan.year() < 1900 || plan.year() > 2200) return OutOfRange("plan.year", 1900, 2200);
  if (auto error = CheckIndicatorCount(plan, *district)) return error;
  std::optional<Error> error;
  const auto check = [&](auto result) { return (error = std::move(result)).has_value(); };
  check(CheckIds("priorities", plan.priorities(), [](auto& p) { return p.priority(); })) ||
      check(CheckIds("measures", plan.measures(), [](auto& m) { return m.measure(); })) ||
      check(CheckIds("indicators", plan.indicators(), [](auto& i) { return i.indicator(); })) ||
      check(CheckIds("practices", plan.practices(), [](auto& p) { return p.practice(); })) ||
      check(CheckIds("theories", plan.theories(), [](auto& t) { return t.theory(); })) ||
      check(CheckProblems(plan)) || check(CheckNumbers(plan)) || check(CheckFeeds(plan)) ||
      check(CheckPathwayIds(plan)) || check(CheckTheories(plan)) ||
      check(CheckDistrictPriorities(plan, *district)) || check(CheckYear(plan, state));
  return error;
}

core::Date Today(const std::string& district, const decider::Turn& turn) {
  return core::LocalDate(turn.now(), turn.state().Find(kAdopted, district)->time_zone());
}

void Discard(const v1::SitePlan& draft, const v1::SitePlanRow& row, decider::Turn& turn) {
  v1::SitePlanDraftDiscarded discarded;
  discarded.set_district(draft.district());
  discarded.set_school(draft.school());
  discarded.set_plan(draft.plan());
  if (row.has_published()) discarded.set_version(VersionOf(&row) + 1);
  turn.Emit(discarded, core::Key{draft.district(), draft.school()}.Text());
}

// Whether the draft says what is in force already.
bool SaysTheSame(v1::SitePlan draft, const v1::SitePlan& published) {
  draft.set_state(published.state());
  draft.set_revision(published.revision());
  draft.set_version(published.version());
  return MessageDifferencer::Equals(draft, published);
}

// What a call that ends a draft may be refused for, whatever the draft says.
std::optional<Error> CheckDraft(const v1::SitePlanRow* row, const std::string& plan,
                                int64_t expected_version) {
  if (row == nullptr) return PlanUnknown(plan);
  if (row->published().state() == v1::PLAN_STATE_CLOSED) return PlanClosed(plan);
  if (!row->has_draft()) return NoDraft(plan);
  if (expected_version != 0 && expected_version != VersionOf(row)) {
    return VersionStale("expected_version", expected_version, VersionOf(row));
  }
  return std::nullopt;
}

// What was written or closed some time ago is put in force: the district's policy and priorities
// may have changed since. Says in `published` what the checks are now.
std::optional<Error> CheckAgain(const v1::SitePlan& plan, const decider::Turn& turn,
                                v1::SitePlanPublished& published) {
  const auto* district = turn.state().Find(kAdopted, plan.district());
  if (auto error = CheckIndicatorCount(plan, *district)) return error;
  if (auto error = CheckDistrictPriorities(plan, *district)) return error;
  std::vector<v1::Finding> unanswered;
  for (const v1::QuestionCheck& check : CheckQuestions(plan, Today(plan.district(), turn))) {
    *published.add_checks() = check;
    if (check.completeness() != v1::COMPLETENESS_UNANSWERED) continue;
    unanswered.insert(unanswered.end(), check.findings().begin(), check.findings().end());
  }
  if (!unanswered.empty()) return QuestionsUnanswered(unanswered);
  return std::nullopt;
}

std::optional<Error> CheckClosed(const v1::SitePlanRow* row,
                                 const v1::ReopenSitePlanRequest& request) {
  if (row == nullptr) return PlanUnknown(request.plan());
  if (row->published().state() != v1::PLAN_STATE_CLOSED) return PlanNotClosed(request.plan());
  if (request.expected_version() != 0 && request.expected_version() != VersionOf(row)) {
    return VersionStale("expected_version", request.expected_version(), VersionOf(row));
  }
  return core::CheckPurpose(request.reason(), "reason", ReopeningReasonMissing());
}

std::optional<Error> CheckAnswer(const v1::SitePlanRow* row,
                                 const v1::AnswerPlanReviewRequest& request) {
  if (row == nullptr) return PlanUnknown(request.plan());
  if (row->published().state() == v1::PLAN_STATE_CLOSED) return PlanClosed(request.plan());
  if (!row->has_published()) return NotPublished(request.plan());
  if (request.expected_version() != 0 && request.expected_version() != VersionOf(row)) {
    return VersionStale("expected_version", request.expected_version(), VersionOf(row));
  }
  if (request.answer() != v1::PLAN_REVIEW_ANSWER_KEEP &&
      request.answer() != v1::PLAN_REVIEW_ANSWER_REVISE) {
    return Missing("answer", "keep or revise");
  }
  return core::CheckPurpose(request.reason(), "reason", ReasonMissing());
}

}  // namespace

void Decide(const v1::DraftSitePlanRequest& request, decider::Turn& turn) {
  v1::SitePlan plan = request.plan();
  if (auto error = Check(plan, turn.state())) return turn.Refuse(*error);
  const auto* row = turn.state().Find(kSitePlans, KeyOf(plan));
  const int64_t version = VersionOf(row);
  if (plan.version() != 0 && plan.version() != version) {
    return turn.Refuse(VersionStale("plan.version", plan.version(), version));
  }
  if (row != nullptr && row->published().state() == v1::PLAN_STATE_CLOSED) {
    return turn.Refuse(PlanClosed(plan.plan()));
  }
  plan.set_state(v1::PLAN_STATE_DRAFT);
  plan.set_revision(row == nullptr ? 0 : row->published().revision());
  plan.set_version(version);
  if (row == nullptr || !row->has_draft() || !MessageDifferencer::Equals(row->draft(), plan)) {
    plan.set_version(version + 1);
    v1::SitePlanChanged changed;
    *changed.mutable_plan() = plan;
    turn.Emit(changed, core::Key{plan.district(), plan.school()}.Text());
  }
  v1::DraftSitePlanResponse response;
  *response.mutable_plan() = plan;
  for (v1::QuestionCheck& check : CheckQuestions(plan, Today(plan.district(), turn))) {
    *response.add_checks() = std::move(check);
  }
  *response.mutable_pathway() = CheckPathway(plan);
  turn.Answer(response);
}

void Decide(const v1::PublishSitePlanRequest& request, decider::Turn& turn) {
  const auto* row =
      turn.state().Find(kSitePlans, JoinKey(request.district(), request.school(), request.plan()));
  if (auto error = CheckDraft(row, request.plan(), request.expected_version())) {
    return turn.Refuse(*error);
  }
  v1::SitePlanPublished published;
  if (auto error = CheckAgain(row->draft(), turn, published)) return turn.Refuse(*error);
  if (row->has_published() && SaysTheSame(row->draft(), row->published())) {
    const v1::SitePlan draft = row->draft();
    Discard(draft, *row, turn);
    v1::PublishSitePlanResponse response;
    *response.mutable_plan() = turn.state().Find(kSitePlans, KeyOf(draft))->published();
    *response.mutable_checks() = published.checks();
    return turn.Answer(response);
  }
  v1::SitePlan& plan = *published.mutable_plan();
  plan = row->draft();
  plan.set_state(v1::PLAN_STATE_PUBLISHED);
  plan.set_revision(row->published().revision() + 1);
  plan.set_version(VersionOf(row) + 1);
  v1::PublishSitePlanResponse response;
  *response.mutable_plan() = plan;
  *response.mutable_checks() = published.checks();
  turn.Emit(published, core::Key{request.district(), request.school()}.Text());
  DecideFraming(request.district(), request.school(), turn);
  turn.Answer(response);
}

void Decide(const v1::DiscardSitePlanDraftRequest& request, decider::Turn& turn) {
  const std::string key = JoinKey(request.district(), request.school(), request.plan());
  const auto* row = turn.state().Find(kSitePlans, key);
  if (auto error = CheckDraft(row, request.plan(), request.expected_version())) {
    return turn.Refuse(*error);
  }
  const v1::SitePlan draft = row->draft();
  Discard(draft, *row, turn);
  v1::DiscardSitePlanDraftResponse response;
  if (const auto* left = turn.state().Find(kSitePlans, key)) {
    *response.mutable_plan() = left->published();
  }
  turn.Answer(response);
}

void Decide(const v1::CloseSitePlanRequest& request, decider::Turn& turn) {
  const auto* row =
      turn.state().Find(kSitePlans, JoinKey(request.district(), request.school(), request.plan()));
  if (row == nullptr) return turn.Refuse(PlanUnknown(request.plan()));
  if (row->published().state() == v1::PLAN_STATE_CLOSED) {
    return turn.Refuse(PlanClosed(request.plan()));
  }
  if (!row->has_published()) return turn.Refuse(NotPublished(request.plan()));
  if (request.expected_version() != 0 && request.expected_version() != VersionOf(row)) {
    return turn.Refuse(
        VersionStale("expected_version", request.expected_version(), VersionOf(row)));
  }
  v1::SitePlanChanged changed;
  *changed.mutable_plan() = row->published();
  changed.mutable_plan()->set_state(v1::PLAN_STATE_CLOSED);
  changed.mutable_plan()->set_version(VersionOf(row) + 1);
  turn.Emit(changed, core::Key{request.district(), request.school()}.Text());
  DecideFraming(request.district(), request.school(), turn);
  v1::CloseSitePlanResponse response;
  *response.mutable_plan() = changed.plan();
  turn.Answer(response);
}

void Decide(const v1::ReopenSitePlanRequest& request, decider::Turn& turn) {
  const auto* row =
      turn.state().Find(kSitePlans, JoinKey(request.district(), request.school(), request.plan()));
  if (auto error = CheckClosed(row, request)) return turn.Refuse(*error);
  if (auto error = CheckYear(row->published(), turn.state())) return turn.Refuse(*error);
  v1::SitePlanPublished published;
  if (auto error = CheckAgain(row->published(), turn, published)) return turn.Refuse(*error);
  v1::SitePlan& plan = *published.mutable_plan();
  plan = row->published();
  plan.set_state(v1::PLAN_STATE_PUBLISHED);
  plan.set_version(VersionOf(row) + 1);
  published.set_reopened_because(request.reason());
  v1::ReopenSitePlanResponse response;
  *response.mutable_plan() = plan;
  *response.mutable_checks() = published.checks();
  turn.Emit(published, core::Key{request.district(), request.school()}.Text());
  DecideFraming(request.district(), request.school(), turn);
  turn.Answer(response);
}

void Decide(const v1::AnswerPlanReviewRequest& request, decider::Turn& turn) {
  const std::string key = JoinKey(request.district(), request.school(), request.plan());
  const auto* row = turn.state().Find(kSitePlans, key);
  if (auto error = CheckAnswer(row, request)) return turn.Refuse(*error);
  const std::string school = core::Key{request.district(), request.school()}.Text();
  v1::PlanReviewAnswered answered;
  answered.set_district(request.district());
  answered.set_school(request.school());
  answered.set_plan(request.plan());
  answered.set_revision(row->published().revision());
  answered.set_answer(request.answer());
  answered.set_reason(request.reason());
  v1::SitePlanChanged changed;
  v1::SitePlan& draft = *changed.mutable_plan();
  draft = row->published();
  draft.set_state(v1::PLAN_STATE_DRAFT);
  draft.set_version(VersionOf(row) + 1);
  const bool opens_draft = request.answer() == v1::PLAN_REVIEW_ANSWER_REVISE && !row->has_draft();
  turn.Emit(answered, school);
  if (opens_draft) turn.Emit(changed, school);
  row = turn.state().Find(kSitePlans, key);
  v1::AnswerPlanReviewResponse response;
  *response.mutable_plan() = row->published();
  if (row->has_draft()) *response.mutable_draft() = row->draft();
  turn.Answer(response);
}

void Apply(const v1::SitePlanChanged& changed, decider::State& state) {
  v1::SitePlanRow& row = state.Edit(kSitePlans, KeyOf(changed.plan()));
  if (changed.plan().state() == v1::PLAN_STATE_DRAFT) {
    *row.mutable_draft() = changed.plan();
  } else {
    *row.mutable_published() = changed.plan();
    row.clear_draft();
  }
}

void Apply(const v1::SitePlanDraftDiscarded& discarded, decider::State& state) {
  const std::string key = JoinKey(discarded.district(), discarded.school(), discarded.plan());
  if (discarded.version() == 0) return state.Erase(kSitePlans, key);
  v1::SitePlanRow& row = state.Edit(kSitePlans, key);
  row.mutable_published()->set_version(discarded.version());
  row.clear_draft();
}

void Apply(const v1::SitePlanPublished& published, decider::State& state) {
  v1::SitePlanRow& row = state.Edit(kSitePlans, KeyOf(published.plan()));
  *row.mutable_published() = published.plan();
  row.clear_draft();
}

}  // namespace throughline::plans
