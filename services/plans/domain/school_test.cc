#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

class SchoolTest : public PlansFixture {};

TEST_F(SchoolTest, BelongsToADistrictThatIsKnownHere) {
  EXPECT_EQ(Refusal(SchoolRequest()), "DISTRICT_UNKNOWN district");
  EXPECT_EQ(Refusal(TeamsRequest()), "DISTRICT_UNKNOWN district");
  Done(DistrictRequest());
  EXPECT_EQ(Refusal(TeamsRequest()), "SCHOOL_UNKNOWN school");
  Done(SchoolRequest());
  Done(TeamsRequest());
}

TEST_F(SchoolTest, IsRecordedOnce) {
  Done(DistrictRequest());
  const auto first = Done(SchoolRequest());
  ASSERT_EQ(first.All<v1::SchoolChanged>().size(), 1u);
  EXPECT_EQ(first.AnswerAs<v1::UpsertSchoolResponse>().school().version(), 1);
  ExpectNothingToDecide(SchoolRequest(), first);
}

TEST_F(SchoolTest, IsChangedOnlyFromTheVersionThatIsCurrent) {
  Done(DistrictRequest());
  auto school = SchoolRequest();
  school.mutable_school()->set_version(1);
  EXPECT_EQ(Refusal(school), "VERSION_STALE school.version") << "there is none yet";
  Done(SchoolRequest());
  school.mutable_school()->set_name("Lakeside");
  EXPECT_EQ(Done(school).AnswerAs<v1::UpsertSchoolResponse>().school().version(), 2);
  school.mutable_school()->set_name("Hillside");
  EXPECT_EQ(Refusal(school), "VERSION_STALE school.version");
}

TEST_F(SchoolTest, IsRefusedByTheFieldThatMakesNoSense) {
  Done(DistrictRequest());
  const auto refusal = [this](auto change) {
    return RefusalOf(SchoolRequest(), [&](auto& upsert) { change(*upsert.mutable_school()); });
  };
  EXPECT_EQ(refusal([](auto& s) { s.set_school("a/b"); }), "ID_INVALID school.school");
  EXPECT_EQ(refusal([](auto& s) { s.set_name(std::string(501, 'x')); }),
            "TEXT_TOO_LONG school.name");
  EXPECT_EQ(refusal([](auto& s) { s.add_closures("2025-02-29"); }),
            "DATE_INVALID school.closures[0]");
  EXPECT_EQ(refusal([](auto& s) {
              for (int i = 0; i < 2001; ++i) s.add_closures("2024-12-24");
            }),
            "TOO_MANY school.closures");
}

TEST_F(SchoolTest, KeepsWhatARequestLeavesOut) {
  Done(DistrictRequest());
  auto whole = SchoolRequest();
  whole.mutable_school()->set_name("Lakeside");
  whole.mutable_school()->add_closures("2024-12-24");
  Done(whole);
  auto named = SchoolRequest();
  named.mutable_school()->set_name("Hillside");
  const v1::School after = Done(named).AnswerAs<v1::UpsertSchoolResponse>().school();
  EXPECT_EQ(after.name(), "Hillside");
  ASSERT_EQ(after.closures_size(), 1);
  EXPECT_EQ(after.closures(0), "2024-12-24");
  auto closed = SchoolRequest();
  closed.mutable_school()->clear_name();
  closed.mutable_school()->add_closures("2025-01-02");
  const v1::School moved = Done(closed).AnswerAs<v1::UpsertSchoolResponse>().school();
  EXPECT_EQ(moved.name(), "Hillside");
  ASSERT_EQ(moved.closures_size(), 1);
  EXPECT_EQ(moved.closures(0), "2025-01-02");
  auto open = SchoolRequest();
  open.mutable_school()->clear_name();
  open.set_clear_closures(true);
  EXPECT_EQ(Done(open).AnswerAs<v1::UpsertSchoolResponse>().school().closures_size(), 0);
}

class TeamTest : public PlansFixture {
 protected:
  TeamTest() {
    Done(DistrictRequest());
    Done(SchoolRequest());
  }
};

TEST_F(TeamTest, AreAnsweredInTheOrderOfTheRequest) {
  const auto outcome = Done(TeamsRequest({"u", "t"}));
  const auto& teams = outcome.AnswerAs<v1::UpsertTeamsResponse>().teams();
  ASSERT_EQ(teams.size(), 2);
  EXPECT_EQ(teams[0].team(), "u");
  EXPECT_EQ(teams[1].team(), "t");
  EXPECT_EQ(teams[1].district(), "d");
  EXPECT_EQ(teams[1].school(), "s");
}

TEST_F(TeamTest, OnlyThoseThatDifferAreRecorded) {
  const auto first = Done(TeamsRequest({"t", "u"}));
  ExpectNothingToDecide(TeamsRequest({"t", "u"}), first);
  auto teams = TeamsRequest({"t", "u", "v"});
  teams.mutable_teams(1)->set_active(false);
  const auto outcome = Done(teams);
  const auto changed = outcome.All<v1::TeamChanged>();
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0]->team().team(), "u");
  EXPECT_EQ(changed[0]->team().version(), 2);
  EXPECT_EQ(changed[1]->team().team(), "v");
  EXPECT_EQ(changed[1]->team().version(), 1);
}

TEST_F(TeamTest, WorkUnlessItIsSaidThatTheyDoNot) {
  v1::UpsertTeamsRequest teams = TeamsRequest({"t"});
  teams.mutable_teams(0)->clear_active();
  teams.mutable_teams(0)->set_name("Third grade");
  EXPECT_TRUE(Done(teams).AnswerAs<v1::UpsertTeamsResponse>().teams(0).active());
  teams.mutable_teams(0)->set_active(false);
  EXPECT_FALSE(Done(teams).AnswerAs<v1::UpsertTeamsResponse>().teams(0).active());
  teams.mutable_teams(0)->clear_active();
  teams.mutable_teams(0)->clear_name();
  const auto again = Done(teams);
  EXPECT_TRUE(again.events.empty()) << "What a request leaves out is as it was.";
  const v1::Team& team = again.AnswerAs<v1::UpsertTeamsResponse>().teams(0);
  EXPECT_TRUE(team.has_active());
  EXPECT_FALSE(team.active());
  EXPECT_EQ(team.name(), "Third grade");
}

TEST_F(TeamTest, ComeFiveHundredAtATimeAtMost) {
  std::vector<std::string> ids;
  for (int i = 0; i < 500; ++i) ids.push_back("t" + std::to_string(i));
  EXPECT_EQ(Done(TeamsRequest(ids)).events.size(), 500u);
  ids.push_back("t500");
  EXPECT_EQ(Refusal(TeamsRequest(ids)), "TOO_MANY teams");
  EXPECT_EQ(Refusal(TeamsRequest({})), "MISSING teams");
}

TEST_F(TeamTest, AreRefusedTogetherByTheFieldThatMakesNoSense) {
  EXPECT_EQ(Refusal(TeamsRequest({"t", "a b"})), "ID_INVALID teams[1].team");
  EXPECT_EQ(Refusal(TeamsRequest({"t", "u", "t"})), "DOUBLE_ID teams[2].team");
  auto teams = TeamsRequest({"t", "u"});
  teams.mutable_teams(1)->set_name(std::string(501, 'x'));
  EXPECT_EQ(Refusal(teams), "TEXT_TOO_LONG teams[1].name");
  teams = TeamsRequest({"t", "u"});
  teams.mutable_teams(1)->set_version(4);
  EXPECT_EQ(Refusal(teams), "VERSION_STALE teams[1].version");
  EXPECT_EQ(fixture_.state().Find(kTeams, "d/s/t"), nullptr) << "nothing of a refused batch stays";
}

}  // namespace
}  // namespace throughline::plans
