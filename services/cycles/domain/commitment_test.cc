#include "cycles/domain/commitment.h"

#include "cycles/domain/visit_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CommitmentTest : public VisitFixture {
 protected:
  std::string RefusalOf(const std::function<void(v1::Commitment&)>& change) {
    auto request = DebriefRequest(visit_);
    change(*request.mutable_commitments(1));
    return ReasonOf(fixture_.Give(request));
  }
  v1::Visit visit_ = VisitIn(v1::VISIT_STATE_HELD);
};

class CommitmentUnderWayTest : public VisitFixture {
 protected:
  v1::Visit visit_ = VisitIn(v1::VISIT_STATE_DEBRIEFED);
};

TEST_F(CommitmentTest, HasAnOwnerADayAndAStatement) {
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_owner(common::v1::ROLE_OBSERVER); }),
            "COMMITMENT_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_days(0); }), "COMMITMENT_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_days(181); }), "COMMITMENT_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_statement(""); }), "NOTHING_SAID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_team("nobody"); }), "TEAM_UNKNOWN");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_owner(common::v1::ROLE_SCHOOL_LEADER); }),
            "COMMITMENT_INVALID")
      << "a leader's is no team's";
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_commitment("1"); }), "COMMITMENTS_INVALID")
      << "the first is 1";
}

TEST_F(CommitmentTest, BeyondTheTermsIsRefused) {
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_days(180); }), "");
  EXPECT_EQ(ReasonOf(End(visit_, v1::VISIT_STATE_HELD)), "COMMITMENT_OUTSIDE_TERMS");
}

TEST_F(CommitmentUnderWayTest, IsDueAfterThatManyInstructionalDaysOfTheHost) {
  EXPECT_EQ(visit_.debriefed_on(), "2026-10-14");
  EXPECT_EQ(visit_.commitments(0).due(), "2026-10-28") << "ten days from Thursday 10-15 on";
  EXPECT_EQ(visit_.commitments(1).due(), "2026-10-21");
}

TEST_F(CommitmentUnderWayTest, PastItsDueDayRaisesAnAlertAndEscalates) {
  EXPECT_THAT(
      Conditions(fixture_.AdvanceTo(MidnightOf("2026-10-23") - std::chrono::milliseconds{1})),
      IsEmpty());
  const Outcome raised = fixture_.AdvanceTo(MidnightOf("2026-10-23"));
  EXPECT_THAT(Conditions(raised), ElementsAre("raised try"));
  const v1::Condition& condition = raised.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(condition.trigger(), common::v1::TRIGGER_COMMITMENT_OVERDUE);
  EXPECT_EQ(condition.team(), "t");
  EXPECT_EQ(condition.due(), "2026-10-21");
  EXPECT_THAT(Conditions(AdvanceTo("2026-10-27")), ElementsAre("raised try critical"));
  EXPECT_THAT(Conditions(AdvanceTo("2026-11-04")), ElementsAre("raised 1", "raised 1 critical"));
  EXPECT_THAT(Conditions(AnswerWith(visit_, "try", v1::COMMITMENT_OUTCOME_KEPT)),
              ElementsAre("cleared try"));
  EXPECT_THAT(Conditions(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_NOT_KEPT)),
              ElementsAre("cleared 1"));
}

TEST_F(CommitmentUnderWayTest, AnsweredInTimeIsNeverOverdue) {
  AnswerWith(visit_, "try", v1::COMMITMENT_OUTCOME_KEPT);
  AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_NOT_KEPT);
  EXPECT_THAT(Conditions(AdvanceTo("2026-12-01")), IsEmpty());
}

TEST_F(CommitmentUnderWayTest, IsAnsweredByItsHost) {
  auto answer = At<v1::AnswerCommitmentRequest>(visit_, "x");
  answer.set_commitment("1");
  answer.set_outcome(v1::COMMITMENT_OUTCOME_KEPT);
  EXPECT_EQ(ReasonOf(fixture_.Give(answer)), "NOT_THE_HOST");
  answer.set_school("s");
  answer.set_commitment("2");
  EXPECT_EQ(ReasonOf(fixture_.Give(answer)), "COMMITMENT_UNKNOWN");
  EXPECT_EQ(ReasonOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_UNSPECIFIED)),
            "OUTCOME_MISSING");
}

TEST_F(CommitmentUnderWayTest, OfALeaderIsNotAnsweredByATeam) {
  constexpr auto kMember = common::v1::ROLE_TEAM_MEMBER;
  EXPECT_EQ(ReasonOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_KEPT, kMember)),
            "NOT_YOURS_TO_ANSWER");
  EXPECT_EQ(ReasonOf(AnswerWith(visit_, "try", v1::COMMITMENT_OUTCOME_KEPT, kMember)), "");
}

TEST_F(CommitmentUnderWayTest, MayBeAnsweredAnewUntilTheVisitIsFollowedUp) {
  EXPECT_THAT(NamesOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_KEPT)),
              ElementsAre("CommitmentAnswered"));
  EXPECT_THAT(NamesOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_KEPT)), IsEmpty());
  EXPECT_THAT(NamesOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_NOT_KEPT)),
              ElementsAre("CommitmentAnswered"));
  AnswerWith(visit_, "try", v1::COMMITMENT_OUTCOME_KEPT);
  End(visit_, v1::VISIT_STATE_DEBRIEFED);
  EXPECT_EQ(ReasonOf(AnswerWith(visit_, "1", v1::COMMITMENT_OUTCOME_KEPT)), "VISIT_OVER");
}

}  // namespace
}  // namespace throughline::cycles
