#include "plans/domain/plans_decider.h"

#include "plans/domain/errors.h"
#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

class PlansDeciderTest : public PlansFixture {};

TEST_F(PlansDeciderTest, SendsWhatIsADistrictsToTheDistrictAndTheRestToTheSchool) {
  EXPECT_EQ(decider_.Route(DistrictRequest()), "d");
  EXPECT_EQ(decider_.Route(UpdateRequest()), "d");
  EXPECT_EQ(decider_.Route(SchoolRequest()), "d/s");
  EXPECT_EQ(decider_.Route(TeamsRequest()), "d/s");
  EXPECT_EQ(decider_.Route(DraftRequest()), "d/s");
  EXPECT_EQ(decider_.Route(PublishRequest()), "d/s");
  EXPECT_EQ(decider_.Route(CloseRequest()), "d/s");
  EXPECT_EQ(decider_.Route(ProgressionRequest()), "d/s");
}

TEST_F(PlansDeciderTest, PassesOverWhatMeansNothingHere) {
  const auto outcome = fixture_.Give(v1::GetDistrictRequest());
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_FALSE(outcome.refusal);
  EXPECT_EQ(outcome.answer, nullptr);
}

// Apply is total: events that no decision would have led to are taken as they come.
TEST_F(PlansDeciderTest, AppliesAnyEvent) {
  decider::State state(nullptr);
  const auto apply = [&](const google::protobuf::Message& event) {
    decider_.Apply({event, fixture_.now(), "plans.0.1"}, state);
  };
  v1::SitePlanChanged closed;
  closed.mutable_plan()->set_district("d");
  closed.mutable_plan()->set_state(v1::PLAN_STATE_CLOSED);
  apply(closed);
  EXPECT_TRUE(state.Find(kSitePlans, "d//")->has_published());
  apply(v1::DistrictChanged());
  apply(v1::DistrictAdopted());
  apply(v1::SchoolChanged());
  apply(v1::TeamChanged());
  apply(v1::SitePlanPublished());
  apply(v1::SitePlanFramed());
  apply(v1::ProgressionChanged());
  apply(v1::GetDistrictRequest());
  EXPECT_EQ(state.TakeChanges().size(), 8u);
}

// What callers branch on, beside the reason.
TEST(PlansErrors, HaveTheCodeThatSaysWhatToDo) {
  using core::Code;
  for (const core::Error& error :
       {IdInvalid("f"), TextTooLong("f", 1), TooMany("f", 1), DateInvalid("f"),
        TimeZoneUnknown("z"), PolicyOutOfRange("f", 0, 1), PhasesDoNotAddUp(), DoubleId("f"),
        JourneyPhaseUnknown(9), NumberInvalid("f"), LinkUnknown("f", "x", {}),
        NotInstructional("f"), Missing("f", "w"), OutOfRange("f", 0, 1), TasksDoNotFit(2, 1)}) {
    EXPECT_EQ(error.code, Code::kInvalidArgument) << error.reason;
    EXPECT_FALSE(error.field.empty()) << error.reason;
  }
  for (const core::Error& error :
       {DistrictUnknown("x"), SchoolUnknown("x"), TeamUnknown("x"), PlanUnknown("x")}) {
    EXPECT_EQ(error.code, Code::kNotFound) << error.reason;
  }
  for (const core::Error& error : {PlanClosed("x"), NoDraft("x"), NotPublished("x"),
                                   IndicatorNotInPlan("f", "i", {}), QuestionsUnanswered({{}})}) {
    EXPECT_EQ(error.code, Code::kFailedPrecondition) << error.reason;
  }
  EXPECT_EQ(DistrictExists("x").code, Code::kAlreadyExists);
  EXPECT_EQ(YearTaken(2024, "x").code, Code::kAlreadyExists);
  EXPECT_EQ(VersionStale("f", 1, 2).code, Code::kAborted);
}

}  // namespace
}  // namespace throughline::plans
