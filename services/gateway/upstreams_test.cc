#include "gateway/upstreams.h"

#include <gmock/gmock.h>

#include "platform/grpc/server.h"

namespace throughline::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<platform::GrpcServer> Serve(const std::string& address) {
  auto started = platform::GrpcServer::Start(address, {});
  EXPECT_TRUE(started) << started.error().message;
  return std::move(*started);
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

std::string AddressOf(const platform::GrpcServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// What is said once the channels have had time.
std::vector<std::string> IssuesOnceThey(Upstreams& upstreams,
                                        const testing::Matcher<std::vector<std::string>>& are) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::vector<std::string> issues = upstreams.Issues();
  while (!testing::Value(issues, are) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    issues = upstreams.Issues();
  }
  return issues;
}

TEST(Upstreams, EachServiceMustHaveBeenReachedOnce) {
  const auto plans = Serve("127.0.0.1:0");
  Upstreams upstreams({{"plans", ChannelTo(AddressOf(*plans))}, {"cycles", ChannelTo("[::1]:1")}});
  EXPECT_THAT(IssuesOnceThey(upstreams, ElementsAre("cycles has not been reached yet.")),
              ElementsAre("cycles has not been reached yet."));
}

TEST(Upstreams, AServiceThatIsThereHasBeenReachedOnceItIsAskedFor) {
  const auto plans = Serve("127.0.0.1:0");
  Upstreams upstreams({{"plans", ChannelTo(AddressOf(*plans))}});
  // Nobody calls, so that nothing but the question drives the connection: it must not take as many
  // questions as it has messages, for probes are seconds apart.
  if (!upstreams.Issues().empty()) {
    EXPECT_THAT(upstreams.Issues(), IsEmpty());
  }
}

TEST(Upstreams, AServiceThatIsAwayLaterIsNoReason) {
  const auto plans = Serve("127.0.0.1:0");
  auto cycles = Serve("127.0.0.1:0");
  const auto to_cycles = ChannelTo(AddressOf(*cycles));
  Upstreams upstreams({{"plans", ChannelTo(AddressOf(*plans))}, {"cycles", to_cycles}});
  EXPECT_THAT(IssuesOnceThey(upstreams, IsEmpty()), IsEmpty());
  cycles.reset();
  ASSERT_TRUE(to_cycles->WaitForStateChange(
      GRPC_CHANNEL_READY, std::chrono::system_clock::now() + std::chrono::seconds(30)));
  EXPECT_THAT(upstreams.Issues(), IsEmpty());
}

TEST(Upstreams, AGatewayThatReachesNoneOfThemIsOfNoUse) {
  auto plans = Serve("127.0.0.1:0");
  Upstreams upstreams({{"plans", ChannelTo(AddressOf(*plans))}});
  EXPECT_THAT(IssuesOnceThey(upstreams, IsEmpty()), IsEmpty());
  plans.reset();
  EXPECT_THAT(IssuesOnceThey(upstreams, ElementsAre("None of the services can be reached.")),
              ElementsAre("None of the services can be reached."));
}

}  // namespace
}  // namespace throughline::gateway
