#include "cycles/practices_service.h"

#include <grpcpp/server_builder.h>

#include <memory>

#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"
#include "platform/grpc/calls.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Stub = v1::PracticesService::Stub;

// The service as callers see it, in this process: commands are decided in the fixture, and what it
// keeps is in the store when they are answered.
class PracticesServiceTest : public PracticesFixture {
 protected:
  class FixtureCommands : public runtime::Commands {
   public:
    explicit FixtureCommands(PracticesServiceTest& test) : test_(test) {}
    void Submit(const google::protobuf::Message& command, const runtime::RequestKey&,
                runtime::AnswerCallback done) override {
      const Outcome outcome = test_.fixture_.Give(command);
      test_.Store();
      if (outcome.refusal) return done(core::Refuse(*outcome.refusal));
      done(outcome.answer->SerializeAsString());
    }

   private:
    PracticesServiceTest& test_;
  };

  PracticesServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PracticesService::NewStub(server_->InProcessChannel({}));
    Store();
  }
  ~PracticesServiceTest() override { server_->Shutdown(); }

  // Brings the store up to what was decided.
  void Store() {
    runtime::Commit commit;
    commit.expected_token = token_ == 0 ? "" : std::to_string(token_);
    commit.token = std::to_string(++token_);
    commit.rows = fixture_.Rows();
    ASSERT_TRUE(store_.Apply({"cycles", 0}, commit));
  }

  template <class Response, class Request>
  core::Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return core::Refuse(platform::FromStatus(status));
    return response;
  }
  // Three teams gain more with it than three without it; it is assessed, and stored.
  void MakePromising() {
    PublishPractice("tps", "Think, pair, share");
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("r", team, {}, 10'000));
    for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
    Store();
  }
  void Report(const v1::CycleOutcome& outcome) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    fixture_.Give(reported);
  }
  std::vector<std::string> Listed(v1::ListPracticesRequest request) {
    request.set_district("d");
    const auto listed = Call(&Stub::ListPractices, request);
    if (!listed) return {listed.error().reason};
    std::vector<std::string> ids;
    for (const auto& one : listed->practices()) ids.push_back(one.practice().practice());
    return ids;
  }

  runtime::SimulatedStore store_;
  int token_ = 0;
  FixtureCommands commands_{*this};
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  PracticesService service_{commands_, runtime::Rows(store_, "cycles", 1), *access_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(PracticesServiceTest, WritesPublishesMergesAndRetires) {
  EXPECT_TRUE(Call(&Stub::UpsertPractice, UpsertRequest("tps", "Think, pair, share")));
  EXPECT_TRUE(Call(&Stub::PublishPractice, About<v1::PublishPracticeRequest>("tps")));
  EXPECT_TRUE(Call(&Stub::UpsertPractice, UpsertRequest("talk", "Turn and talk")));
  EXPECT_TRUE(Call(&Stub::MergePractice, MergeRequest("talk", "tps")));
  const auto retired = Call(&Stub::RetirePractice, About<v1::RetirePracticeRequest>("tps"));
  ASSERT_TRUE(retired);
  EXPECT_EQ(retired->practice().state(), v1::PRACTICE_STATE_RETIRED);
  const auto read = Call(&Stub::GetPractice, About<v1::GetPracticeRequest>("talk"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->practice().practice().practice(), "tps") << "what it was merged into";
  EXPECT_EQ(read->practice().assessment().standing(), v1::PRACTICE_STANDING_RETIRED);
}

TEST_F(PracticesServiceTest, RefusalsCarryCodeReasonAndField) {
  const auto refused = Call(&Stub::GetPractice, About<v1::GetPracticeRequest>("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kNotFound);
  EXPECT_EQ(refused.error().reason, "PRACTICE_UNKNOWN");
  EXPECT_EQ(refused.error().field, "practice");
}

TEST_F(PracticesServiceTest, FindsPracticesByIndicatorProblemStandingAndSchool) {
  MakePromising();
  auto other = UpsertRequest("cold", "Cold call");
  other.mutable_practice()->clear_indicators();
  other.mutable_practice()->add_indicators("argument");
  Call(&Stub::UpsertPractice, other);
  v1::ListPracticesRequest all;
  EXPECT_THAT(Listed(all), ElementsAre("cold", "tps"));
  v1::ListPracticesRequest by_indicator;
  by_indicator.set_indicator(kIndicator);
  EXPECT_THAT(Listed(by_indicator), ElementsAre("tps"));
  v1::ListPracticesRequest promising;
  promising.set_standing(v1::PRACTICE_STANDING_PROMISING);
  EXPECT_THAT(Listed(promising), ElementsAre("tps"));
  v1::ListPracticesRequest draft;
  draft.set_standing(v1::PRACTICE_STANDING_DRAFT);
  EXPECT_THAT(Listed(draft), ElementsAre("cold"));
  v1::ListPracticesRequest used;
  used.set_used_in("s");
  EXPECT_THAT(Listed(used), IsEmpty());
  Trying({"cold"});
  Store();
  EXPECT_THAT(Listed(used), ElementsAre("cold"));
  v1::ListPracticesRequest by_problem;
  by_problem.set_problem("feedback");
  EXPECT_THAT(Listed(by_problem), IsEmpty());
  v1::CycleOutcome outcome = OutcomeOf("s", "a", {"tps"}, 50'000);
  outcome.set_problem("feedback");
  Report(outcome);
  fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  Store();
  EXPECT_THAT(Listed(by_problem), ElementsAre("tps"));
}

TEST_F(PracticesServiceTest, PagesGoOnWhereTheLastEnded) {
  for (const char* practice : {"a", "b", "c"}) PublishPractice(practice, practice);
  Store();
  v1::ListPracticesRequest request;
  request.set_district("d");
  request.set_page_size(2);
  const auto first = Call(&Stub::ListPractices, request);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->practices_size(), 2);
  request.set_page_token(first->next_page_token());
  const auto rest = Call(&Stub::ListPractices, request);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->practices_size(), 1);
  EXPECT_EQ(rest->practices(0).practice().practice(), "c");
  EXPECT_EQ(rest->next_page_token(), "");
}

TEST_F(PracticesServiceTest, ListsWhatTeamsTookUp) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Trying({"tps", "Cold call"});
  Store();
  v1::ListAdoptionsRequest request;
  request.set_district("d");
  request.set_school("s");
  request.set_practice("tps");
  const auto listed = Call(&Stub::ListAdoptions, request);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->adoptions_size(), 1);
  EXPECT_EQ(listed->adoptions(0).latest_cycle(), cycle.cycle());
  request.set_state(v1::ADOPTION_STATE_ABANDONED);
  EXPECT_EQ(Call(&Stub::ListAdoptions, request)->adoptions_size(), 0);
  const auto read = Call(&Stub::GetPractice, About<v1::GetPracticeRequest>("tps"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spread().teams(), 1);
  EXPECT_EQ(read->spread().first_followers(0).team(), "t");
}

TEST_F(PracticesServiceTest, ListsTheCyclesThatAStandingRestsOn) {
  MakePromising();
  v1::ListNetEffectsRequest request;
  request.set_district("d");
  request.set_practice("tps");
  const auto listed = Call(&Stub::ListNetEffects, request);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->effects_size(), 3);
  for (const auto& one : listed->effects()) {
    EXPECT_GT(one.effect(), 0);
    EXPECT_EQ(one.compared_students(), 90);
    EXPECT_EQ(one.compared_cycles(), 3);
  }
  request.set_school("s");
  request.set_team("b");
  EXPECT_EQ(Call(&Stub::ListNetEffects, request)->effects_size(), 1);
}

TEST_F(PracticesServiceTest, NumbersOfFewerStudentsThanMayBeShownAreLeftOut) {
  MakePromising();
  const auto shown = Call(&Stub::GetPractice, About<v1::GetPracticeRequest>("tps"));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->practice().assessment().pooled().students(), 90);
  plans::v1::District stricter = DefaultDistrict();
  stricter.mutable_policy()->set_smallest_cell(91);
  stricter.set_version(2);
  Adopt(stricter);
  Store();
  const auto hidden = Call(&Stub::GetPractice, About<v1::GetPracticeRequest>("tps"));
  ASSERT_TRUE(hidden);
  EXPECT_FALSE(hidden->practice().assessment().has_pooled());
}

}  // namespace
}  // namespace throughline::cycles
