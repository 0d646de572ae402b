#include "plans/surveys_service.h"

#include <grpcpp/server_builder.h>

#include "identities/memory_store.h"
#include "plans/domain/survey_fixture.h"
#include "plans/rubrics_service.h"
#include "plans/served_plans.h"
#include "plans/survey_counting.h"

namespace throughline::plans {
namespace {

using testing::HasSubstr;
using testing::Not;
using Surveys = v1::SurveysService::Stub;
using Rubrics = v1::RubricsService::Stub;

class SurveysServiceTest : public ServedPlans {
 protected:
  SurveysServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&surveys_);
    builder.RegisterService(&rubrics_);
    server_ = builder.BuildAndStart();
    surveys_stub_ = v1::SurveysService::NewStub(server_->InProcessChannel({}));
    rubrics_stub_ = v1::RubricsService::NewStub(server_->InProcessChannel({}));
    FoundSchool();
    Store();
  }
  ~SurveysServiceTest() override { server_->Shutdown(); }

  template <class Request, class Response>
  core::Result<Response> Call(grpc::Status (Surveys::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                              const Request& request) {
    return CallOn(*surveys_stub_, method, request);
  }
  void MoveTo(const std::string& instant) {
    fixture_.AdvanceTo(*core::ParseInstant(instant));
    Store();
  }
  v1::SurveyRound Open() {
    const auto opened = Call(&Surveys::OpenSurveyRound, OpenRequest());
    EXPECT_TRUE(opened) << opened.error().message;
    return opened->round();
  }
  static v1::AnswerSurveyRequest AnswerRequest(const v1::SurveyRound& round,
                                               const std::string& rater, int level,
                                               v1::RaterGroup group = v1::RATER_GROUP_STAFF) {
    v1::AnswerSurveyRequest answer;
    answer.set_district(round.district());
    answer.set_school(round.school());
    answer.set_round(round.round());
    answer.set_rater(rater);
    answer.set_group(group);
    for (const v1::SurveyItem& item : round.items()) {
      answer.add_answers()->set_factor(item.factor());
      answer.mutable_answers()->rbegin()->set_level(level);
    }
    return answer;
  }
  void Answer(const v1::SurveyRound& round, const std::string& rater, int level) {
    const auto answered = Call(&Surveys::AnswerSurvey, AnswerRequest(round, rater, level));
    EXPECT_TRUE(answered) << answered.error().message;
  }
  static RoundPlace PlaceOf(const v1::SurveyRound& round) {
    return {round.district(), round.school(), round.round()};
  }
  void CountAndRecord(const v1::SurveyRound& round) {
    auto results = CountRound(PlaceOf(round), rows_, keys_);
    ASSERT_TRUE(results);
    v1::RecordSurveyResultsRequest record;
    *record.mutable_results() = *std::move(results);
    Done(record);
    Store();
  }
  v1::GetSurveyRoundResponse Read(const v1::SurveyRound& round) {
    v1::GetSurveyRoundRequest get;
    get.set_district(round.district());
    get.set_school(round.school());
    get.set_round(round.round());
    return Call(&Surveys::GetSurveyRound, get).value();
  }

  SurveyKeys keys_{std::make_unique<identities::MemoryIdentityStore>()};
  SurveysService surveys_{commands_, rows_, keys_, *access_};
  RubricsService rubrics_{commands_, rows_, *access_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Surveys> surveys_stub_;
  std::unique_ptr<Rubrics> rubrics_stub_;
};

TEST_F(SurveysServiceTest, ARoundIsOpenedAnsweredEndedAndCounted) {
  const v1::SurveyRound round = Open();
  MoveTo("2024-09-10T12:00:00Z");
  for (const char* rater : {"ann", "ben", "cy", "dot"}) Answer(round, rater, 3);
  Answer(round, "eve", 1);
  Answer(round, "eve", 4);  // takes the place of the one before
  MoveTo("2024-09-21T05:00:00Z");
  CountAndRecord(round);
  const auto results = Read(round).results();
  EXPECT_EQ(results.raters(), 5);
  EXPECT_EQ(results.factors(0).rating().mean(), 3.2);
  EXPECT_EQ(results.factors(0).rating().coherence(), 0.84);  // 3, 3, 3, 3, 4: variance 0.2 of 1.25
  v1::GetCoherenceRequest get;
  get.set_district("d");
  const auto coherence = Call(&Surveys::GetCoherence, get);
  ASSERT_TRUE(coherence);
  EXPECT_EQ(coherence->factors_size(), 12);
  v1::ListSurveyResultsRequest list;
  list.set_district("d");
  list.set_school("s");
  EXPECT_EQ(Call(&Surveys::ListSurveyResults, list)->results_size(), 1);
}

TEST_F(SurveysServiceTest, CoherenceIsThatOfTheRoundThatEndedLast) {
  const v1::SurveyRound own = Open();  // until 20 September
  auto open = OpenRequest("");
  open.set_first_day("2024-09-10");
  open.set_last_day("2024-09-13");
  auto of_district = Call(&Surveys::OpenSurveyRound, open)->round();
  of_district.set_school("s");
  MoveTo("2024-09-12T12:00:00Z");
  for (const char* rater : {"ann", "ben", "cy", "dot", "eve"}) Answer(of_district, rater, 3);
  MoveTo("2024-09-14T05:00:00Z");
  CountAndRecord(of_district);
  for (const char* rater : {"ann", "ben", "cy", "dot"}) Answer(own, rater, 3);
  Answer(own, "eve", 4);
  MoveTo("2024-09-21T05:00:00Z");
  CountAndRecord(own);
  v1::GetCoherenceRequest get;
  get.set_district("d");
  get.set_school("s");
  const auto coherence = Call(&Surveys::GetCoherence, get)->schools(0);
  EXPECT_EQ(coherence.round(), own.round());
  EXPECT_EQ(coherence.factors(0).coherence_change(), -0.16);  // from 1 to 1 - 0.2 / 1.25
}

TEST_F(SurveysServiceTest, UntilARoundIsCountedNothingTellsThatAnybodyAnswered) {
  const v1::SurveyRound round = Open();
  MoveTo("2024-09-10T12:00:00Z");
  const auto read_all = [&] {
    v1::ListSurveyRoundsRequest rounds;
    rounds.set_district("d");
    v1::ListSurveyResultsRequest results;
    results.set_district("d");
    v1::GetCoherenceRequest coherence;
    coherence.set_district("d");
    return Read(round).SerializeAsString() +
           Call(&Surveys::ListSurveyRounds, rounds)->SerializeAsString() +
           Call(&Surveys::ListSurveyResults, results)->SerializeAsString() +
           Call(&Surveys::GetCoherence, coherence)->SerializeAsString();
  };
  const std::string before = read_all();
  for (const char* rater : {"ann", "ben", "cy", "dot", "eve"}) {
    Answer(round, rater, 2);
    EXPECT_EQ(read_all(), before);
  }
}

TEST_F(SurveysServiceTest, TheLogHasNeitherWhoAnsweredNorWhat) {
  const v1::SurveyRound round = Open();
  MoveTo("2024-09-10T12:00:00Z");
  Answer(round, "ann@lakeside", 2);
  EXPECT_EQ(caller_of_last_, "") << "no request id, which would be the caller's";
  std::set<size_t> lengths;
  for (const auto& row : fixture_.Rows()) {
    EXPECT_THAT(row.row.key, Not(HasSubstr("ann@lakeside")));
    EXPECT_THAT(*row.value, Not(HasSubstr("ann@lakeside")));
    if (row.row.table != kSurveyBallots.name) continue;
    EXPECT_THAT(*row.value, Not(HasSubstr(BallotAt(2).levels())));
    lengths.insert(row.value->size());
  }
  Answer(round, "ben", 4);
  for (const auto& row : fixture_.Rows()) {
    if (row.row.table == kSurveyBallots.name) lengths.insert(row.value->size());
  }
  EXPECT_EQ(lengths.size(), 1) << "of the same length for everybody";
}

TEST_F(SurveysServiceTest, OnceARoundIsCountedItsKeyIsDestroyedAndNobodyIsKnownAgain) {
  const v1::SurveyRound round = Open();
  MoveTo("2024-09-10T12:00:00Z");
  Answer(round, "ann", 2);
  const auto key = keys_.Find(PlaceOf(round));
  ASSERT_TRUE(key && *key);
  const std::string pseudonym = (*key)->PseudonymOf("ann");
  ASSERT_TRUE(DestroyKeysOfPast(rows_, keys_));
  EXPECT_EQ(keys_.Rounds()->size(), 1) << "it is open";
  MoveTo("2024-09-21T05:00:00Z");
  CountAndRecord(round);
  ASSERT_TRUE(DestroyKeysOfPast(rows_, keys_));
  EXPECT_TRUE(keys_.Rounds()->empty());
  EXPECT_FALSE(*keys_.Find(PlaceOf(round)));
  EXPECT_NE(keys_.FindOrMake(PlaceOf(round))->PseudonymOf("ann"), pseudonym)
      << "no key is made again";
}

TEST_F(SurveysServiceTest, APseudonymIsOfOneRound) {
  const RoundPlace one{"d", "s", "one"}, other{"d", "s", "other"};
  EXPECT_EQ(keys_.FindOrMake(one)->PseudonymOf("ann"), keys_.FindOrMake(one)->PseudonymOf("ann"));
  EXPECT_NE(keys_.FindOrMake(one)->PseudonymOf("ann"), keys_.FindOrMake(other)->PseudonymOf("ann"));
  EXPECT_NE(keys_.FindOrMake(one)->PseudonymOf("ann"), keys_.FindOrMake(one)->PseudonymOf("ben"));
}

TEST_F(SurveysServiceTest, ABallotOpensForItsRaterAndRoundOnly) {
  const auto key = keys_.FindOrMake({"d", "s", "one"});
  const std::string sealed = key->Seal("ann", BallotAt(3), keys_.random());
  EXPECT_TRUE(key->Open("ann", sealed));
  EXPECT_FALSE(key->Open("ben", sealed));
  EXPECT_FALSE(keys_.FindOrMake({"d", "s", "two"})->Open("ann", sealed));
}

TEST_F(SurveysServiceTest, AnswersWhoseKeyIsLostAreNotCounted) {
  const v1::SurveyRound round = Open();
  MoveTo("2024-09-10T12:00:00Z");
  Answer(round, "ann", 2);
  ASSERT_TRUE(keys_.Destroy(round.district(), {PlaceOf(round)}));
  MoveTo("2024-09-21T05:00:00Z");
  CountAndRecord(round);
  EXPECT_EQ(Read(round).results().absent(), v1::SURVEY_ABSENCE_KEY_LOST);
}

TEST_F(SurveysServiceTest, AnAnswerIsRefusedByWhatItLacks) {
  const v1::SurveyRound round = Open();
  const auto refusal = [&](auto change) {
    auto answer = AnswerRequest(round, "ann", 3);
    change(answer);
    return Call(&Surveys::AnswerSurvey, answer).error().reason;
  };
  EXPECT_EQ(refusal([](auto&) {}), "SURVEY_NOT_BEGUN");
  EXPECT_EQ(refusal([](auto& answer) { answer.clear_rater(); }), "RATER_MISSING");
  EXPECT_EQ(refusal([](auto& answer) { answer.clear_group(); }), "GROUP_MISSING");
  EXPECT_EQ(refusal([](auto& answer) { answer.clear_answers(); }), "ITEMS_INCOMPLETE");
  EXPECT_EQ(refusal([](auto& answer) { answer.set_round("none"); }), "SURVEY_UNKNOWN");
  EXPECT_EQ(refusal([](auto& answer) { answer.clear_school(); }), "ID_INVALID");
  MoveTo("2024-09-21T05:00:00Z");
  EXPECT_EQ(refusal([](auto&) {}), "SURVEY_OVER");
}

TEST_F(SurveysServiceTest, TemplatesThatComeWithTheProductAreListedFirst) {
  v1::UpsertTemplateRequest upsert;
  upsert.mutable_template_()->set_district("d");
  upsert.mutable_template_()->set_template_("ours");
  upsert.mutable_template_()->set_name("Our visit");
  upsert.mutable_template_()->mutable_visit()->add_look_fors("Students talk.");
  ASSERT_TRUE(CallOn(*rubrics_stub_, &Rubrics::UpsertTemplate, upsert));
  v1::ListTemplatesRequest list;
  list.set_district("d");
  const auto listed = CallOn(*rubrics_stub_, &Rubrics::ListTemplates, list);
  ASSERT_EQ(listed->templates_size(), 5);
  EXPECT_TRUE(listed->templates(3).shipped());
  EXPECT_EQ(listed->templates(4).template_(), "ours");
  v1::GetTemplateRequest get;
  get.set_district("d");
  get.set_template_("twelve-factors");
  EXPECT_EQ(CallOn(*rubrics_stub_, &Rubrics::GetTemplate, get)->template_().survey().levels(), 4);
}

TEST_F(SurveysServiceTest, ARubricIsReadAsItIsInUseOrInARevision) {
  v1::UpsertRubricRequest upsert;
  *upsert.mutable_rubric() = ShippedSurvey();
  upsert.mutable_rubric()->set_district("d");
  ASSERT_TRUE(CallOn(*rubrics_stub_, &Rubrics::UpsertRubric, upsert));
  v1::PublishRubricRequest publish;
  publish.set_district("d");
  publish.set_rubric("twelve-factors");
  ASSERT_TRUE(CallOn(*rubrics_stub_, &Rubrics::PublishRubric, publish));
  upsert.mutable_rubric()->set_name("Ours");
  ASSERT_TRUE(CallOn(*rubrics_stub_, &Rubrics::UpsertRubric, upsert));
  v1::GetRubricRequest get;
  get.set_district("d");
  get.set_rubric("twelve-factors");
  const auto read = CallOn(*rubrics_stub_, &Rubrics::GetRubric, get);
  EXPECT_EQ(read->rubric().revision(), 1);
  EXPECT_EQ(read->draft().name(), "Ours");
  get.set_revision(1);
  EXPECT_EQ(CallOn(*rubrics_stub_, &Rubrics::GetRubric, get)->rubric().name(),
            "The twelve factors");
  get.set_revision(2);
  EXPECT_EQ(CallOn(*rubrics_stub_, &Rubrics::GetRubric, get).error().reason, "RUBRIC_UNKNOWN");
  v1::ListRubricsRequest list;
  list.set_district("d");
  EXPECT_EQ(CallOn(*rubrics_stub_, &Rubrics::ListRubrics, list)->rubrics_size(), 1);
}

}  // namespace
}  // namespace throughline::plans
