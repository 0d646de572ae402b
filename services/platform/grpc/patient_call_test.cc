#include "platform/grpc/patient_call.h"

#include <gtest/gtest.h>

#include <deque>

#include "runtime/errors.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::platform {
namespace {

using Message = runtime::v1::Envelope;

// Says what it was told to, one after the other, and then yes.
class Stub {
 public:
  explicit Stub(std::deque<grpc::Status> refusals) : refusals_(std::move(refusals)) {}

  grpc::Status Get(grpc::ClientContext*, const Message&, Message*) {
    ++calls;
    if (refusals_.empty()) return grpc::Status::OK;
    grpc::Status refusal = refusals_.front();
    refusals_.pop_front();
    return refusal;
  }

  int calls = 0;

 private:
  std::deque<grpc::Status> refusals_;
};

TEST(PatientCall, GoesOnOnceAServiceHasReadItsLogAndCanTakeMore) {
  Stub stub({ToStatus(runtime::BeingRebuilt("plans")),
             ToStatus(runtime::JournalUnavailable("a broker")),
             grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "slowly")});
  EXPECT_TRUE(Call(stub, &Stub::Get, Message()));
  EXPECT_EQ(stub.calls, 4);
}

TEST(PatientCall, DoesNotWaitForWhoDoesNotAnswerOrRefuses) {
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::INVALID_ARGUMENT}) {
    Stub stub({grpc::Status(code, "no")});
    EXPECT_FALSE(Call(stub, &Stub::Get, Message()));
    EXPECT_EQ(stub.calls, 1);
  }
}

TEST(PatientCall, SendsNoTextThatCannotBeSent) {
  Stub stub({});
  runtime::v1::Envelope request;
  request.set_type("\xff");
  const auto answer = Call(stub, &Stub::Get, request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "TEXT_NOT_UTF8");
  EXPECT_EQ(stub.calls, 0);
}

TEST(PatientCall, IsGivenUpWhenItIsAskedToStop) {
  std::stop_source stop;
  stop.request_stop();
  Stub stub({ToStatus(runtime::BeingRebuilt("plans"))});
  EXPECT_FALSE(Call(stub, &Stub::Get, Message(), {.authorization = "", .stop = stop.get_token()}));
  EXPECT_EQ(stub.calls, 1);
}

}  // namespace
}  // namespace throughline::platform
