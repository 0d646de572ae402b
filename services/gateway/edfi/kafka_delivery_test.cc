#include "gateway/edfi/kafka_delivery.h"

#include <gtest/gtest.h>

#include <thread>

#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

using What = DocumentState::What;

DocumentState StateOf(const std::string& uuid, const std::string& resource, Json document) {
  DocumentState state;
  state.what = What::kThere;
  state.uuid = uuid;
  state.resource = resource;
  state.version = 1;
  state.document = std::move(document);
  return state;
}

// Answers each call with what was planned for it, and OK after that; unless it is held up.
class Evidence : public UnaryCalls {
 public:
  void Start(UnaryCall call, Done done) override {
    asked_.push_back(std::move(call));
    if (held_up_) return;
    const size_t nth = asked_.size() - 1;
    done({nth < planned_.size() ? planned_[nth] : grpc::Status::OK, ""});
  }

  std::vector<UnaryCall> asked_;
  std::vector<grpc::Status> planned_;
  bool held_up_ = false;
};

class KafkaDelivery : public testing::Test {
 protected:
  core::Result<int64_t> Deliver(const std::vector<const DocumentState*>& of) {
    std::vector<DocumentState> states;
    for (const DocumentState* state : of) states.push_back(*state);
    return DeliverTo(evidence_, [] { return core::Result<std::string>("Bearer a"); },
                     {.district = "lakeside"})(std::move(states), stopping_);
  }

  Evidence evidence_;
  std::atomic<bool> stopping_{false};
  const DocumentState assessment_ = StateOf("a", "Assessment", DocumentOf("assessment.json"));
  const DocumentState result_ =
      StateOf("b", "StudentAssessment", DocumentOf("student_assessment.json"));
};

TEST_F(KafkaDelivery, AsksForWhatIsMeasuredBeforeItsResultsWithTheCredential) {
  EXPECT_EQ(*Deliver({&result_, &assessment_}), 0);
  ASSERT_EQ(evidence_.asked_.size(), 2u);
  EXPECT_TRUE(evidence_.asked_[0].method.ends_with("DefineAssessments"));
  EXPECT_TRUE(evidence_.asked_[1].method.ends_with("IngestResults"));
  EXPECT_EQ(evidence_.asked_[1].authorization, "Bearer a");
}

TEST_F(KafkaDelivery, LeavesBehindOnlyWhatCannotBeUsed) {
  // The document has three assessments; the second of them is refused.
  const grpc::Status refused(grpc::StatusCode::FAILED_PRECONDITION, "The scale changed.");
  evidence_.planned_ = {refused, grpc::Status::OK, refused};
  const DocumentState empty = StateOf("c", "StudentAssessment", Json::object());
  EXPECT_EQ(*Deliver({&assessment_, &empty, &result_}), 2);
  ASSERT_EQ(evidence_.asked_.size(), 5u);
  EXPECT_TRUE(evidence_.asked_[4].method.ends_with("IngestResults"));
}

TEST_F(KafkaDelivery, IsTriedAgainAfterWhatMayBeBetterLater) {
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::PERMISSION_DENIED,
                          grpc::StatusCode::NOT_FOUND, grpc::StatusCode::UNAUTHENTICATED}) {
    evidence_.planned_.push_back({code, "Not now."});
    EXPECT_FALSE(Deliver({&result_}));
  }
  EXPECT_EQ(*Deliver({&result_}), 0);
}

TEST_F(KafkaDelivery, EndsAtOnceWhenTheProcessDoes) {
  evidence_.held_up_ = true;
  std::thread delivery([this] { EXPECT_EQ(Deliver({&result_}).error().reason, "STOPPING"); });
  stopping_ = true;
  delivery.join();
}

}  // namespace
}  // namespace throughline::gateway::edfi
