// The consumer on librdkafka's own mock cluster.
#include "gateway/edfi/kafka_documents.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

namespace kafka = runtime::kafka;
using What = DocumentState::What;

constexpr char kTopic[] = "edfi.dms.instance.lakeside-g1.documents.v1";
constexpr std::chrono::seconds kPatience(30);

std::string UuidOf(int number) {
  const std::string digits = std::to_string(number);
  return "f81d4fae-7dec-11d0-a765-" + std::string(12 - digits.size(), '0') + digits;
}

class Cluster {
 public:
  Cluster() {
    auto client = kafka::Client::Make(RD_KAFKA_PRODUCER, kafka::Conf({}), [](const auto&) {});
    client_ = std::move(*client);
    mock_ = rd_kafka_mock_cluster_new(client_->raw(), 1);
    rd_kafka_mock_topic_create(mock_, kTopic, 2, 1);
    kafka::Settings settings = {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock_)}};
    producer_ = std::move(
        *kafka::Client::Make(RD_KAFKA_PRODUCER, kafka::Conf(settings), [](const auto&) {}));
  }
  ~Cluster() {
    producer_.reset();
    rd_kafka_mock_cluster_destroy(mock_);
  }

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(mock_); }
  void GoAway() { rd_kafka_mock_broker_set_down(mock_, 1); }
  void ComeBack() { rd_kafka_mock_broker_set_up(mock_, 1); }
  // A null value is a tombstone.
  void Produce(const std::string& key, const std::string* value) {
    void* bytes = value == nullptr ? nullptr : const_cast<char*>(value->data());
    const size_t size = value == nullptr ? 0 : value->size();
    const auto error = rd_kafka_producev(
        producer_->raw(), RD_KAFKA_V_TOPIC(kTopic), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    ASSERT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer_->raw(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void ProduceState(int number, int64_t version) {
    Json value = DocumentOf("dms_state.json");
    value["documentUuid"] = UuidOf(number);
    value["contentVersion"] = version;
    const std::string text = value.dump();
    Produce(UuidOf(number), &text);
  }

 private:
  std::unique_ptr<kafka::Client> client_;
  rd_kafka_mock_cluster_t* mock_;
  std::unique_ptr<kafka::Client> producer_;
};

// What was delivered; may refuse at first.
class Taken {
 public:
  KafkaDocuments::Deliver Taker() {
    return [this](std::vector<DocumentState> states,
                  const std::atomic<bool>&) -> core::Result<int64_t> {
      std::lock_guard lock(mutex_);
      ++asked_;
      came_.notify_all();
      if (refusing_) {
        return core::Refuse({core::Code::kUnavailable, "AWAY", "Evidence is away.", ""});
      }
      for (DocumentState& state : states) taken_.push_back(std::move(state));
      return 0;
    };
  }
  void Refuse(bool refusing) {
    std::lock_guard lock(mutex_);
    refusing_ = refusing;
  }
  bool WaitFor(size_t states) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, kPatience, [&] { return taken_.size() >= states; });
  }
  bool WaitUntilAsked(int times) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, kPatience, [&] { return asked_ >= times; });
  }
  std::vector<DocumentState> All() {
    std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<DocumentState> taken_;
  bool refusing_ = false;
  int asked_ = 0;
};

bool WaitUntil(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!holds() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return holds();
}

std::unique_ptr<KafkaDocuments> StartOn(const Cluster& cluster, Taken& taken) {
  KafkaDocumentsOptions options;
  // The mock lets go of a member that has left only when its session would have ended, and a
  // session has to be longer than the three seconds for which it gathers members.
  options.settings = {{"bootstrap.servers", cluster.brokers()}, {"session.timeout.ms", "6000"}};
  options.topic = kTopic;
  options.linger = std::chrono::milliseconds(20);
  options.look_every = std::chrono::milliseconds(200);
  options.first_retry = options.longest_retry = std::chrono::milliseconds(20);
  auto started = KafkaDocuments::Start(
      options, taken.Taker(), [](const std::string& sentence) { ADD_FAILURE() << sentence; });
  return started ? std::move(*started) : nullptr;
}

TEST(KafkaDocuments, HandOnWhatIsThereFromTheBeginningInOrder) {
  Cluster cluster;
  cluster.ProduceState(1, 5);
  cluster.ProduceState(1, 6);
  cluster.Produce(UuidOf(1), nullptr);
  Taken taken;
  const auto documents = StartOn(cluster, taken);
  ASSERT_TRUE(taken.WaitFor(3));
  const auto all = taken.All();
  EXPECT_EQ(all[0].version, 5);
  EXPECT_EQ(all[1].version, 6);
  EXPECT_EQ(all[2].what, What::kDeleted);
  EXPECT_EQ(all[2].uuid, UuidOf(1));
}

TEST(KafkaDocuments, LeaveBehindWhatTheyDoNotUnderstand) {
  Cluster cluster;
  const std::string garbage = "\x01\x02{";
  cluster.Produce(UuidOf(1), &garbage);
  cluster.ProduceState(1, 5);
  Taken taken;
  const auto documents = StartOn(cluster, taken);
  ASSERT_TRUE(taken.WaitFor(1));
  EXPECT_EQ(documents->left_behind(), 1);
  EXPECT_EQ(taken.All()[0].version, 5);
}

TEST(KafkaDocuments, TryAgainUntilTheyAreTaken) {
  Cluster cluster;
  cluster.ProduceState(1, 5);
  Taken taken;
  taken.Refuse(true);
  const auto documents = StartOn(cluster, taken);
  ASSERT_TRUE(taken.WaitUntilAsked(3));
  cluster.ProduceState(2, 7);
  taken.Refuse(false);
  ASSERT_TRUE(taken.WaitFor(2)) << "and those behind";
}

TEST(KafkaDocuments, KeepTheirPlaceOnlyAfterADelivery) {
  Cluster cluster;
  cluster.ProduceState(1, 5);
  Taken first;
  first.Refuse(true);
  auto documents = StartOn(cluster, first);
  ASSERT_TRUE(first.WaitUntilAsked(1));
  documents.reset();
  Taken second;
  documents = StartOn(cluster, second);
  ASSERT_TRUE(second.WaitFor(1)) << "nothing had been committed";
  documents.reset();
  cluster.ProduceState(1, 6);
  Taken third;
  documents = StartOn(cluster, third);
  ASSERT_TRUE(third.WaitFor(1));
  EXPECT_EQ(third.All()[0].version, 6) << "version 5 was delivered, and is behind the place";
}

TEST(KafkaDocuments, SayHowManyWait) {
  Cluster cluster;
  for (int i = 1; i <= 3; ++i) cluster.ProduceState(i, 5);
  Taken taken;
  taken.Refuse(true);
  const auto documents = StartOn(cluster, taken);
  EXPECT_TRUE(WaitUntil([&] { return documents->waiting() == 3; })) << documents->waiting();
  taken.Refuse(false);
  EXPECT_TRUE(WaitUntil([&] { return documents->waiting() == 0; })) << documents->waiting();
  EXPECT_EQ(documents->delivered(), 3);
}

TEST(KafkaDocuments, SayWhetherAnythingCanCome) {
  Cluster cluster;
  Taken taken;
  const auto documents = StartOn(cluster, taken);
  EXPECT_TRUE(WaitUntil([&] { return documents->reading(); })) << "although there is nothing";
  cluster.GoAway();
  EXPECT_TRUE(WaitUntil([&] { return !documents->reading(); }));
  cluster.ComeBack();
  EXPECT_TRUE(WaitUntil([&] { return documents->reading(); }));
  cluster.ProduceState(1, 5);
  EXPECT_TRUE(taken.WaitFor(1));
}

TEST(KafkaDocuments, EndInSecondsAlthoughTheBrokerIsAway) {
  Cluster cluster;
  cluster.ProduceState(1, 5);
  Taken taken;
  auto documents = StartOn(cluster, taken);
  ASSERT_TRUE(taken.WaitFor(1));
  cluster.GoAway();
  const auto before = std::chrono::steady_clock::now();
  documents.reset();
  // A commit that was under way is given up with the session of six seconds, and not much later.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(15));
}

}  // namespace
}  // namespace throughline::gateway::edfi
