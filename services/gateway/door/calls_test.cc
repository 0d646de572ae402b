#include "gateway/door/calls.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <future>

#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline::gateway {
namespace {

using namespace std::chrono_literals;
using plans::v1::GetDistrictRequest;
using plans::v1::GetDistrictResponse;

constexpr char kGetDistrict[] = "throughline.plans.v1.PlansService.GetDistrict";

// Answers with the district that it was asked for, and the caller's header as its name; "late" is
// not answered before the caller has given up.
class Plans : public plans::v1::PlansService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetDistrict(grpc::CallbackServerContext* context,
                                        const GetDistrictRequest* request,
                                        GetDistrictResponse* response) override {
    if (request->district() == "late") return new UntilCancelled;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (request->district() == "none") {
      reactor->Finish({grpc::StatusCode::NOT_FOUND, "There is no such district.", "details"});
      return reactor;
    }
    response->mutable_district()->set_district(request->district());
    auto header = context->client_metadata().find("authorization");
    if (header != context->client_metadata().end()) {
      response->mutable_district()->set_name({header->second.data(), header->second.size()});
    }
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  struct UntilCancelled : grpc::ServerUnaryReactor {
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }
  };
};

class Calls : public testing::Test {
 protected:
  Calls() {
    calls_ = std::make_unique<ChannelCalls>(
        ChannelCalls::Channels{{"throughline.plans.v1", server_->InProcessChannel({})}});
  }
  // One server for all: gRPC 1.51 now and then frees the queue of its callbacks twice when the last
  // of its users goes and another comes at once.
  static void SetUpTestSuite() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&plans_);
    server_ = builder.BuildAndStart();
  }
  static void TearDownTestSuite() {
    server_->Shutdown();
    server_.reset();
  }

  static UnaryCall CallFor(const std::string& district, std::chrono::milliseconds within = 60s) {
    GetDistrictRequest request;
    request.set_district(district);
    return {kGetDistrict, request.SerializeAsString(), "",
            std::chrono::system_clock::now() + within};
  }
  UnaryAnswer Answer(UnaryCall call) {
    auto answer = std::make_shared<std::promise<UnaryAnswer>>();
    calls_->Start(std::move(call),
                  [answer](UnaryAnswer got) { answer->set_value(std::move(got)); });
    return answer->get_future().get();
  }

  inline static Plans plans_;
  inline static std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ChannelCalls> calls_;
};

TEST_F(Calls, CarryBytesAndTheCredential) {
  UnaryCall call = CallFor("lakeside");
  call.authorization = "Bearer a.b.c";
  const UnaryAnswer answer = Answer(call);
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  GetDistrictResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.response));
  EXPECT_EQ(response.district().district(), "lakeside");
  EXPECT_EQ(response.district().name(), "Bearer a.b.c");
}

TEST_F(Calls, BringBackWhatTheServiceRefused) {
  const UnaryAnswer answer = Answer(CallFor("none"));
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(answer.status.error_message(), "There is no such district.");
  EXPECT_EQ(answer.status.error_details(), "details");
  EXPECT_EQ(answer.response, "");
}

TEST_F(Calls, EndAtTheirDeadline) {
  EXPECT_EQ(Answer(CallFor("late", 20ms)).status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(Calls, OfNoServiceAreNotTried) {
  for (const char* method : {"throughline.none.v1.NoService.GetDistrict", "GetDistrict", ""}) {
    UnaryCall call = CallFor("lakeside");
    call.method = method;
    EXPECT_EQ(Answer(call).status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << method;
  }
}

TEST_F(Calls, WithACredentialThatIsNoHeaderAreNotTried) {
  for (const char* text : {"Bearer a\nb", "Bearer \xc3\xa4", "\x7f"}) {
    UnaryCall call = CallFor("lakeside");
    call.authorization = text;
    EXPECT_EQ(Answer(call).status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << text;
  }
}

TEST_F(Calls, AreOverWhenTheirOwnerIsGone) {
  bool done = false;
  calls_->Start(CallFor("late"), [&](UnaryAnswer answer) {
    done = answer.status.error_code() == grpc::StatusCode::CANCELLED;
  });
  calls_.reset();
  EXPECT_TRUE(done) << "long before their deadline";
}

}  // namespace
}  // namespace throughline::gateway
