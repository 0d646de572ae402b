#include "plans/domain/survey.h"

#include "plans/domain/survey_fixture.h"
#include "plans/domain/survey_results.h"
#include "throughline/plans/v1/rubrics_service.pb.h"

namespace throughline::plans {
namespace {

class SurveyTest : public PlansFixture {
 protected:
  SurveyTest() { FoundSchool(); }

  v1::SurveyRound Open(const v1::OpenSurveyRoundRequest& request = OpenRequest()) {
    return Done(request).AnswerAs<v1::OpenSurveyRoundResponse>().round();
  }
  Outcome MoveTo(const std::string& instant) {
    return fixture_.AdvanceTo(*core::ParseInstant(instant));
  }
  v1::SurveyRound Now(const v1::SurveyRound& round) {
    return *fixture_.state().Find(kSurveys,
                                  JoinKey(round.district(), round.school(), round.round()));
  }
  static v1::RecordSurveyResultsRequest RecordRequest(const v1::SurveyRound& round, int level) {
    v1::RecordSurveyResultsRequest record;
    *record.mutable_results() = ResultsOf(round, std::vector<v1::SurveyBallot>(5, BallotAt(level)));
    return record;
  }
  // The same with raters who disagree about one factor.
  static v1::RecordSurveyResultsRequest Disagreeing(const v1::SurveyRound& round) {
    std::vector<v1::SurveyBallot> ballots(5, BallotAt(3));
    ballots[0].mutable_levels()->at(6) = 1;
    ballots[1].mutable_levels()->at(6) = 4;
    v1::RecordSurveyResultsRequest record;
    *record.mutable_results() = ResultsOf(round, ballots);
    return record;
  }
};

TEST_F(SurveyTest, HasAnItemForEachFactorAndLastsUntilItsLastDayIsOver) {
  const v1::SurveyRound round = Open();
  EXPECT_EQ(round.items_size(), 12);
  EXPECT_EQ(round.state(), v1::SURVEY_STATE_OPEN);
  EXPECT_EQ(core::FromMillis(round.from_ms()), *core::ParseInstant("2024-09-09T05:00:00Z"));
  EXPECT_EQ(core::FromMillis(round.until_ms()), *core::ParseInstant("2024-09-21T05:00:00Z"));
  EXPECT_TRUE(round.round().starts_with("2024-09-09-")) << "ids are in the order of time";
}

TEST_F(SurveyTest, BeginsTodayUnlessSomethingElseIsSaid) {
  auto open = OpenRequest();
  open.clear_first_day();
  EXPECT_EQ(RefusalOf(open, [](auto& one) { one.set_last_day("2024-10-01"); }),
            "WINDOW_INVALID last_day");
  EXPECT_EQ(Open(open).first_day(), "2024-08-01");
}

TEST_F(SurveyTest, IsRefusedByTheFieldThatMakesNoSense) {
  const auto refusal = [this](auto change) { return RefusalOf(OpenRequest(), change); };
  EXPECT_EQ(refusal([](auto& open) { open.set_school("r"); }), "SCHOOL_UNKNOWN school");
  EXPECT_EQ(refusal([](auto& open) { open.set_district("e"); }), "DISTRICT_UNKNOWN district");
  EXPECT_EQ(refusal([](auto& open) { open.set_first_day("soon"); }), "DATE_INVALID first_day");
  EXPECT_EQ(refusal([](auto& open) { open.clear_last_day(); }), "DATE_INVALID last_day");
  EXPECT_EQ(refusal([](auto& open) { open.set_first_day("2024-07-31"); }),
            "WINDOW_INVALID last_day");
  EXPECT_EQ(refusal([](auto& open) { open.set_last_day("2024-09-08"); }),
            "WINDOW_INVALID last_day");
  EXPECT_EQ(refusal([](auto& open) { open.set_rubric("none"); }), "RUBRIC_UNKNOWN rubric");
}

TEST_F(SurveyTest, TakesItsItemsFromARubricThatIsPublished) {
  v1::UpsertRubricRequest upsert;
  *upsert.mutable_rubric() = ShippedSurvey();
  upsert.mutable_rubric()->set_district("d");
  upsert.mutable_rubric()->set_rubric("ours");
  v1::PublishRubricRequest publish;
  publish.set_district("d");
  publish.set_rubric("ours");
  auto open = OpenRequest();
  open.set_rubric("ours");
  Done(upsert);
  EXPECT_EQ(Refusal(open), "RUBRIC_UNKNOWN rubric") << "a draft may still change";
  Done(publish);
  upsert.mutable_rubric()->mutable_criteria(0)->set_descriptors(0, "Nobody knows.");
  Done(upsert);
  Done(publish);
  open.set_revision(1);
  const v1::SurveyRound round = Open(open);
  EXPECT_EQ(round.revision(), 1);
  EXPECT_NE(round.items(0).descriptors(0), "Nobody knows.");
}

TEST_F(SurveyTest, ARubricWithoutAnItemForAFactorIsForOtherUses) {
  v1::Rubric rubric = ShippedSurvey();
  rubric.mutable_criteria(3)->clear_factor();
  EXPECT_EQ(ItemsOf(rubric).error().reason, "RUBRIC_NOT_FOR_SURVEYS");
  rubric = ShippedSurvey();
  rubric.mutable_criteria(3)->set_factor(v1::DRIVER_FACTOR_STRATEGIC_FOCUS);
  EXPECT_EQ(ItemsOf(rubric).error().reason, "RUBRIC_NOT_FOR_SURVEYS");
  rubric = ShippedSurvey();
  rubric.set_levels(5);
  EXPECT_EQ(ItemsOf(rubric).error().reason, "RUBRIC_NOT_FOR_SURVEYS");
}

TEST_F(SurveyTest, ASchoolHasOneOpenAtATime) {
  Open();
  EXPECT_EQ(Refusal(OpenRequest()), "SURVEY_OPEN first_day");
  Done(SchoolRequest("r"));
  Open(OpenRequest("r"));
}

TEST_F(SurveyTest, OfADistrictIsOpenedInEachOfItsSchools) {
  Done(SchoolRequest("r"));
  const auto outcome = Done(OpenRequest(""));
  std::vector<std::string> schools;
  for (const auto* opened : outcome.All<v1::SurveyRoundOpened>()) {
    schools.push_back(opened->round().school());
    EXPECT_TRUE(opened->round().of_district());
  }
  EXPECT_THAT(schools, testing::ElementsAre("", "r", "s"));
  EXPECT_EQ(Refusal(OpenRequest("")), "SURVEY_OPEN first_day");
  Open();  // a school's own is another
}

TEST_F(SurveyTest, IsAnsweredOnceARaterAndChangedUntilItEnds) {
  const v1::SurveyRound round = Open();
  EXPECT_EQ(Refusal(CastRequest(round, "ann")), "SURVEY_NOT_BEGUN round");
  MoveTo("2024-09-09T05:00:00Z");
  const auto cast = Done(CastRequest(round, "ann"));
  ExpectNothingToDecide(CastRequest(round, "ann"), cast);
  Done(CastRequest(round, "ann", "anew"));
  Done(CastRequest(round, "ben"));
  int ballots = 0;
  fixture_.state().ForEach(kSurveyBallots, "d/s/", [&](const auto&, const auto&) { ++ballots; });
  EXPECT_EQ(ballots, 2);
  MoveTo("2024-09-21T05:00:00Z");
  EXPECT_EQ(Refusal(CastRequest(round, "ann")), "SURVEY_OVER round");
}

TEST_F(SurveyTest, EndsByItselfAndTellsTheSchool) {
  const v1::SurveyRound round = Open();
  EXPECT_TRUE(MoveTo("2024-09-21T04:59:59Z").events.empty());
  const auto over = MoveTo("2024-09-21T05:00:00Z");
  ASSERT_NE(over.First<v1::SurveyRoundEnded>(), nullptr);
  EXPECT_EQ(Now(round).state(), v1::SURVEY_STATE_ENDED);
  EXPECT_TRUE(MoveTo("2024-10-21T05:00:00Z").events.empty());
}

TEST_F(SurveyTest, IsCountedOnceAndThenNothingIsLeftOfWhatWasAnswered) {
  const v1::SurveyRound round = Open();
  EXPECT_EQ(Refusal(RecordRequest(round, 3)), "SURVEY_NOT_ENDED round");
  MoveTo("2024-09-10T12:00:00Z");
  for (const char* rater : {"ann", "ben", "cy", "dot", "eve"}) Done(CastRequest(round, rater));
  MoveTo("2024-09-21T05:00:00Z");
  const auto recorded = Done(RecordRequest(round, 3));
  ASSERT_NE(recorded.First<v1::SurveyResultsRecorded>(), nullptr);
  ExpectNothingToDecide(RecordRequest(round, 3), recorded);
  ExpectNothingToDecide(RecordRequest(round, 1), recorded);
  EXPECT_EQ(Now(round).state(), v1::SURVEY_STATE_COUNTED);
  fixture_.state().ForEach(kSurveyBallots, "", [](const auto&, const auto&) { FAIL(); });
  fixture_.state().ForEach(kUncountedSurveys, "", [](const auto&, const auto&) { FAIL(); });
}

TEST_F(SurveyTest, IsCancelledWithAReasonWhileItIsOpen) {
  const v1::SurveyRound round = Open();
  EXPECT_EQ(RefusalOf(CancelRequest(round), [](auto& cancel) { cancel.clear_reason(); }),
            "REASON_MISSING reason");
  MoveTo("2024-09-10T12:00:00Z");
  Done(CastRequest(round, "ann"));
  const auto cancelled = Done(CancelRequest(round));
  ExpectNothingToDecide(CancelRequest(round), cancelled);
  EXPECT_EQ(Now(round).state(), v1::SURVEY_STATE_CANCELLED);
  fixture_.state().ForEach(kSurveyBallots, "", [](const auto&, const auto&) { FAIL(); });
  EXPECT_TRUE(MoveTo("2024-09-21T05:00:00Z").events.empty());
  EXPECT_EQ(Refusal(CastRequest(round, "ann")), "SURVEY_OVER round");
}

TEST_F(SurveyTest, OfADistrictIsCancelledByTheDistrictInAllSchools) {
  const v1::SurveyRound of_district = Open(OpenRequest(""));
  v1::SurveyRound of_school = of_district;
  of_school.set_school("s");
  EXPECT_EQ(Refusal(CancelRequest(of_school)), "SURVEY_OF_DISTRICT school");
  Done(CancelRequest(of_district));
  EXPECT_EQ(Now(of_school).state(), v1::SURVEY_STATE_CANCELLED);
}

TEST_F(SurveyTest, AFactorWhoseCoherenceFellIsNamedWithBothNumbers) {
  const v1::SurveyRound first = Open();
  MoveTo("2024-09-21T05:00:00Z");
  EXPECT_TRUE(Done(RecordRequest(first, 3)).First<v1::SurveyResultsRecorded>()->falls().empty());
  auto open = OpenRequest();
  open.set_first_day("2024-11-04");
  open.set_last_day("2024-11-08");
  const v1::SurveyRound second = Open(open);
  MoveTo("2024-11-09T06:00:00Z");
  const auto recorded = Done(Disagreeing(second));
  const auto& falls = recorded.First<v1::SurveyResultsRecorded>()->falls();
  EXPECT_EQ(recorded.First<v1::SurveyResultsRecorded>()->compared_size(), 12)
      << "those that did not fall, too";
  ASSERT_EQ(falls.size(), 1);
  EXPECT_EQ(falls[0].factor(), v1::DRIVER_FACTOR_INSTRUCTIONAL_COHERENCE);
  EXPECT_EQ(falls[0].name(), "Instructional coherence");
  EXPECT_EQ(falls[0].before(), 1);
  EXPECT_NEAR(falls[0].now(), 0.04, 1e-9);  // 1, 4, 3, 3, 3: variance 1.2 of 1.25
}

TEST_F(SurveyTest, ARoundIsComparedWithTheOneThatEndedBeforeIt) {
  const v1::SurveyRound own = Open();  // until 20 September
  auto open = OpenRequest("");
  open.set_first_day("2024-09-10");
  open.set_last_day("2024-09-13");
  v1::SurveyRound of_district = Open(open);
  of_district.set_school("s");
  MoveTo("2024-09-14T05:00:00Z");
  Done(RecordRequest(of_district, 3));
  MoveTo("2024-09-21T05:00:00Z");
  EXPECT_EQ(Done(Disagreeing(own)).First<v1::SurveyResultsRecorded>()->falls_size(), 1);
}

TEST_F(SurveyTest, AFallIsOneByThePolicyOfTheDistrict) {
  auto update = UpdateRequest();
  update.mutable_policy()->set_coherence_fall(0.99);
  Done(update);
  const v1::SurveyRound first = Open();
  MoveTo("2024-09-21T05:00:00Z");
  Done(RecordRequest(first, 3));
  auto open = OpenRequest();
  open.set_first_day("2024-11-04");
  open.set_last_day("2024-11-08");
  const v1::SurveyRound second = Open(open);
  MoveTo("2024-11-09T06:00:00Z");
  EXPECT_TRUE(Done(Disagreeing(second)).First<v1::SurveyResultsRecorded>()->falls().empty());
}

TEST(BallotTest, AnswersEveryItemOnceWithALevel) {
  const v1::SurveyRound round = RoundOfTwelve();
  google::protobuf::RepeatedPtrField<v1::SurveyAnswer> answers;
  for (int factor = v1::DriverFactor_MAX; factor >= 1; --factor) {
    answers.Add()->set_factor(static_cast<v1::DriverFactor>(factor));
    answers.rbegin()->set_level(factor % 4 + 1);
  }
  const auto ballot = BallotOf(round, v1::RATER_GROUP_STAFF, answers);
  ASSERT_TRUE(ballot);
  EXPECT_EQ(ballot->levels(), std::string("\2\3\4\1\2\3\4\1\2\3\4\1"));
  EXPECT_EQ(BallotOf(round, v1::RATER_GROUP_UNSPECIFIED, answers).error().reason, "GROUP_MISSING");
  auto wrong = answers;
  wrong.RemoveLast();
  EXPECT_THAT(BallotOf(round, v1::RATER_GROUP_STAFF, wrong).error().message,
              testing::HasSubstr("strategic focus"));
  wrong = answers;
  *wrong.Add() = answers[0];
  EXPECT_FALSE(BallotOf(round, v1::RATER_GROUP_STAFF, wrong));
  for (int level : {0, 5, -1}) {
    wrong = answers;
    wrong[4].set_level(level);
    EXPECT_FALSE(BallotOf(round, v1::RATER_GROUP_STAFF, wrong)) << level;
  }
}

}  // namespace
}  // namespace throughline::plans
