// The streams as their readers see them: every event once, in order, from any token, whoever else
// reads, and with a bounded amount held for those who do not.
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "notifications/notification_script.h"
#include "notifications/notifications_service.h"
#include "notifications/translation.h"
#include "platform/grpc/server.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::notifications {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int32_t kPartitions = 4;
constexpr auto kPatience = seconds(120);

// WatchAlerts, with what is made for it counted.
class CountingCalls : public NotificationsCalls {
 public:
  explicit CountingCalls(platform::EventStreams& streams) : streams_(streams) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchAlerts(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* bytes) override {
    v1::WatchAlertsRequest request;
    grpc::ByteBuffer copy(*bytes);
    grpc::SerializationTraits<v1::WatchAlertsRequest>::Deserialize(&copy, &request);
    runtime::EventQuery query{
        {"notifications"},
        request.school().empty() ? request.district() : request.district() + "/" + request.school(),
        !request.school().empty(),
        request.after(),
        request.only_new()};
    return streams_.Open({.query = std::move(query),
                          .view = "",
                          .translate = [this](const auto& event) { return Make(event); },
                          .is_over = {},
                          .position_to = platform::WantsPosition(context)});
  }
  int64_t made() const { return made_; }
  int64_t most_held() const { return most_held_; }

 private:
  platform::StreamMessagePtr Make(const runtime::ReadEvent& event) {
    v1::WatchAlertsResponse response;
    if (!Translate(event, {10, Audience::kEverything}, response)) return nullptr;
    response.set_token(event.token);
    ++made_;
    const int64_t held = ++held_;
    for (int64_t most = most_held_; held > most && !most_held_.compare_exchange_weak(most, held);) {
    }
    auto message = platform::ToStreamMessage(response, event);
    return {message.get(), [this, message](const platform::StreamMessage*) { --held_; }};
  }

  platform::EventStreams& streams_;
  std::atomic<int64_t> made_{0}, held_{0}, most_held_{0};
};

// A process that streams a log.
struct Replica {
  explicit Replica(runtime::Log& log, platform::StreamOptions options = {},
                   int32_t partitions = kPartitions)
      : streams(log, partitions, options), calls(streams) {
    server = *platform::GrpcServer::Start("127.0.0.1:0", {&calls});
    // Readers that take in little unread.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, platform::kLongestMetadata);
    stub = v1::NotificationsService::NewStub(
        grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server->port()),
                                  grpc::InsecureChannelCredentials(), arguments));
  }
  ~Replica() {
    streams.Close();
    server->Stop(seconds(5));
  }
  platform::EventStreams streams;
  CountingCalls calls;
  std::unique_ptr<platform::GrpcServer> server;
  std::unique_ptr<v1::NotificationsService::Stub> stub;
};

// One call.
class Watch {
 public:
  Watch(v1::NotificationsService::Stub& stub, const std::string& after,
        const std::string& school = "", bool only_new = false) {
    v1::WatchAlertsRequest request;
    request.set_district("d");
    request.set_school(school);
    request.set_after(after);
    request.set_only_new(only_new);
    context_.set_deadline(std::chrono::system_clock::now() + kPatience);
    stream_ = stub.WatchAlerts(&context_, request);
  }
  ~Watch() {
    context_.TryCancel();
    if (stream_ != nullptr) stream_->Finish();
  }
  bool Read() { return stream_->Read(&response_); }
  grpc::Status Finish() { return std::exchange(stream_, nullptr)->Finish(); }
  const std::string& token() const { return response_.token(); }
  const std::string& school() const { return response_.group().school(); }
  int64_t number() const { return std::stoll(response_.group().firing(0)); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchAlertsResponse>> stream_;
  v1::WatchAlertsResponse response_;
};

class Streams : public testing::Test {
 protected:
  runtime::SimulatedLog log_;
  NotificationScript script_{log_, kPartitions};
};

const std::vector<std::string> kSchools = {"a", "b", "c", "e", "f"};
constexpr int64_t kOfASchool = 400;

// Takes all notifications of the schools in calls of random length, each from the last token, and
// says what came otherwise than it should.
std::string TakeAll(v1::NotificationsService::Stub& stub, const std::string& school,
                    unsigned seed) {
  std::mt19937 random(seed);
  std::map<std::string, int64_t> taken;
  const auto want = static_cast<int64_t>(school.empty() ? kSchools.size() : 1) * kOfASchool;
  std::string token;
  for (int64_t all = 0; all < want;) {
    Watch watch(stub, token, school);
    for (int64_t left = 1 + random() % 150; left > 0 && all < want; --left, ++all) {
      if (!watch.Read()) return "ended: " + watch.Finish().error_message();
      if (watch.number() != ++taken[watch.school()]) {
        return watch.school() + " said " + std::to_string(watch.number()) + ", not " +
               std::to_string(taken[watch.school()]);
      }
      token = watch.token();
      if (random() % 16 == 0) std::this_thread::yield();
    }
  }
  return "";
}

TEST_F(Streams, ReadersThatComeAndGoTakeEveryEventOnceAndInOrder) {
  for (const size_t window : {8, 1024}) {
    runtime::SimulatedLog log;
    NotificationScript script(log, kPartitions);
    Replica replica(log, {.window = {.messages = window}});
    std::atomic<int> reading{0};
    std::vector<std::string> faults(20);
    std::vector<std::thread> readers;
    for (size_t i = 0; i < faults.size(); ++i) {
      readers.emplace_back([&, i] {
        ++reading;
        faults[i] = TakeAll(*replica.stub, i % 4 == 3 ? kSchools[i % kSchools.size()] : "",
                            static_cast<unsigned>(i));
      });
    }
    while (reading < static_cast<int>(readers.size())) std::this_thread::yield();
    std::mt19937 random(7);
    std::map<std::string, int64_t> left;
    for (const auto& school : kSchools) left[school] = kOfASchool;
    while (!left.empty()) {
      const std::string school = kSchools[random() % kSchools.size()];
      if (!left.contains(school)) continue;
      const auto burst = std::min<int64_t>(left[school], 1 + random() % 12);
      script.Notify(school, static_cast<int>(burst));
      if (random() % 5 == 0) script.Repeat(school);
      if ((left[school] -= burst) == 0) left.erase(school);
      std::this_thread::yield();
    }
    for (auto& reader : readers) reader.join();
    for (const auto& fault : faults) EXPECT_EQ(fault, "") << "window " << window;
  }
}

TEST_F(Streams, ManyReadersOfOneEventAreServedWithOneMessage) {
  Replica replica(log_);
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 1000; ++i) watches.push_back(std::make_unique<Watch>(*replica.stub, ""));
  // Each makes its own until it has met the others.
  int64_t made = 0, told = 0;
  do {
    const int64_t before = replica.calls.made();
    script_.Notify("a");
    ++told;
    for (auto& watch : watches) {
      ASSERT_TRUE(watch->Read());
      ASSERT_EQ(watch->number(), told);
    }
    made = replica.calls.made() - before;
  } while (made > 1 && told < 100);
  EXPECT_EQ(made, 1);
}

TEST_F(Streams, AReaderThatStallsIsEndedAndGoesOnWhereItWas) {
  constexpr int kEvents = 5000;
  Replica replica(log_, {.stalled_after = milliseconds(300), .window = {.messages = 64}});
  Watch stalled(*replica.stub, "");
  Watch other(*replica.stub, "");
  const std::string padding(2000, '0');
  for (int i = 1; i <= kEvents; ++i) {
    script_.Notify("a", 1, padding);
    ASSERT_TRUE(other.Read());
    ASSERT_EQ(other.number(), i);
  }
  while (replica.streams.too_slow() == 0) std::this_thread::yield();
  int64_t taken = 0;
  std::string token;
  while (stalled.Read()) {
    ASSERT_EQ(stalled.number(), ++taken);
    token = stalled.token();
  }
  EXPECT_LT(taken, kEvents);
  EXPECT_EQ(stalled.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  Watch again(*replica.stub, token);
  while (taken < kEvents) {
    ASSERT_TRUE(again.Read());
    ASSERT_EQ(again.number(), ++taken);
  }
}

TEST_F(Streams, WhatIsHeldForReadersThatDoNotReadIsBounded) {
  constexpr int kBursts = 300, kBurst = 100;
  constexpr size_t kWindow = 256, kStalled = 10;
  Replica replica(log_, {.window = {.messages = kWindow}});
  std::vector<std::unique_ptr<Watch>> stalled;
  for (size_t i = 0; i < kStalled; ++i) {
    stalled.push_back(std::make_unique<Watch>(*replica.stub, ""));
  }
  Watch other(*replica.stub, "");
  int64_t taken = 0;
  for (int burst = 0; burst < kBursts; ++burst) {
    script_.Notify("a", kBurst);
    for (int i = 0; i < kBurst; ++i) {
      ASSERT_TRUE(other.Read());
      ASSERT_EQ(other.number(), ++taken);
    }
  }
  // A batch comes in before as much goes out; and each stream has one in hand, and makes another.
  EXPECT_LE(replica.calls.most_held(), static_cast<int64_t>(kWindow + 64 + 2 * (kStalled + 1)));
  int64_t late = 0;
  while (late < taken / 100) {
    ASSERT_TRUE(stalled.front()->Read());
    ASSERT_EQ(stalled.front()->number(), ++late);
  }
}

TEST_F(Streams, WhoWantsOnlyWhatIsNewGetsThatAndATokenToGoOnFrom) {
  Replica replica(log_);
  for (const auto& school : kSchools) script_.Notify(school, 10);
  Watch all(*replica.stub, "");
  for (size_t i = 0; i < kSchools.size() * 10; ++i) ASSERT_TRUE(all.Read());
  Watch fresh(*replica.stub, "", "", true);
  std::string token;
  int64_t told = 10;
  std::thread reading([&] {
    ASSERT_TRUE(fresh.Read());
    token = fresh.token();
  });
  std::atomic<bool> heard{false};
  std::thread writer([&] {
    while (!heard) {
      script_.Notify("a");
      ++told;
      std::this_thread::yield();
    }
  });
  reading.join();
  heard = true;
  writer.join();
  EXPECT_GT(fresh.number(), 10);
  Watch again(*replica.stub, token);
  for (int64_t next = fresh.number() + 1; next <= told; ++next) {
    ASSERT_TRUE(again.Read());
    ASSERT_EQ(again.number(), next);
  }
}

TEST_F(Streams, ATokenOfAnotherLogIsRefusedAndHarmsNobody) {
  runtime::SimulatedLog lost;
  NotificationScript before(lost, kPartitions);
  before.Notify("a", 1, "of the log that was lost");
  std::string token;
  {
    Replica replica(lost);
    Watch watch(*replica.stub, "");
    ASSERT_TRUE(watch.Read());
    token = watch.token();
  }
  Replica replica(log_);
  script_.Notify("a", 1);
  Watch whole(*replica.stub, "");
  ASSERT_TRUE(whole.Read());
  Watch stranger(*replica.stub, token);
  EXPECT_FALSE(stranger.Read()) << "though nothing follows yet";
  EXPECT_EQ(platform::FromStatus(stranger.Finish()).reason, "TOKEN_INVALID");
  script_.Notify("a", 1);
  ASSERT_TRUE(whole.Read());
  EXPECT_EQ(whole.number(), 2);
}

// The position of so many partitions is more than clients of gRPC take in metadata.
TEST_F(Streams, WhoAsksIsToldWhereTheStreamStandsHoweverLongThatIs) {
  constexpr int32_t kMany = 7000;
  runtime::SimulatedLog log;
  NotificationScript script(log, kMany);
  for (int i = 0; i < 4 * kMany; ++i) script.Notify("school-" + std::to_string(i), 1);
  Replica replica(log, {}, kMany);
  v1::WatchAlertsRequest request;
  request.set_district("d");
  request.set_only_new(true);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  context.AddMetadata(platform::kSendPosition, "true");
  const auto stream = replica.stub->WatchAlerts(&context, request);
  stream->WaitForInitialMetadata();
  const auto& told = context.GetServerInitialMetadata();
  ASSERT_TRUE(told.contains(platform::kStreamPlace));
  EXPECT_GT(told.find(platform::kStreamPlace)->second.size(), size_t{8} << 10);
  EXPECT_TRUE(told.contains(platform::kStreamView));
  context.TryCancel();
  stream->Finish();
}

TEST_F(Streams, WhoDoesNotAskIsNotTold) {
  script_.Notify("a", 1);
  Replica replica(log_);
  v1::WatchAlertsRequest request;
  request.set_district("d");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const auto stream = replica.stub->WatchAlerts(&context, request);
  v1::WatchAlertsResponse first;
  ASSERT_TRUE(stream->Read(&first));
  EXPECT_FALSE(context.GetServerInitialMetadata().contains(platform::kStreamPlace));
  context.TryCancel();
  stream->Finish();
}

// The other replica's log is a moment behind.
TEST_F(Streams, ATokenIsGoodOnAReplicaThatHasYetToSeeItsPlace) {
  Replica here(log_);
  script_.Notify("a", 5);
  Watch watch(*here.stub, "");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(watch.Read());
  runtime::SimulatedLog later;
  Replica there(later, {.ahead_at_most = seconds(60)});
  Watch again(*there.stub, watch.token());
  NotificationScript copy(later, kPartitions);
  copy.Notify("a", 7);
  for (int64_t number : {6, 7}) {
    ASSERT_TRUE(again.Read());
    EXPECT_EQ(again.number(), number);
  }
  runtime::SimulatedLog never;
  Replica elsewhere(never, {.ahead_at_most = milliseconds(1)});
  Watch lost(*elsewhere.stub, watch.token());
  EXPECT_FALSE(lost.Read());
  EXPECT_EQ(platform::FromStatus(lost.Finish()).reason, "TOKEN_AHEAD");
}

TEST_F(Streams, AllEndWhenTheProcessStops) {
  auto replica = std::make_unique<Replica>(log_);
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 50; ++i) watches.push_back(std::make_unique<Watch>(*replica->stub, ""));
  script_.Notify("a");
  for (auto& watch : watches) ASSERT_TRUE(watch->Read());
  replica->streams.Close();
  for (auto& watch : watches) {
    EXPECT_FALSE(watch->Read());
    EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  }
}

// Readers leave at any time, while messages are written to them.
TEST_F(Streams, ReadersMayLeaveAtAnyTime) {
  Replica replica(log_, {.window = {.messages = 16}});
  std::atomic<bool> done{false};
  std::thread writer([&] {
    while (!done) {
      script_.Notify("a", 3);
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> readers;
  for (unsigned i = 0; i < 8; ++i) {
    readers.emplace_back([&, i] {
      std::mt19937 random(i);
      for (int call = 0; call < 60; ++call) {
        Watch watch(*replica.stub, "");
        for (auto left = random() % 20; left > 0 && watch.Read(); --left) {
        }
      }
    });
  }
  for (auto& reader : readers) reader.join();
  done = true;
  writer.join();
}

}  // namespace
}  // namespace throughline::notifications
