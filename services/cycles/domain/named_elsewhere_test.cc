// What a cycle names of plans and evidence has to be there, as far as the school's partition knows.
#include "cycles/domain/named_elsewhere.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NamedElsewhere : public SchoolFixture {
 protected:
  Outcome SetUpProgression(const std::string& team, const std::string& progression) {
    plans::v1::ProgressionChanged changed;
    changed.mutable_progression()->set_district("d");
    changed.mutable_progression()->set_school("s");
    changed.mutable_progression()->set_team(team);
    changed.mutable_progression()->set_progression(progression);
    return fixture_.Give(changed);
  }
  Outcome Observe(const std::vector<std::string>& indicators, const std::string& district = "d") {
    evidence::v1::AssessmentsAdopted adopted;
    adopted.set_district(district);
    auto& assessment = *adopted.add_assessments();
    assessment.set_assessment("check");
    assessment.mutable_indicators()->Assign(indicators.begin(), indicators.end());
    return fixture_.Give(adopted);
  }
  // "REASON field: message" of the refusal; "" when it was scheduled, and then it was given up.
  std::string Refusal(const v1::ScheduleCycleRequest& request) {
    Outcome outcome = fixture_.Give(request);
    if (outcome.refusal) {
      EXPECT_THAT(outcome.events, IsEmpty());
      return outcome.refusal->reason + ' ' + outcome.refusal->field + ": " +
             outcome.refusal->message;
    }
    findings_.clear();
    const auto& answer = outcome.AnswerAs<v1::ScheduleCycleResponse>();
    for (const common::v1::Finding& one : answer.findings()) {
      findings_.push_back(one.reason() + ' ' + one.field());
      message_ = one.message();
    }
    auto cancel = For<v1::CancelCycleRequest>(answer.cycle());
    cancel.set_reason("no time");
    EXPECT_FALSE(fixture_.Give(cancel).refusal);
    return "";
  }
  static v1::ScheduleCycleRequest On(const std::vector<std::string>& indicators) {
    auto request = ScheduleRequest("t", "2026-08-31");
    request.mutable_indicators()->Assign(indicators.begin(), indicators.end());
    return request;
  }
  static v1::ScheduleCycleRequest Carrying(const std::string& progression) {
    auto request = ScheduleRequest("t", "2026-08-31");
    request.set_progression(progression);
    return request;
  }
  // As if the school had been there before its progressions and plans were noted: its first version
  // is not seen.
  void FoundOldSchool() {
    plans::v1::SchoolChanged school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("old");
    school.mutable_school()->set_version(2);
    fixture_.Give(school);
    plans::v1::TeamChanged team;
    team.mutable_team()->set_district("d");
    team.mutable_team()->set_school("old");
    team.mutable_team()->set_team("t");
    team.mutable_team()->set_active(true);
    team.mutable_team()->set_version(1);
    fixture_.Give(team);
  }

  std::vector<std::string> findings_;  // "REASON field" of what was scheduled last
  std::string message_;                // of its last one
};

TEST_F(NamedElsewhere, TheTeamHasTheProgression) {
  EXPECT_EQ(
      Refusal(Carrying("one")),
      "PROGRESSION_UNKNOWN progression: The team t has no progression one. There is none yet.");
  SetUpProgression("t", "one");
  EXPECT_EQ(Refusal(Carrying("one")), "");
  EXPECT_EQ(
      Refusal(Carrying("zzz")),
      "PROGRESSION_UNKNOWN progression: The team t has no progression zzz. There is only: one.");
  SetUpProgression("u", "two");
  EXPECT_THAT(Refusal(Carrying("two")), HasSubstr("PROGRESSION_UNKNOWN")) << "of another team";
  EXPECT_EQ(Refusal(Carrying("")), "") << "it need not be said";
}

TEST_F(NamedElsewhere, APlanSaysWhichIndicatorsThereAre) {
  EXPECT_EQ(Refusal(On({"nope"})), "") << "without a plan any may be worked on";
  EXPECT_THAT(findings_, ElementsAre("INDICATOR_NOT_OBSERVED indicators[0]")) << "and it is said";

  Publish({"close-reading", "argument"});
  EXPECT_EQ(
      Refusal(On({"close-reading", "nope"})),
      "INDICATOR_UNKNOWN indicators[1]: There is no indicator nope: no plan of the school has "
      "it, and no assessment of the district observes it. There are: argument, "
      "close-reading.");
  EXPECT_EQ(Refusal(On({"argument"})), "");
  Observe({"nope"});
  EXPECT_EQ(Refusal(On({"nope"})), "") << "a team may work on more than the plan has";
}

TEST_F(NamedElsewhere, SaysWhichIndicatorsNothingObserves) {
  Publish({"close-reading", "argument"});
  EXPECT_EQ(Refusal(On({"close-reading", "argument"})), "");
  EXPECT_THAT(findings_, ElementsAre("INDICATOR_NOT_OBSERVED indicators[0]",
                                     "INDICATOR_NOT_OBSERVED indicators[1]"));
  EXPECT_EQ(message_,
            "No assessment of the district observes argument yet: no result counts for it until "
            "one does.");
  Observe({"close-reading"});
  EXPECT_EQ(Refusal(On({"close-reading", "argument"})), "");
  EXPECT_THAT(findings_, ElementsAre("INDICATOR_NOT_OBSERVED indicators[1]"));
  EXPECT_THAT(message_, HasSubstr("Those that are observed: close-reading."));
}

TEST_F(NamedElsewhere, APlanOfTheSchoolHasTheProblem) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  auto analysis = AnalysisRequest(cycle);
  analysis.mutable_analysis()->set_problem("feedback");
  const Outcome outcome = fixture_.Give(analysis);
  EXPECT_EQ(ReasonOf(outcome), "PROBLEM_UNKNOWN");
  EXPECT_EQ(outcome.refusal->field, "analysis.problem");
  EXPECT_THAT(outcome.events, IsEmpty());
  Publish({}, {"feedback", "recall"});
  EXPECT_EQ(ReasonOf(fixture_.Give(analysis)), "");
  analysis.mutable_analysis()->set_problem("fedback");
  EXPECT_THAT(fixture_.Give(analysis).refusal->message, HasSubstr("There are: feedback, recall."));
}

TEST_F(NamedElsewhere, ARevisionsPlanTakesThePlaceOfTheOneBefore) {
  Publish({"close-reading"}, {"feedback"});
  EXPECT_THAT(NamesOf(Publish({"close-reading"}, {"feedback"})), IsEmpty()) << "the same again";
  Publish({"argument"});
  EXPECT_THAT(Refusal(On({"close-reading"})), HasSubstr("INDICATOR_UNKNOWN"));
  EXPECT_EQ(Refusal(On({"argument"})), "");
}

TEST_F(NamedElsewhere, OfASchoolThatWasThereBeforeNothingIsRefused) {
  FoundOldSchool();
  auto request = Carrying("zzz");
  request.set_school("old");
  EXPECT_EQ(Refusal(request), "") << "it may have been set up before anybody noted it";
  plans::v1::ProgressionChanged changed;
  changed.mutable_progression()->set_district("d");
  changed.mutable_progression()->set_school("old");
  changed.mutable_progression()->set_team("t");
  changed.mutable_progression()->set_progression("one");
  EXPECT_THAT(NamesOf(fixture_.Give(changed)), IsEmpty()) << "what older logs have is not noted";
}

TEST_F(NamedElsewhere, ARefusalNamesTheSchoolOrTheTeamsThatThereAre) {
  auto request = On({kIndicator});
  request.set_school("x");
  EXPECT_EQ(Refusal(request), "SCHOOL_UNKNOWN school: There is no school x; register it first.");
  request = On({kIndicator});
  request.set_team("x");
  EXPECT_EQ(Refusal(request), "TEAM_UNKNOWN team: There is no team x. There are: t, u.");
}

TEST_F(NamedElsewhere, WhatIsNotedAlreadyIsNotNotedAgain) {
  EXPECT_THAT(NamesOf(SetUpProgression("t", "one")), ElementsAre("ProgressionNoted"));
  EXPECT_THAT(NamesOf(SetUpProgression("t", "one")), IsEmpty());
  EXPECT_THAT(NamesOf(Observe({"a", "b"})), ElementsAre("ObservedIndicatorsNoted"));
  EXPECT_THAT(NamesOf(Observe({"b"})), IsEmpty());
  EXPECT_THAT(NamesOf(Observe({"b"}, "to-come")), ElementsAre("ObservedIndicatorsNoted"))
      << "the district itself is read later";
  plans::v1::District older = DefaultDistrict();
  older.set_district("older");
  older.set_version(2);
  Adopt(older);
  EXPECT_THAT(NamesOf(Observe({"b"}, "older")), IsEmpty());
}

}  // namespace
}  // namespace throughline::cycles
