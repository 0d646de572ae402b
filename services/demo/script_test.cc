// What a script of the demo may say, and how it is told what is wrong in it.
#include "demo/script.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace throughline::demo {
namespace {

constexpr char kOu2013[] = "deploy/demo/ou2013.json";
constexpr char kStar[] = "deploy/demo/star.json";

class Script : public testing::Test {
 protected:
  Script() : json_(nlohmann::json::parse(std::ifstream(kOu2013))) {
    std::string name = (std::filesystem::temp_directory_path() / "script.XXXXXX").string();
    file_ = std::filesystem::path(mkdtemp(name.data())) / "script.json";
  }
  ~Script() override { std::filesystem::remove_all(file_.parent_path()); }

  core::Result<DemoScript> Read() {
    std::ofstream(file_) << json_.dump();
    return ReadDemoScript(file_);
  }
  // What is said of the script as it is now, after the name of its file; empty: nothing is wrong.
  std::string Wrong() {
    auto script = Read();
    if (script) return "";
    EXPECT_EQ(script.error().reason, "SCRIPT_INVALID");
    const std::string& message = script.error().message;
    EXPECT_TRUE(message.starts_with(file_.string() + ": ")) << message;
    return message.substr(file_.string().size() + 2);
  }

  nlohmann::json json_;
  std::filesystem::path file_;
};

TEST_F(Script, ThoseOfTheDemoHaveEveryPart) {
  for (const char* file : {kOu2013, kStar}) {
    auto script = ReadDemoScript(file);
    ASSERT_TRUE(script) << script.error().message;
    EXPECT_FALSE(script->teams.empty());
    EXPECT_FALSE(script->practices.empty());
    EXPECT_GE(script->surveys.size(), 2u);  // autumn and spring
    EXPECT_FALSE(script->visits.empty());
  }
}

TEST_F(Script, IsReadWithThePlacesOfItsParts) {
  auto script = Read();
  ASSERT_TRUE(script) << script.error().message;
  EXPECT_EQ(script->teams[1].place, "script.json, teams[1]");
  EXPECT_EQ(script->surveys[0].raters[0].place, "script.json, surveys[0].answers[0].staff");
  EXPECT_EQ(script->visits[0].commitments[1].place, "script.json, visits.visits[0].commitments[1]");
  EXPECT_EQ(script->plans[0].reviews[1].place, "script.json, plans[0].reviews[1]");
}

TEST_F(Script, ARevisionTakesThePlaceOfWhatThePlanSaid) {
  auto script = Read();
  ASSERT_TRUE(script) << script.error().message;
  const DemoPlan& plan = script->plans[0];
  const DemoPlanAnswer& revise = plan.reviews[1];
  ASSERT_EQ(revise.answer, plans::v1::PLAN_REVIEW_ANSWER_REVISE);
  ASSERT_EQ(revise.plan.timeframes_size(), 1);
  EXPECT_NE(revise.plan.timeframes(0).statement(), plan.plan.timeframes(0).statement());
  EXPECT_EQ(revise.plan.priorities(0).statement(), plan.plan.priorities(0).statement());
}

TEST_F(Script, ARoomSaysOfEveryLookForWhetherItWasSeen) {
  auto script = Read();
  ASSERT_TRUE(script) << script.error().message;
  const DemoVisit& visit = script->visits[0];
  ASSERT_EQ(visit.rooms[1].seen_size(), visit.visit.look_fors_size());
  EXPECT_TRUE(visit.rooms[1].seen(0).seen());
  EXPECT_FALSE(visit.rooms[1].seen(1).seen());
}

TEST_F(Script, APracticeOfATeamComesFromItsOwnSchoolUnlessItIsSaid) {
  json_["teams"][0]["practices"][0]["from"] = {{"team", "2012J"}};
  auto script = Read();
  ASSERT_TRUE(script) << script.error().message;
  EXPECT_EQ(script->teams[0].practices[0].from_school, script->teams[0].school);
}

TEST_F(Script, WhatIsMissingIsNamedWithItsPlace) {
  json_["teams"][2].erase("problem");
  EXPECT_EQ(Wrong(), "teams[2] `problem` is missing");
}

TEST_F(Script, AMisspeltNameIsNamedWithItsPlace) {
  json_["teams"][2]["day_late"] = 1;
  EXPECT_TRUE(Wrong().starts_with("teams[2] has no `day_late`; it may have school, ")) << Wrong();
}

TEST_F(Script, WhatChangedIsSaidOfAPracticeThatIsAdapted) {
  json_["teams"][0]["practices"][0]["what_changed"] = "Less of it.";
  EXPECT_EQ(Wrong(), "teams[0].practices[0].what_changed is said where `next_step` is adapt");
}

TEST_F(Script, NobodyAsksForAPlaceBeforeTheWaveIsPlanned) {
  json_["waves"] = {
      {{"planned_on", "2014-01-06"},
       {"practice", "marking-together"},
       {"ask_by", "2014-01-17"},
       {"starts", {{{"date", "2014-01-27"}, {"places", 1}}}},
       {"teams", {{{"school", "AAA"}, {"team", "2013J"}, {"asked_on", "2014-01-03"}}}}}};
  EXPECT_EQ(Wrong(), "waves[0].teams[0].asked_on is before the wave is planned");
}

TEST_F(Script, ADayIsNamedThatIsNone) {
  json_["visits"]["visits"][0]["date"] = "2013-13-01";
  EXPECT_EQ(Wrong(), "visits.visits[0].date is no day: 2013-13-01");
}

TEST_F(Script, ARaterHasALevelForEachFactor) {
  for (const char* levels : {"33333333333", "3333333333333", "333333333335", "33333333333x"}) {
    json_["surveys"][0]["answers"][1]["staff"][2] = levels;
    EXPECT_EQ(Wrong(),
              "surveys[0].answers[1].staff[2] has to be twelve digits from 1 to 4, a level for "
              "each factor");
  }
}

TEST_F(Script, ARoomSeesOnlyWhatIsLookedFor) {
  json_["visits"]["visits"][0]["rooms"][1] = {"something-else"};
  EXPECT_EQ(Wrong(), "visits.visits[0].rooms[1][0] is none of the look-fors");
}

TEST_F(Script, AWordIsOneOfThoseThatThereAre) {
  json_["teams"][0]["offers"][0]["answer"] = "perhaps";
  EXPECT_EQ(Wrong(), "teams[0].offers[0].answer has to be one of take-up, decline");
}

TEST_F(Script, WhatTheApiWouldNotTakeIsRefusedWithItsPlace) {
  json_["plans"][0]["plan"]["year"] = "soon";
  EXPECT_TRUE(Wrong().starts_with("plans[0].plan is not as the API takes it: ")) << Wrong();
}

TEST_F(Script, AChallengeOfATeamIsOneOfThoseThatAreSaid) {
  json_["teams"][0]["challenge"] = "unheard-of";
  EXPECT_EQ(Wrong(), "teams[0].challenge is none of `challenges`");
}

TEST_F(Script, AFileThatIsNotThereIsSaidToBeSo) {
  auto script = ReadDemoScript("nowhere/ou2013.json");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().message, "nowhere/ou2013.json: cannot be read. Is --files right?");
}

}  // namespace
}  // namespace throughline::demo
