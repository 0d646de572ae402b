// Replicas of one service on one journal, with partitions that change hands: whoever takes a
// command, its caller gets the answer, and gets it once.
#include <gtest/gtest.h>

#include <future>

#include "runtime/partitioner.h"
#include "runtime/service.h"
#include "runtime/simulated/simulated_journal.h"
#include "tally.h"

namespace throughline::simulation {
namespace {

using core::Result;
using std::chrono::steady_clock;

constexpr int32_t kPartitions = 4;

// Partitions given and taken by hand.
class GivenPartitions : public runtime::Ownership {
 public:
  void Start(Partitions gained, Partitions lost) override {
    gained_ = std::move(gained);
    lost_ = std::move(lost);
  }
  void Stop() override {}
  void Give(int32_t partition) { gained_({partition}); }
  void Take(int32_t partition) { lost_({partition}); }

 private:
  Partitions gained_, lost_;
};

class ReplicasTest : public testing::Test {
 protected:
  struct Replica {
    Replica(ReplicasTest& test)
        : service(test.log_, test.store_, test.tally_, test.clock_,
                  {.partitions = kPartitions,
                   .workers = 2,
                   .look_again = std::chrono::milliseconds(1)}) {
      service.Start(partitions);
    }
    GivenPartitions partitions;
    runtime::Service service;
  };
  using Answer = std::future<Result<int64_t>>;

  // Counts some more for school `s`; the answer is how many that makes.
  static Answer Count(Replica& at, int many, const std::string& request_id) {
    auto answered = std::make_shared<std::promise<Result<int64_t>>>();
    StringValue command;
    command.set_value("s " + std::to_string(many));
    runtime::RequestKey key{.caller = "somebody", .id = request_id, .digest = {}};
    key.digest.set_request(runtime::DigestOf(command));
    at.service.Submit(command, key, [answered](Result<std::string> answer) {
      if (!answer) return answered->set_value(core::Refuse(answer.error()));
      Int64Value count;
      count.ParseFromString(*answer);
      answered->set_value(count.value());
    });
    return answered->get_future();
  }
  static int64_t Get(Answer answer) {
    const auto got = answer.get();
    EXPECT_TRUE(got) << got.error().message;
    return got.value_or(-1);
  }
  static bool IsWaiting(Answer& answer) {
    return answer.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
  }

  const int32_t place_ = runtime::PartitionOf("d/s", kPartitions);
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  TallyDecider tally_;
  runtime::SystemClock clock_;
};

TEST_F(ReplicasTest, ACommandToAReplicaWithoutThePartitionIsAnswered) {
  Replica one(*this), other(*this);
  one.partitions.Give(place_);
  EXPECT_EQ(Get(Count(other, 3, "a")), 3);
  EXPECT_EQ(Get(Count(one, 1, "b")), 4);
  EXPECT_EQ(Get(Count(other, 1, "c")), 5);
  const auto refused = Count(other, 0, "d").get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "ZERO");
}

TEST_F(ReplicasTest, ARepeatedRequestGetsTheFirstAnswerFromEveryReplica) {
  Replica one(*this), other(*this);
  one.partitions.Give(place_);
  EXPECT_EQ(Get(Count(one, 3, "a")), 3);
  EXPECT_EQ(Get(Count(other, 3, "a")), 3);
  EXPECT_EQ(Get(Count(one, 3, "a")), 3);
  EXPECT_EQ(Get(Count(other, 1, "b")), 4);
}

TEST_F(ReplicasTest, AnotherRequestUnderTheSameIdIsRefusedByEveryReplica) {
  Replica one(*this), other(*this);
  one.partitions.Give(place_);
  EXPECT_EQ(Get(Count(one, 3, "a")), 3);
  for (Replica* replica : {&one, &other}) {
    const auto refused = Count(*replica, 4, "a").get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "REQUEST_ID_REUSED");
    EXPECT_EQ(refused.error().code, core::Code::kAlreadyExists);
    EXPECT_EQ(Get(Count(*replica, 3, "a")), 3) << "the first answer stays";
  }
  EXPECT_EQ(Get(Count(other, 1, "b")), 4) << "what was refused was not counted";
}

TEST_F(ReplicasTest, OfTwoRequestsUnderOneIdAtOnceOneIsAnsweredWhoeverTakesThem) {
  Replica one(*this), other(*this);
  int64_t counted = 0;
  for (int round = 0; round < 40; ++round) {
    Replica& from = round % 2 == 0 ? other : one;
    Replica& to = round % 2 == 0 ? one : other;
    const std::string id = "round " + std::to_string(round);
    if (round > 0) from.partitions.Take(place_);
    Answer first = Count(from, 1, id);
    Answer second = Count(to, 2, id);
    to.partitions.Give(place_);
    const auto one_more = first.get(), two_more = second.get();
    ASSERT_NE(one_more.has_value(), two_more.has_value());
    const auto& refused = one_more ? two_more : one_more;
    EXPECT_EQ(refused.error().reason, "REQUEST_ID_REUSED");
    counted += one_more ? 1 : 2;
    EXPECT_EQ((one_more ? one_more : two_more).value(), counted);
  }
}

TEST_F(ReplicasTest, AReplicaSaysHowManyOfItsPartitionsAreNotTakenOver) {
  std::atomic<bool> fails{true};
  store_.fault = [&](const runtime::StorePartition&) {
    return fails ? runtime::Fault::kFailBefore : runtime::Fault::kNone;
  };
  Replica one(*this);
  EXPECT_TRUE(one.service.Settled());
  EXPECT_EQ(one.service.NotTakenOver(), 0) << "it has none";
  one.partitions.Give(place_);
  EXPECT_EQ(one.service.Owned(), 1);
  EXPECT_EQ(one.service.NotTakenOver(), 1);
  fails = false;
  const auto until = steady_clock::now() + std::chrono::seconds(30);
  while (one.service.NotTakenOver() > 0 && steady_clock::now() < until) std::this_thread::yield();
  EXPECT_EQ(one.service.NotTakenOver(), 0);
  EXPECT_EQ(Get(Count(one, 3, "a")), 3);
  one.partitions.Take(place_);
  EXPECT_EQ(one.service.Owned(), 0);
  EXPECT_EQ(one.service.NotTakenOver(), 0) << "what it has not is not missing";
}

TEST_F(ReplicasTest, ACommandWaitsUntilSomebodyHasThePartition) {
  Replica one(*this), other(*this);
  Answer first = Count(one, 2, "a");
  EXPECT_TRUE(IsWaiting(first));
  other.partitions.Give(place_);
  EXPECT_EQ(Get(std::move(first)), 2);
}

TEST_F(ReplicasTest, CallersFindTheirAnswersWhilePartitionsChangeHands) {
  Replica one(*this), other(*this);
  std::vector<Answer> answers;
  for (int round = 0; round < 40; ++round) {
    Replica& from = round % 2 == 0 ? other : one;
    Replica& to = round % 2 == 0 ? one : other;
    if (round > 0) from.partitions.Take(place_);
    answers.push_back(Count(from, 1, "from " + std::to_string(round)));
    to.partitions.Give(place_);
    answers.push_back(Count(to, 1, "to " + std::to_string(round)));
  }
  std::set<int64_t> counts;
  for (Answer& answer : answers) counts.insert(Get(std::move(answer)));
  EXPECT_EQ(counts.size(), answers.size()) << "each counted once";
  EXPECT_EQ(*counts.rbegin(), static_cast<int64_t>(answers.size()));
}

TEST_F(ReplicasTest, AStoreThatLostEverythingIsRebuiltThoughNothingHappens) {
  Replica one(*this);
  one.partitions.Give(place_);
  EXPECT_EQ(Get(Count(one, 3, "a")), 3);
  while (!one.service.Idle()) std::this_thread::yield();
  store_.Wipe();
  const auto deadline = steady_clock::now() + std::chrono::minutes(1);
  const runtime::StorePartition stored{"tally", place_};
  while (!store_.Head(stored)->has_value() && steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(store_.Head(stored)->has_value());
  EXPECT_EQ(Get(Count(one, 1, "b")), 4);
}

TEST_F(ReplicasTest, WhoStillWaitsWhenAReplicaStopsIsToldToTryAgain) {
  Replica one(*this);
  Answer answer = Count(one, 1, "a");
  one.service.Stop();
  const auto got = answer.get();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, core::Code::kUnavailable);
}

}  // namespace
}  // namespace throughline::simulation
