#include "platform/grpc/server.h"

#include <arpa/inet.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <string>
#include <string_view>

#include "grpc/health/v1/health.pb.h"
#include "platform/grpc/task_queue.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"
#include "throughline/plans/v1/rubrics_service.grpc.pb.h"

namespace throughline::platform {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<GrpcServer> Serve(const GrpcOptions& options) {
  auto started = GrpcServer::Start("127.0.0.1:0", {}, {}, options);
  EXPECT_TRUE(started) << started.error().message;
  return std::move(*started);
}

// Says so much and no more; whether the server has closed the connection within a long while.
bool IsClosed(int port, std::string_view says) {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{30, 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  EXPECT_EQ(send(client, says.data(), says.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(says.size()));
  char piece[4096];
  ssize_t came = 1;
  while (came > 0) came = recv(client, piece, sizeof piece, 0);
  const bool closed = came == 0 || errno == ECONNRESET;
  close(client);
  return closed;
}

// HTTP/2's preface and empty settings.
constexpr std::string_view kBegin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

TEST(GrpcServer, ClosesAConnectionThatSaysNothing) {
  const auto server = Serve({.handshake_timeout = milliseconds(100)});
  EXPECT_TRUE(IsClosed(server->port(), ""));
  EXPECT_TRUE(IsClosed(server->port(), "PRI * HTTP/2.0\r\n"));
}

TEST(GrpcServer, ClosesAConnectionThatIsNotUsed) {
  const auto server = Serve({.idle_timeout = milliseconds(100)});
  EXPECT_TRUE(IsClosed(server->port(), kBegin));
}

TEST(GrpcServer, SendsAClientAwayThatPingsTooOften) {
  const auto server = Serve({});
  const std::string ping("\0\0\x8\x6\0\0\0\0\0pingping", 17);
  std::string says(kBegin);
  for (int i = 0; i < 10; ++i) says += ping;
  EXPECT_TRUE(IsClosed(server->port(), says));
}

using grpc::health::v1::HealthCheckResponse;

// What health says of the service, or the code with which it says that there is none.
std::pair<HealthCheckResponse::ServingStatus, grpc::StatusCode> HealthOf(
    GrpcServer& server, const std::string& service = "") {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  grpc::ClientContext context;
  const auto channel = server.InProcessChannel();
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall<grpc::health::v1::HealthCheckRequest, HealthCheckResponse>(
          channel.get(),
          grpc::internal::RpcMethod("/grpc.health.v1.Health/Check",
                                    grpc::internal::RpcMethod::NORMAL_RPC),
          &context, request, &response);
  return {response.status(), status.error_code()};
}

TEST(GrpcServer, HealthIsThatOfTheProcessAndOfEveryServiceByName) {
  plans::v1::PlansService::Service plans;
  plans::v1::RubricsService::Service rubrics;
  auto started = GrpcServer::Start("", {&plans, &rubrics});
  ASSERT_TRUE(started) << started.error().message;
  GrpcServer& server = **started;
  const auto all_are = [&](HealthCheckResponse::ServingStatus status) {
    for (const char* name :
         {"", "throughline.plans.v1.PlansService", "throughline.plans.v1.RubricsService"}) {
      EXPECT_EQ(HealthOf(server, name), std::pair(status, grpc::StatusCode::OK)) << name;
    }
  };
  all_are(HealthCheckResponse::NOT_SERVING);
  server.SetServing(true);
  all_are(HealthCheckResponse::SERVING);
  server.SetServing(false);
  all_are(HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(HealthOf(server, "throughline.nothing.v1.Nothing").second, grpc::StatusCode::NOT_FOUND);
}

TEST(GrpcServer, AnswersWhateverHealthSays) {
  const auto server = Serve({});
  EXPECT_TRUE(server->Answers(std::chrono::seconds(30)));
  server->SetServing(true);
  EXPECT_TRUE(server->Answers(std::chrono::seconds(30)));
}

TEST(TaskQueue, GoOnAfterOneThatThrows) {
  TaskQueue tasks(1);
  std::promise<void> next;
  tasks.Post([] { throw std::runtime_error("a bug"); });
  tasks.Post([] { throw 42; });
  tasks.Post([&] { next.set_value(); });
  EXPECT_EQ(next.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

}  // namespace
}  // namespace throughline::platform
