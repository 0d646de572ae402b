#include "runtime/waiting_callers.h"

#include <gmock/gmock.h>

#include "runtime/envelope.h"
#include "runtime/errors.h"

namespace throughline::runtime {
namespace {

using testing::ElementsAre;

v1::RequestDigest DigestOf(const std::string& request) {
  v1::RequestDigest digest;
  digest.set_request(request);
  return digest;
}

v1::Outcome OutcomeOf(const std::string& request) {
  v1::Outcome outcome = Accepted(nullptr, core::Instant{});
  *outcome.mutable_request_digest() = DigestOf(request);
  return outcome;
}

class WaitingCallersTest : public testing::Test {
 protected:
  void Wait(const std::string& id, const std::string& request) {
    AnswerCallback done = [this, request](const core::Result<std::string>& answer) {
      heard_.push_back(request + (answer ? " answered" : " " + answer.error().reason));
    };
    callers_.Add(id, std::make_unique<Caller>(waiting_, DigestOf(request), done));
  }

  std::vector<std::string> heard_;
  std::atomic<int64_t> waiting_{0};
  WaitingCallers callers_;
};

TEST_F(WaitingCallersTest, AnswersAllWhoSentTheSame) {
  Wait("id", "a");
  Wait("id", "a");
  Wait("other", "a");
  callers_.Answer("id", OutcomeOf("a"));
  EXPECT_THAT(heard_, ElementsAre("a answered", "a answered"));
  EXPECT_EQ(waiting_, 1);
}

TEST_F(WaitingCallersTest, RefusesWhoSentSomethingElseUnderTheId) {
  Wait("id", "a");
  Wait("id", "b");
  callers_.Answer("id", OutcomeOf("a"));
  EXPECT_THAT(heard_, ElementsAre("a answered", "b REQUEST_ID_REUSED"));
}

TEST_F(WaitingCallersTest, RefusesARequestThatCouldNotBeTaken) {
  Wait("id", "a");
  Wait("id", "b");
  callers_.Refuse("id", DigestOf("b"), Stopping("tally"));
  EXPECT_THAT(heard_, ElementsAre("b " + Stopping("tally").reason));
  callers_.Answer("id", OutcomeOf("a"));
  EXPECT_EQ(waiting_, 0);
}

TEST_F(WaitingCallersTest, LeavesNobodyWaitingInTheEnd) {
  Wait("one", "a");
  Wait("two", "b");
  callers_.RefuseAll(Stopping("tally"));
  EXPECT_EQ(heard_.size(), 2);
  EXPECT_EQ(waiting_, 0);
}

}  // namespace
}  // namespace throughline::runtime
