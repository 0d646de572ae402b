#include "cycles/domain/review.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/time_zone.h"
#include "cycles/domain/answers.h"
#include "cycles/domain/artefact_records.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/plan_review.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

using google::protobuf::util::MessageDifferencer;

namespace {

std::string ReviewKey(const v1::Review& review) {
  return JoinKey(review.district(), review.school(), review.review());
}

bool IsByCadence(const v1::Review& review) {
  return review.trigger() == common::v1::TRIGGER_CADENCE;
}

bool IsTheSchools(const v1::Review& review) {
  return review.team().empty() && !review.school().empty();
}

// The key under which the review is open, for a condition.
std::string OpenKey(const v1::Review& review) {
  v1::Condition condition;
  condition.set_district(review.district());
  condition.set_school(review.school());
  condition.set_team(review.team());
  condition.set_cycle(review.cycle());
  condition.set_trigger(review.trigger());
  condition.set_indicator(review.indicator());
  condition.set_group(review.group());
  return ConditionKey(condition);
}

// As people read it: with what was found in a sentence.
v1::Review Shown(v1::Review review, const decider::State& state) {
  disclosure::HideSmallCells(
      review, disclosure::SmallestCell(district::PolicyOf(state, review.district())));
  return review;
}

const v1::Cycle* CycleOf(const v1::Review& review, const decider::State& state) {
  if (review.cycle().empty()) return nullptr;
  return state.Find(kCycles, JoinKey(review.district(), review.school(), review.cycle()));
}

// An adjustment made at a review is a look; nullopt when it is none, or made outside the window.
std::optional<v1::EvidenceLook> LookOf(const v1::Review& review, const v1::Cycle& cycle,
                                       const decider::State& state) {
  if (review.answer() != v1::REVIEW_ANSWER_ADJUST) return std::nullopt;
  const core::Date day = core::LocalDate(core::FromMillis(review.answered_at_ms()),
                                         district::ZoneOf(state, review.district()));
  if (day < DateOf(cycle.start()) || day > DateOf(cycle.end())) return std::nullopt;
  v1::EvidenceLook look;
  look.set_date(core::FormatDate(day));
  look.set_observation(Shown(review, state).reason());
  look.set_adjustment(review.adjustment());
  look.set_review(review.review());
  return look;
}

// The look that the review's answer recorded; -1 when it recorded none. Looks that are older than
// their review's id are known by what they say.
int LookRecordedBy(const v1::Review& review, const v1::Cycle& cycle, const decider::State& state) {
  const auto& looks = cycle.artefacts().looks();
  auto unnamed = LookOf(review, cycle, state);
  if (unnamed) unnamed->clear_review();
  for (int i = 0; i < looks.size(); ++i) {
    if (looks[i].review() == review.review()) return i;
    if (unnamed && MessageDifferencer::Equals(looks[i], *unnamed)) return i;
  }
  return -1;
}

// An adjustment made at a review during implement is one made because of evidence; before implement
// nothing is. An answer that changes its words changes those of its look, whose day stays.
void NoteAdjustment(const v1::Review& before, const v1::Review& review, v1::Cycle cycle,
                    decider::Turn& turn) {
  auto& looks = *cycle.mutable_artefacts()->mutable_looks();
  const int earlier = LookRecordedBy(before, cycle, turn.state());
  if (earlier >= 0) {
    if (review.answer() == v1::REVIEW_ANSWER_ADJUST) {
      looks[earlier].set_adjustment(review.adjustment());
      looks[earlier].set_review(review.review());
    } else {
      looks.erase(looks.begin() + earlier);
    }
    return Record(cycle, turn);
  }
  const auto now = LookOf(review, cycle, turn.state());
  if (!now || cycle.state() != v1::CYCLE_STATE_IMPLEMENT) return;
  *looks.Add() = *now;
  Record(cycle, turn);
}

// After implement the look stays, for implement does not end without one, and its adjustment is
// what the answer says now: an amendment.
void AmendAdjustment(const v1::Review& before, const v1::Review& review, common::v1::Role role,
                     v1::Cycle cycle, decider::Turn& turn) {
  const int at = LookRecordedBy(before, cycle, turn.state());
  if (at < 0) return;
  v1::EvidenceLook& look = *cycle.mutable_artefacts()->mutable_looks(at);
  const bool adjusts = review.answer() == v1::REVIEW_ANSWER_ADJUST;
  look.set_adjustment(adjusts ? review.adjustment() : "");
  look.set_review(review.review());
  v1::Amendment amendment;
  amendment.set_phase(v1::CYCLE_STATE_IMPLEMENT);
  amendment.set_look(at + 1);
  amendment.set_amended_at_ms(core::ToMillis(turn.now()));
  amendment.set_role(role);
  Record(cycle, turn, &amendment);
}

void NoteAnswer(const v1::Review& before, const v1::Review& review, common::v1::Role role,
                decider::Turn& turn) {
  const v1::Cycle* cycle = CycleOf(review, turn.state());
  if (cycle == nullptr) return;
  if (IsOver(*cycle)) return;
  if (cycle->state() == v1::CYCLE_STATE_REFINE) {
    return AmendAdjustment(before, review, role, *cycle, turn);
  }
  NoteAdjustment(before, review, *cycle, turn);
}

// Whether the answer may still be changed to another one.
std::optional<core::Error> CheckChange(const v1::Review& review, const decider::State& state) {
  if (review.cycle().empty()) return ReviewAnswered(review.review());
  const v1::Cycle* cycle = CycleOf(review, state);
  if (cycle == nullptr || IsOver(*cycle)) return AnswerStands(review.review());
  return std::nullopt;
}

v1::SchoolReviewFindings Gather(const v1::SchoolReviewRow& row, const std::string& school_key,
                                const decider::State& state) {
  v1::SchoolReviewFindings findings;
  std::map<std::string, std::set<std::string>> teams;  // by problem of practice
  std::set<std::string> practices;
  for (const std::string& id : row.closed()) {
    const auto* cycle = state.Find(kCycles, JoinKey(school_key, id));
    if (cycle == nullptr) continue;
    findings.add_cycles(id);
    const v1::Analysis& analysis = cycle->artefacts().analysis();
    const std::string& problem =
        analysis.problem().empty() ? analysis.problem_of_practice() : analysis.problem();
    if (!problem.empty()) teams[problem].insert(cycle->team());
    const auto& promising = cycle->artefacts().refinement().promising_practices();
    practices.insert(promising.begin(), promising.end());
  }
  for (const auto& [problem, who] : teams) {
    if (who.size() < 2) continue;
    auto& shared = *findings.add_shared_problems();
    shared.set_problem(problem);
    shared.mutable_teams()->Assign(who.begin(), who.end());
  }
  findings.mutable_promising_practices()->Assign(practices.begin(), practices.end());
  return findings;
}

// Sets when the school is reviewed next: the first time after `time`, counting on from the last.
void SetNext(std::string_view district, std::string_view school, core::Instant time,
             decider::State& state) {
  const std::string key = JoinKey(district, school);
  v1::SchoolReviewRow& row = state.Edit(kSchoolReviews, key);
  const auto& policy = district::PolicyOf(state, district);
  const auto calendar = district::CalendarOf(state, district, school);
  const std::string_view zone = district::ZoneOf(state, district);
  // One at least: Apply also ends for a district that is not known.
  const int days = std::max(1, policy.cycles_per_school_review() * policy.cycle_days());
  core::Date next = core::FromDays(row.next_day());
  do {
    next = calendar.Add(next, days);
  } while (core::StartOfDay(next, zone) <= time);
  row.set_next_day(core::ToDays(next));
  state.SetTimer(std::string(kSchoolReviewDue) + key, core::StartOfDay(next, zone));
}

}  // namespace

void Decide(const v1::AnswerReviewRequest& request, decider::Turn& turn) {
  const auto* found =
      turn.state().Find(kReviews, JoinKey(request.district(), request.school(), request.review()));
  if (found == nullptr) return turn.Refuse(ReviewUnknown(request.review()));
  if (!found->plan().empty()) return turn.Refuse(AnsweredWithThePlan(found->plan()));
  if (IsTheSchools(*found) && request.caller().role() == common::v1::ROLE_TEAM_MEMBER) {
    return turn.Refuse(NotYoursToAnswer());
  }
  if (request.answer() == v1::REVIEW_ANSWER_UNSPECIFIED) return turn.Refuse(AnswerMissing());
  if (request.answer() == v1::REVIEW_ANSWER_ADJUST && request.adjustment().empty()) {
    return turn.Refuse(AdjustmentMissing());
  }
  if (request.adjustment().size() > 2000) return turn.Refuse(TextTooLong("adjustment", 2000));
  if (found->answer() != v1::REVIEW_ANSWER_UNSPECIFIED) {
    if (found->answer() != request.answer() || found->adjustment() != request.adjustment()) {
      if (auto error = CheckChange(*found, turn.state())) return turn.Refuse(*error);
    } else {
      v1::AnswerReviewResponse same;
      *same.mutable_review() = *found;
      return AnswerShown(std::move(same), request.district(), turn);
    }
  }
  const v1::Review before = *found;
  v1::ReviewAnswered answered;
  v1::Review& review = *answered.mutable_review();
  review = before;
  review.set_answer(request.answer());
  review.set_adjustment(request.adjustment());
  review.set_answered_at_ms(core::ToMillis(turn.now()));
  review.set_version(review.version() + 1);
  turn.Emit(answered, core::Key{review.district(), review.school()}.Text());
  NoteAnswer(before, review, request.caller().role(), turn);
  v1::AnswerReviewResponse response;
  *response.mutable_review() = review;
  AnswerShown(std::move(response), request.district(), turn);
}

void DecideSchoolReview(std::string_view timer, decider::Turn& turn) {
  const std::string key(timer.substr(kSchoolReviewDue.size()));
  const auto* row = turn.state().Find(kSchoolReviews, key);
  if (row == nullptr || row->closed().empty()) return;  // nothing to gather: wait for a next cycle
  const auto [district, school] = core::Key::Parse(key);
  v1::ReviewOpened opened;
  v1::Review& review = *opened.mutable_review();
  review.set_district(std::string(district));
  review.set_school(std::string(school));
  review.set_review(ReviewId(key, turn));
  review.set_trigger(common::v1::TRIGGER_CADENCE);
  review.set_reason("Two team cycles have passed: what do the teams share, and what is promising?");
  *review.mutable_findings() = Gather(*row, key, turn.state());
  review.set_opened_at_ms(core::ToMillis(turn.now()));
  review.set_version(1);
  *review.mutable_names() = NamesOf(review, turn.state());
  turn.Emit(opened, key);
}

void Apply(const v1::ReviewOpened& opened, core::Instant time, decider::State& state) {
  const v1::Review& review = opened.review();
  state.Edit(kReviews, ReviewKey(review)) = review;
  if (!review.plan().empty()) return ApplyPlanReviewOpened(review, state);
  if (!IsByCadence(review)) {
    state.Edit(kOpenReviews, OpenKey(review)).set_review(review.review());
    return;
  }
  v1::SchoolReviewRow& row =
      state.Edit(kSchoolReviews, core::Key{review.district(), review.school()}.Text());
  row.mutable_gathered()->Swap(row.mutable_closed());
  row.clear_closed();
  SetNext(review.district(), review.school(), time, state);
}

void Apply(const v1::ReviewAnswered& answered, decider::State& state) {
  state.Edit(kReviews, ReviewKey(answered.review())) = answered.review();
  if (!answered.review().plan().empty()) return ApplyPlanReviewAnswered(answered.review(), state);
  if (IsByCadence(answered.review())) return;
  // After an answer that is changed another one may be open.
  const std::string key = OpenKey(answered.review());
  const auto* open = state.Find(kOpenReviews, key);
  if (open != nullptr && open->review() == answered.review().review())
    state.Erase(kOpenReviews, key);
}

void SetSchoolReview(const v1::Cycle& cycle, core::Instant time, decider::State& state) {
  const std::string key = core::Key{cycle.district(), cycle.school()}.Text();
  const auto* row = state.Find(kSchoolReviews, key);
  if (row == nullptr || row->next_day() == 0) {
    state.Edit(kSchoolReviews, key).set_next_day(core::ToDays(DateOf(cycle.start())));
  } else {
    const core::Instant due = core::StartOfDay(core::FromDays(row->next_day()),
                                               district::ZoneOf(state, cycle.district()));
    if (due >= time) return;
  }
  SetNext(cycle.district(), cycle.school(), time, state);
}

}  // namespace throughline::cycles
