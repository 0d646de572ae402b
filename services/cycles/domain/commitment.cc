#include "cycles/domain/commitment.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/display_text.h"
#include "core/ids.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/visit_rows.h"
#include "cycles/domain/visit_timers.h"

namespace throughline::cycles {

using core::Error;

namespace {

constexpr int kCommitmentsAtMost = 20;
constexpr int kDaysAtMost = 180;

bool MayOwn(common::v1::Role role) {
  return role == common::v1::ROLE_DISTRICT_LEADER || role == common::v1::ROLE_SCHOOL_LEADER ||
         role == common::v1::ROLE_TEAM_MEMBER;
}

std::optional<Error> Check(const v1::Commitment& one, const std::string& field,
                           const std::string& school, const decider::State& state) {
  if (!one.commitment().empty() && !core::IsId(one.commitment())) {
    return IdInvalid(field + ".commitment");
  }
  if (one.statement().empty()) return NothingSaid(field + ".statement");
  if (auto error = core::CheckDisplayText(one.statement(), field + ".statement", 300)) return error;
  if (!MayOwn(one.owner())) {
    return CommitmentInvalid(field + ".owner",
                             "It is owned by a district leader, a school leader or a team member.");
  }
  if (!one.team().empty() && one.owner() != common::v1::ROLE_TEAM_MEMBER) {
    return CommitmentInvalid(field + ".team", "Only a team member's is a team's.");
  }
  if (!one.team().empty() && state.Find(district::kTeams, JoinKey(school, one.team())) == nullptr) {
    return TeamUnknown(one.team(), {});
  }
  if (one.days() < 1 || one.days() > kDaysAtMost) {
    return CommitmentInvalid(field + ".days",
                             fmt::format("It is from 1 to {} instructional days.", kDaysAtMost));
  }
  return std::nullopt;
}

std::string IdOf(const v1::Commitment& one, int position) {
  return one.commitment().empty() ? std::to_string(position + 1) : one.commitment();
}

}  // namespace

std::optional<Error> CheckCommitments(const v1::Visit& visit,
                                      const v1::RecordDebriefRequest& request,
                                      const decider::State& state) {
  if (request.commitments_size() > kCommitmentsAtMost) {
    return CommitmentsInvalid(kCommitmentsAtMost);
  }
  std::set<std::string> ids;
  for (int i = 0; i < request.commitments_size(); ++i) {
    const v1::Commitment& one = request.commitments(i);
    const std::string field = fmt::format("commitments[{}]", i);
    if (auto error = Check(one, field, SubjectOf(visit), state)) return error;
    if (!ids.insert(IdOf(one, i)).second) return CommitmentsInvalid(kCommitmentsAtMost);
  }
  return std::nullopt;
}

void TakeCommitments(const v1::RecordDebriefRequest& request, v1::Visit& visit) {
  *visit.mutable_commitments() = request.commitments();
  for (int i = 0; i < visit.commitments_size(); ++i) {
    v1::Commitment& one = *visit.mutable_commitments(i);
    one.set_commitment(IdOf(one, i));
    one.clear_due();
    one.clear_outcome();
  }
}

std::optional<Error> SetDue(v1::Visit& visit, core::Date today,
                            const core::InstructionalCalendar& calendar) {
  for (v1::Commitment& one : *visit.mutable_commitments()) {
    const core::Date due = calendar.Add(today + std::chrono::days{1}, one.days() - 1);
    if (!calendar.Reaches(due)) {
      return CommitmentOutsideTerms(fmt::format("commitments[{}]", one.commitment()), one.days(),
                                    core::FormatDate(*calendar.LastDay()));
    }
    one.set_due(core::FormatDate(due));
  }
  return std::nullopt;
}

void Decide(const v1::AnswerCommitmentRequest& request, decider::Turn& turn) {
  auto visit = OpenVisit(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (auto error = CheckIsHost(*visit, request.school())) return turn.Refuse(*error);
  auto& all = *visit->mutable_commitments();
  const auto one = std::find_if(all.begin(), all.end(), [&](const v1::Commitment& commitment) {
    return commitment.commitment() == request.commitment();
  });
  if (one == all.end()) return turn.Refuse(CommitmentUnknown(request.commitment()));
  if (visit->state() != v1::VISIT_STATE_DEBRIEFED) {
    return turn.Refuse(WrongStep(visit->state(), v1::VISIT_STATE_DEBRIEFED));
  }
  if (request.outcome() == v1::COMMITMENT_OUTCOME_UNSPECIFIED) return turn.Refuse(OutcomeMissing());
  if (request.caller().role() == common::v1::ROLE_TEAM_MEMBER &&
      one->owner() != common::v1::ROLE_TEAM_MEMBER) {
    return turn.Refuse(CommitmentNotYours());
  }
  if (one->outcome() != request.outcome()) {
    one->set_outcome(request.outcome());
    visit->set_version(visit->version() + 1);
    Clear(ConditionOf(*visit, *one), turn);
    v1::CommitmentAnswered answered;
    *answered.mutable_visit() = *visit;
    answered.set_commitment(request.commitment());
    turn.Emit(answered, SubjectOf(*visit));
  }
  v1::AnswerCommitmentResponse response;
  *response.mutable_visit() = *std::move(visit);
  turn.Answer(response);
}

void Apply(const v1::CommitmentAnswered& answered, decider::State& state) {
  state.Edit(kVisits, KeyOf(answered.visit())) = answered.visit();
  ClearCommitmentTimers(answered.visit(), answered.commitment(), state);
}

}  // namespace throughline::cycles
