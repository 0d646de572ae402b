#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "platform/grpc/channel.h"
#include "platform/grpc/server.h"
#include "platform/grpc/test_certificates.h"

namespace throughline::platform {
namespace {

using testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds(20);

// Answers every call with the token that came with it.
class Echo : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(*context);
  }

 private:
  class Reactor : public grpc::ServerGenericBidiReactor {
   public:
    explicit Reactor(grpc::GenericCallbackServerContext& context) {
      const auto [first, last] = context.client_metadata().equal_range("authorization");
      const std::string text =
          first == last ? "none" : std::string(first->second.data(), first->second.size());
      const grpc::Slice slice(text);
      answer_ = grpc::ByteBuffer(&slice, 1);
      StartWriteAndFinish(&answer_, {}, grpc::Status::OK);
    }
    void OnDone() override { delete this; }

   private:
    grpc::ByteBuffer answer_;
  };
};

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::filesystem::create_directories(folder_);
    ours_.WriteTo(Path("ours.pem"));
    others_.WriteTo(Path("others.pem"));
    ours_.Issue("server", {Path("server.pem"), Path("server.key")});
    ours_.Issue("client", {Path("client.pem"), Path("client.key")});
    others_.Issue("stranger", {Path("stranger.pem"), Path("stranger.key")});
  }
  ~TlsTest() override {
    if (server_) server_->Shutdown();
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& file) const { return (folder_ / file).string(); }
  void Serve(const ServerCredentials& credentials) {
    auto started = GrpcServer::Start("127.0.0.1:0", {}, credentials);
    ASSERT_TRUE(started) << started.error().message;
    started_ = std::move(*started);
  }
  std::string RefusedStart(const ServerCredentials& credentials) {
    auto started = GrpcServer::Start("127.0.0.1:0", {}, credentials);
    return started ? "" : started.error().message;
  }
  std::string Address() const { return "127.0.0.1:" + std::to_string(started_->port()); }
  // Health, which every server answers; the code of what became of the call.
  grpc::StatusCode Ask(const ChannelOptions& options) {
    // A channel of its own, so that the handshake of an earlier one does not count.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    auto channel = OpenChannel(options, arguments);
    EXPECT_TRUE(channel) << channel.error().message;
    if (!channel) return grpc::StatusCode::INTERNAL;
    grpc::ByteBuffer answer;
    return Call(*channel, "/grpc.health.v1.Health/Check", answer).error_code();
  }
  static grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                           grpc::ByteBuffer& answer) {
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    const grpc::Slice nothing;
    const grpc::ByteBuffer request(&nothing, 1);
    std::mutex mutex;
    std::condition_variable done;
    std::optional<grpc::Status> status;
    stub.UnaryCall(&context, method, {}, &request, &answer, [&](const grpc::Status& of) {
      std::lock_guard lock(mutex);
      status = of;
      done.notify_one();
    });
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return status.has_value(); });
    return *status;
  }
  ChannelOptions Client(const std::string& authority, const std::string& who) const {
    if (who.empty()) return {.address = Address(), .authority_file = Path(authority)};
    return {.address = Address(),
            .authority_file = Path(authority),
            .certificate_file = Path(who + ".pem"),
            .key_file = Path(who + ".key")};
  }
  std::string RefusedChannel(const ChannelOptions& options) {
    auto channel = OpenChannel(options, {});
    return channel ? "" : channel.error().message;
  }
  // A channel to a server in the open, whose calls carry the token of the file.
  std::shared_ptr<grpc::Channel> ToEcho(const std::string& token_file) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(&echo_);
    server_ = builder.BuildAndStart();
    auto channel =
        OpenChannel({.address = "127.0.0.1:" + std::to_string(port), .token_file = token_file}, {});
    EXPECT_TRUE(channel) << channel.error().message;
    return *channel;
  }
  // What comes with a call as authorization.
  static std::string SentOn(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ByteBuffer answer;
    EXPECT_TRUE(Call(channel, "/a/b", answer).ok());
    grpc::Slice slice;
    EXPECT_TRUE(answer.DumpToSingleSlice(&slice).ok());
    return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("tls-" + std::to_string(getpid()));
  const TestAuthority ours_{"ours"}, others_{"others"};
  Echo echo_;
  std::unique_ptr<GrpcServer> started_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsTest, AClientOfOurAuthorityIsAcceptedAndNobodyElse) {
  Serve({Path("server.pem"), Path("server.key"), Path("ours.pem")});
  EXPECT_EQ(Ask(Client("ours.pem", "client")), grpc::StatusCode::OK);
  EXPECT_EQ(Ask(Client("ours.pem", "")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask(Client("ours.pem", "stranger")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask({.address = Address()}), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AServerOfAnotherAuthorityIsRefusedByTheClient) {
  Serve({Path("server.pem"), Path("server.key"), Path("ours.pem")});
  EXPECT_EQ(Ask(Client("others.pem", "client")), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, WithoutAnAuthorityForClientsTheyNeedNoCertificate) {
  Serve({Path("server.pem"), Path("server.key"), ""});
  EXPECT_EQ(Ask(Client("ours.pem", "")), grpc::StatusCode::OK);
  EXPECT_EQ(Ask(Client("others.pem", "")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask({.address = Address()}), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, FilesThatChangeAreReadAgain) {
  Serve({Path("server.pem"), Path("server.key"), Path("ours.pem"), /*look_every_s=*/1});
  EXPECT_EQ(Ask(Client("ours.pem", "client")), grpc::StatusCode::OK);
  others_.Issue("server", {Path("server.pem"), Path("server.key")});
  others_.WriteTo(Path("ours.pem"));
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (Ask(Client("others.pem", "stranger")) != grpc::StatusCode::OK &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Ask(Client("others.pem", "stranger")), grpc::StatusCode::OK);
  EXPECT_EQ(Ask(Client("others.pem", "client")), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AClientShowsAndTrustsWhatItsFilesHaveWhenItConnectsAgain) {
  Serve({Path("server.pem"), Path("server.key"), Path("ours.pem")});
  ChannelOptions options = Client("ours.pem", "client");
  options.look_every_s = 1;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  const auto channel = *OpenChannel(options, arguments);
  grpc::ByteBuffer answer;
  EXPECT_TRUE(Call(channel, "/grpc.health.v1.Health/Check", answer).ok());
  // Another authority signs everybody's from now on.
  const std::string address = Address();
  started_.reset();
  others_.Issue("server", {Path("server.pem"), Path("server.key")});
  others_.Issue("client", {Path("client.pem"), Path("client.key")});
  others_.WriteTo(Path("ours.pem"));
  auto again =
      GrpcServer::Start(address, {}, {Path("server.pem"), Path("server.key"), Path("ours.pem")});
  ASSERT_TRUE(again) << again.error().message;
  started_ = std::move(*again);
  const auto asked = [&] { return Call(channel, "/grpc.health.v1.Health/Check", answer).ok(); };
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  bool answered = asked();
  while (!answered && std::chrono::steady_clock::now() < deadline) answered = asked();
  EXPECT_TRUE(answered);
}

TEST_F(TlsTest, AServersNameHasToBeThatOfItsCertificate) {
  auto everywhere =
      GrpcServer::Start("0.0.0.0:0", {}, {Path("server.pem"), Path("server.key"), ""});
  ASSERT_TRUE(everywhere) << everywhere.error().message;
  started_ = std::move(*everywhere);
  ChannelOptions options = Client("ours.pem", "");
  EXPECT_EQ(Ask(options), grpc::StatusCode::OK);
  // The certificate has 127.0.0.1, and not this address.
  options.address = "127.0.0.2:" + std::to_string(started_->port());
  EXPECT_EQ(Ask(options), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AFileThatCannotBeUsedStopsTheStart) {
  const std::string pem = Path("server.pem"), key = Path("server.key"), ours = Path("ours.pem");
  std::ofstream(Path("garbage")) << "garbage";
  const std::string garbage = Path("garbage");
  EXPECT_THAT(RefusedStart({"/nowhere.pem", key, ours}), HasSubstr("/nowhere.pem"));
  EXPECT_THAT(RefusedStart({garbage, key, ours}), HasSubstr(garbage));
  EXPECT_THAT(RefusedStart({pem, "/nowhere.key", ours}), HasSubstr("/nowhere.key"));
  EXPECT_THAT(RefusedStart({pem, garbage, ours}), HasSubstr(garbage));
  EXPECT_THAT(RefusedStart({pem, key, "/nowhere.ca"}), HasSubstr("/nowhere.ca"));
  EXPECT_THAT(RefusedStart({pem, key, garbage}), HasSubstr(garbage));
  EXPECT_THAT(RefusedStart({pem, Path("client.key"), ours}), HasSubstr("not the key"));
  EXPECT_THAT(RefusedStart({pem, "", ours}), HasSubstr("go together"));
  EXPECT_THAT(RefusedStart({"", "", ours}), HasSubstr("of its own"));
  EXPECT_THAT(RefusedStart({folder_.string(), key, ours}), HasSubstr(folder_.string()));
}

TEST_F(TlsTest, AFileThatCannotBeUsedStopsTheClient) {
  EXPECT_THAT(RefusedChannel({.address = "h:1", .authority_file = "/nowhere"}),
              HasSubstr("/nowhere"));
  EXPECT_THAT(RefusedChannel({.address = "h:1",
                              .certificate_file = Path("client.pem"),
                              .key_file = Path("client.key")}),
              HasSubstr("only shown over TLS"));
  EXPECT_THAT(RefusedChannel({.address = "127.0.0.1:1", .token_file = "/nowhere"}),
              HasSubstr("/nowhere"));
  std::ofstream(Path("token")) << "abc\n";
  for (const char* address : {"example.org:1", "127.example.org:1", "localhost.example.org:1"}) {
    EXPECT_THAT(RefusedChannel({.address = address, .token_file = Path("token")}),
                HasSubstr("in the open"));
  }
  std::ofstream(Path("two")) << "abc def\n";
  EXPECT_THAT(RefusedChannel({.address = "127.0.0.1:1", .token_file = Path("two")}),
              HasSubstr("holds no token"));
}

TEST_F(TlsTest, TheTokenInTheFileGoesWithEveryCall) {
  std::ofstream(Path("token")) << "first\n";
  const auto channel = ToEcho(Path("token"));
  EXPECT_EQ(SentOn(channel), "Bearer first");
  std::ofstream(Path("token")) << "second\n";
  EXPECT_EQ(SentOn(channel), "Bearer second");
}

TEST_F(TlsTest, WithoutATokenNoneGoes) { EXPECT_EQ(SentOn(ToEcho("")), "none"); }

}  // namespace
}  // namespace throughline::platform
