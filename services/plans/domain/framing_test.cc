#include "plans/domain/framing.h"

#include "plans/domain/plans_fixture.h"
#include "plans/domain/policy.h"

namespace throughline::plans {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> ReasonsOf(const v1::PlanFraming& framing) {
  std::vector<std::string> reasons;
  for (const auto& move : framing.moves()) reasons.push_back(move.reason());
  return reasons;
}

// The rules of one plan: `teams` work on its indicator, of five; `aligned` of its `priorities`
// serve the district's; `problem` is its own.
v1::PlanFraming Framed(int priorities, int aligned, int teams, bool own_problem) {
  v1::District district;
  *district.mutable_policy() = DefaultPolicy();
  district.add_priorities()->set_priority("literacy");
  v1::SitePlan plan;
  plan.add_indicators()->set_indicator("reading");
  for (int i = 0; i < priorities; ++i) {
    auto& priority = *plan.add_priorities();
    if (i < aligned) priority.set_district_priority("literacy");
    auto& problem = *priority.add_problems();
    if (i == 0 && own_problem) problem.set_evidence("our own exit tickets");
  }
  std::vector<TeamFocus> focuses;
  for (int i = 0; i < 5; ++i) {
    focuses.push_back({std::to_string(i), {i < teams ? "reading" : "writing"}});
  }
  return FramingOf(district, plan, focuses);
}

TEST(Framing, IsFocusedWithFewAlignedPrioritiesCoherentTeamsAndAProblemOfItsOwn) {
  const auto framing = Framed(3, 2, 3, true);
  EXPECT_EQ(framing.framing(), v1::FRAMING_FOCUSED);
  EXPECT_THAT(framing.moves(), IsEmpty());
  EXPECT_THAT(framing.other_teams(), ElementsAre("3", "4"));
}

TEST(Framing, IsFragmentedWithMoreThanThreePriorities) {
  const auto framing = Framed(4, 4, 5, true);
  EXPECT_EQ(framing.framing(), v1::FRAMING_FRAGMENTED);
  EXPECT_THAT(ReasonsOf(framing), ElementsAre("TOO_MANY_PRIORITIES"));
  EXPECT_EQ(framing.moves(0).message(),
            "The plan has 4 priorities; 3 at most would keep it focused.");
}

TEST(Framing, IsFragmentedWhenFewerThanThreeFifthsOfTheTeamsWorkOnThePlan) {
  EXPECT_EQ(Framed(3, 3, 3, true).framing(), v1::FRAMING_FOCUSED);
  const auto framing = Framed(3, 3, 2, true);
  EXPECT_EQ(framing.framing(), v1::FRAMING_FRAGMENTED);
  EXPECT_THAT(ReasonsOf(framing), ElementsAre("FEW_COHERENT_TEAMS"));
  EXPECT_EQ(framing.moves(0).message(),
            "2 of 5 active teams now work on an indicator of the plan; 3 would be enough.");
}

TEST(Framing, IsRogueWhenFewerThanHalfOfThePrioritiesServeTheDistricts) {
  EXPECT_EQ(Framed(2, 1, 5, true).framing(), v1::FRAMING_FOCUSED);
  const auto framing = Framed(3, 1, 5, true);
  EXPECT_EQ(framing.framing(), v1::FRAMING_ROGUE);
  EXPECT_THAT(ReasonsOf(framing), ElementsAre("FEW_DISTRICT_PRIORITIES"));
}

TEST(Framing, IsCompliantWithoutAProblemOfItsOwnThatEvidenceBacks) {
  const auto framing = Framed(3, 3, 5, false);
  EXPECT_EQ(framing.framing(), v1::FRAMING_COMPLIANT);
  EXPECT_THAT(ReasonsOf(framing), ElementsAre("NO_OWN_PROBLEM"));
}

TEST(Framing, SaysAllThatKeepsItFromBeingBetter) {
  EXPECT_THAT(ReasonsOf(Framed(5, 0, 0, false)),
              ElementsAre("TOO_MANY_PRIORITIES", "FEW_COHERENT_TEAMS"));
}

class FramingTest : public PlansFixture {
 protected:
  const v1::PlanFraming* Known() const { return fixture_.state().Find(kFramings, "d/s"); }
  v1::Framing FramingNow() const {
    return Known() == nullptr ? v1::FRAMING_UNSPECIFIED : Known()->framing();
  }
  // A plan that lacks nothing.
  void PublishFocusedPlan() {
    FoundSchool();
    auto update = UpdateRequest();
    v1::Priority& priority = *update.mutable_priorities()->add_priorities();
    priority.set_priority("literacy");
    priority.set_statement("Everybody reads.");
    Done(update);
    v1::SitePlan plan = WholePlan();
    plan.mutable_priorities(0)->set_district_priority("literacy");
    plan.mutable_priorities(0)->mutable_problems(0)->set_evidence("exit tickets of May");
    Done(DraftRequest(plan));
    EXPECT_EQ(Done(PublishRequest()).First<v1::SitePlanFramed>()->framing().framing(),
              v1::FRAMING_FRAGMENTED)
        << "no team has begun to work on it";
  }
  void AdvanceTo(const char* instant) { fixture_.AdvanceTo(*core::ParseInstant(instant)); }
};

TEST_F(FramingTest, FollowsTheDaysOfAProgression) {
  PublishFocusedPlan();
  Done(ProgressionRequest());  // 15 instructional days from 9 September
  EXPECT_EQ(FramingNow(), v1::FRAMING_FRAGMENTED) << "it has not begun";
  AdvanceTo("2024-09-09T04:59:00Z");  // the evening before in Chicago
  EXPECT_EQ(FramingNow(), v1::FRAMING_FRAGMENTED);
  AdvanceTo("2024-09-09T05:00:00Z");
  EXPECT_EQ(FramingNow(), v1::FRAMING_FOCUSED);
  AdvanceTo("2024-10-21T04:59:00Z");
  EXPECT_EQ(FramingNow(), v1::FRAMING_FOCUSED);
  AdvanceTo("2024-10-21T05:00:00Z");  // it is over for as long as it lasted
  EXPECT_EQ(FramingNow(), v1::FRAMING_FRAGMENTED);
}

TEST_F(FramingTest, FollowsTheTeamsThatAreActive) {
  PublishFocusedPlan();
  Done(ProgressionRequest());
  AdvanceTo("2024-09-10T12:00:00Z");
  Done(TeamsRequest({"u", "v"}));
  EXPECT_EQ(FramingNow(), v1::FRAMING_FRAGMENTED);
  EXPECT_THAT(Known()->other_teams(), ElementsAre("u", "v"));
  auto inactive = TeamsRequest({"u", "v"});
  for (auto& team : *inactive.mutable_teams()) team.set_active(false);
  Done(inactive);
  EXPECT_EQ(FramingNow(), v1::FRAMING_FOCUSED);
}

TEST_F(FramingTest, FollowsThePrioritiesAndThePolicyOfTheDistrict) {
  PublishFocusedPlan();
  Done(ProgressionRequest());
  AdvanceTo("2024-09-10T12:00:00Z");
  auto update = UpdateRequest();
  update.mutable_priorities();  // none any more
  Done(update);
  EXPECT_EQ(FramingNow(), v1::FRAMING_ROGUE);
  update = UpdateRequest();
  update.mutable_policy()->set_aligned_priorities(0);
  const auto outcome = Done(update);
  EXPECT_EQ(outcome.First<v1::SitePlanFramed>()->before(), v1::FRAMING_ROGUE);
  EXPECT_EQ(FramingNow(), v1::FRAMING_FOCUSED);
}

TEST_F(FramingTest, EndsWithThePlan) {
  PublishFocusedPlan();
  const auto outcome = Done(CloseRequest());
  EXPECT_EQ(outcome.First<v1::SitePlanFramed>()->framing().framing(), v1::FRAMING_UNSPECIFIED);
  EXPECT_EQ(Known(), nullptr);
}

TEST_F(FramingTest, IsSaidOnlyWhenItIsAnother) {
  PublishFocusedPlan();
  auto update = UpdateRequest();
  update.set_name("Lakes");
  EXPECT_EQ(Done(update).First<v1::SitePlanFramed>(), nullptr);
  EXPECT_EQ(Done(TeamsRequest()).First<v1::SitePlanFramed>(), nullptr);
}

}  // namespace
}  // namespace throughline::plans
