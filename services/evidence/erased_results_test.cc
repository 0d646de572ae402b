// Results of students who were erased, when they are sent again.
#include "evidence/erased_results.h"

#include <gmock/gmock.h>

#include <map>

#include "evidence/routing_fixture.h"
#include "identities/vault_fixture.h"
#include "runtime/request_key.h"

namespace throughline::evidence {
namespace {

using identities::Must;
using testing::ElementsAre;

// Answers a request that was there before as at first, as the runtime does.
class RememberingCommands : public runtime::Commands {
 public:
  RememberingCommands(runtime::Commands& commands, const decider::Decider& decider)
      : commands_(commands), decider_(decider) {}

  void Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
              runtime::AnswerCallback done) override {
    if (key.id.empty()) return commands_.Submit(command, key, std::move(done));
    const std::string id = runtime::OutcomeId(key, command, decider_.Route(command));
    const auto before = decided_.find(id);
    if (before != decided_.end() && runtime::IsAnsweredBy(key.digest, before->second.digest)) {
      return done(before->second.answer);
    }
    commands_.Submit(command, key, [&](const core::Result<std::string>& answer) {
      decided_[id] = {key.digest, answer.value()};
      done(answer);
    });
  }

 private:
  struct Decided {
    runtime::v1::RequestDigest digest;
    std::string answer;
  };
  runtime::Commands& commands_;
  const decider::Decider& decider_;
  std::map<std::string, Decided> decided_;  // by outcome id
};

class ErasedResults : public Routing {
 protected:
  // One that is recorded in each school, with words beside its score, and one that is set aside.
  v1::IngestResultsRequest First() {
    auto batch = Batch();
    *batch.add_results() = Of("1", "604821");
    batch.mutable_results(0)->add_kept()->set_value("Ada did well");
    *batch.add_results() = Of("2", "604899");
    *batch.add_results() = Of("3", "604821");
    batch.mutable_results(2)->set_score_text("301");  // off the scale
    return batch;
  }
  v1::IngestResultsResponse SendAs(const std::string& request_id,
                                   const v1::IngestResultsRequest& batch) {
    const RoutingContext routing{rows_, remembering_,
                                 [](const std::function<void()>& work) { work(); }};
    v1::IngestResultsResponse response;
    Ingest(batch, {.caller = "sis", .id = request_id, .digest = {}}, "sis", students_.privacy,
           routing, [&](core::Result<v1::IngestResultsResponse> done) { response = done.value(); });
    return response;
  }
  void Erase(const std::string& student) {
    ASSERT_EQ(Must(vault_.Erase("d", {students_.Of("d", student)})).students, 1);
  }
  bool IsOnRecord(const std::string& student) {
    return Must(vault_.PseudonymOnRecord("d", student)).has_value();
  }
  v1::RecordedResult Result(const std::string& school, const std::string& id) {
    return fixture_.state().Find(kResults, KeyOf(school, id))->recorded();
  }
  std::vector<v1::QuarantinedResult> SetAside() {
    std::vector<v1::QuarantinedResult> entries;
    fixture_.state().ForEach(
        kQuarantine, "d/",
        [&](const std::string&, const v1::QuarantinedResult& entry) { entries.push_back(entry); });
    return entries;
  }
  static std::vector<int> Outcomes(const v1::IngestResultsResponse& response) {
    return {response.outcomes().begin(), response.outcomes().end()};
  }

  identities::Vault& vault_ = *students_.privacy.vault;
  RememberingCommands remembering_{commands_, decider_};
};

TEST_F(ErasedResults, AreWhatTheyWereWhenTheBatchIsSentAgain) {
  Send(First());
  const std::string pseudonym = Result("a", "1").student();
  Erase("604821");
  EXPECT_THAT(Outcomes(Send(First())),
              ElementsAre(v1::RESULT_OUTCOME_DUPLICATE, v1::RESULT_OUTCOME_DUPLICATE,
                          v1::RESULT_OUTCOME_QUARANTINED));
  EXPECT_FALSE(IsOnRecord("604821"));
  EXPECT_EQ(Result("a", "1").student(), pseudonym);
  ASSERT_EQ(SetAside().size(), 1u);
  EXPECT_EQ(SetAside()[0].result().student(), pseudonym);
  EXPECT_EQ(SetAside()[0].school(), "a");
  EXPECT_EQ(SetAside()[0].sealed(), "") << "how it came says who it was of";
}

TEST_F(ErasedResults, AreAnsweredAsAtFirstUnderTheSameRequestId) {
  const auto first = SendAs("one", First());
  Erase("604821");
  const auto events = fixture_.Rows().size();
  const std::string sealed = SetAside()[0].sealed();
  EXPECT_EQ(SendAs("one", First()).SerializeAsString(), first.SerializeAsString());
  EXPECT_FALSE(IsOnRecord("604821"));
  EXPECT_EQ(fixture_.Rows().size(), events);
  EXPECT_EQ(SetAside()[0].sealed(), sealed) << "nothing was decided anew";
}

TEST_F(ErasedResults, AreAnsweredAsAtFirstWhenWhatWasSetAsideIsDiscarded) {
  auto batch = Batch();
  *batch.add_results() = Of("3", "604821");
  batch.mutable_results(0)->set_class_id("c-a");
  batch.mutable_results(0)->set_score_text("301");
  const auto first = SendAs("one", batch);
  v1::DiscardQuarantineRequest discard;
  discard.set_district("d");
  discard.set_school("a");
  discard.add_entries(SetAside()[0].entry());
  fixture_.Give(discard);
  Erase("604821");
  EXPECT_EQ(SendAs("one", batch).SerializeAsString(), first.SerializeAsString());
  EXPECT_FALSE(IsOnRecord("604821"));
}

TEST_F(ErasedResults, StayThatStudentsWhenSomebodyNewHasTheId) {
  Send(First());
  const std::string before = Result("a", "1").student();
  Erase("604821");
  Enroll("a", "604821");
  auto batch = First();
  *batch.add_results() = Of("4", "604821");
  EXPECT_THAT(Outcomes(Send(batch)),
              ElementsAre(v1::RESULT_OUTCOME_DUPLICATE, v1::RESULT_OUTCOME_DUPLICATE,
                          v1::RESULT_OUTCOME_QUARANTINED, v1::RESULT_OUTCOME_ACCEPTED));
  EXPECT_EQ(Result("a", "1").student(), before) << "nothing leads from the new one to it";
  EXPECT_EQ(Result("a", "4").student(), students_.Of("d", "604821"));
  EXPECT_NE(Result("a", "4").student(), before);
}

TEST_F(ErasedResults, AreCorrectedAndTakenBackAsEver) {
  Send(First());
  const std::string pseudonym = Result("a", "1").student();
  Erase("604821");
  auto batch = First();
  batch.mutable_results()->DeleteSubrange(1, 2);
  batch.mutable_results(0)->set_score_text("220");
  EXPECT_THAT(Outcomes(Send(batch)), ElementsAre(v1::RESULT_OUTCOME_CORRECTED));
  EXPECT_EQ(Result("a", "1").score(), 220);
  EXPECT_EQ(Result("a", "1").kept(0).sealed().size(), 24u) << "a mark, and no words";
  batch.mutable_results(0)->set_retracted(true);
  EXPECT_THAT(Outcomes(Send(batch)), ElementsAre(v1::RESULT_OUTCOME_CORRECTED));
  EXPECT_TRUE(Result("a", "1").retracted());
  EXPECT_EQ(Result("a", "1").student(), pseudonym);
  EXPECT_FALSE(IsOnRecord("604821"));
}

TEST_F(ErasedResults, OfWhoWasOnlySetAsideBringNobodyBack) {
  auto batch = Batch();
  *batch.add_results() = Of("5", "604777");
  Send(batch);
  ASSERT_TRUE(IsOnRecord("604777")) << "so that a roster that comes later finds it";
  Erase("604777");
  EXPECT_THAT(Outcomes(Send(batch)), ElementsAre(v1::RESULT_OUTCOME_QUARANTINED));
  EXPECT_FALSE(IsOnRecord("604777"));
}

TEST_F(ErasedResults, ThatWereOnTheirWayBringNobodyBack) {
  auto batch = First();
  batch.mutable_results()->DeleteSubrange(0, 2);
  commands_.meanwhile = [&] { Erase("604821"); };
  EXPECT_THAT(Outcomes(Send(batch)), ElementsAre(v1::RESULT_OUTCOME_QUARANTINED));
  EXPECT_FALSE(IsOnRecord("604821"));
  EXPECT_EQ(SetAside()[0].sealed(), "");
}

TEST_F(ErasedResults, AreNotThoseThatTheirSourceSaysToBeAnothers) {
  Enroll("a", "604822");
  Send(First());
  Erase("604899");  // somebody else
  auto batch = First();
  batch.mutable_results()->DeleteSubrange(1, 2);
  batch.mutable_results(0)->set_student("604822");
  EXPECT_THAT(Outcomes(Send(batch)), ElementsAre(v1::RESULT_OUTCOME_CORRECTED));
  EXPECT_EQ(Result("a", "1").student(), students_.Of("d", "604822"));
}

}  // namespace
}  // namespace throughline::evidence
