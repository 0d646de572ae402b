// What every store of the identity vault promises: in memory, in a data directory, on Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <atomic>
#include <thread>

#include "folder.h"
#include "identities/embedded/embedded_store.h"
#include "identities/installation_key.h"
#include "identities/kafka/kafka_store.h"
#include "identities/memory_store.h"
#include "identities/vault.h"
#include "kafka_topics.h"

namespace throughline::identities {
namespace {

using runtime::Folder;
using runtime::Must;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr int32_t kDay = 20'000;

// One installation's, that several processes may use where there can be several.
class Installation {
 public:
  virtual ~Installation() = default;
  virtual IdentityStore& One() = 0;
  virtual IdentityStore& Other() = 0;  // the same one where only one process can have it
  virtual void Restart() {}            // what was in the processes' memory is gone
};

class InMemory : public Installation {
 public:
  IdentityStore& One() override { return store_; }
  IdentityStore& Other() override { return store_; }

 private:
  MemoryIdentityStore store_;
};

class InADirectory : public Installation {
 public:
  InADirectory() : store_(Must(EmbeddedIdentityStore::Open(folder_.path()))) {}
  IdentityStore& One() override { return *store_; }
  IdentityStore& Other() override { return *store_; }
  void Restart() override {
    store_.reset();
    store_ = Must(EmbeddedIdentityStore::Open(folder_.path()));
  }

 private:
  Folder folder_;
  std::unique_ptr<EmbeddedIdentityStore> store_;
};

class OnKafka : public Installation {
 public:
  OnKafka() { Restart(); }
  IdentityStore& One() override { return *one_; }
  IdentityStore& Other() override { return *other_; }
  void Restart() override {
    for (auto* store : {&one_, &other_}) {
      store->reset();
      *store = Must(KafkaIdentityStore::Open(
          {runtime::KafkaSettings(), [](const std::string& why) { throw std::runtime_error(why); },
           prefix_}));
    }
  }

 private:
  const std::string prefix_ = runtime::NewPrefix();
  std::unique_ptr<KafkaIdentityStore> one_, other_;
};

struct Adapter {
  const char* name;
  std::unique_ptr<Installation> (*make)();
};

template <class T>
std::unique_ptr<Installation> Make() {
  return std::make_unique<T>();
}

class IdentityStoreTest : public testing::TestWithParam<Adapter> {
 protected:
  IdentityStoreTest() : installation_(GetParam().make()) {}
  IdentityStore& one() { return installation_->One(); }
  IdentityStore& other() { return installation_->Other(); }
  // The latest of each key, as somebody finds them who reads all.
  static std::map<std::string, std::string> Latest(IdentityStore& store) {
    std::map<std::string, std::string> latest;
    int64_t position = 0;
    while (true) {
      const auto records = Must(store.Read(position, 3));
      if (records.empty()) return latest;
      for (const StoredIdentity& record : records) {
        EXPECT_GE(record.position, position);
        position = record.position + 1;
        latest.erase(record.key);
        if (record.value) latest[record.key] = *record.value;
      }
    }
  }
  static std::string WhyNot(const core::Result<void>& replaced) {
    return replaced ? "" : replaced.error().reason;
  }
  static std::unique_ptr<Vault> VaultOn(IdentityStore& store) {
    runtime::Secret secret;
    secret.fill(7);
    return Must(OpenVault(store, secret));
  }

  std::unique_ptr<Installation> installation_;
};

TEST_P(IdentityStoreTest, AnEmptyOneHasNothing) {
  EXPECT_THAT(Must(one().Read(0, 10)), IsEmpty());
  EXPECT_THAT(Must(one().Keys()), IsEmpty());
}

TEST_P(IdentityStoreTest, WhatWasPutIsReadInOrderByWhoeverReads) {
  Must(one().Put({{"d/a", "1", 0}, {"d/b", "2", 0}, {"d/c", std::string("\0x", 2), 0}}));
  const int64_t end = Must(one().Put({{"d/a", "3", 0}, {"d/b", std::nullopt, 0}}));
  EXPECT_EQ(Must(one().End()), end);
  const std::map<std::string, std::string> expected = {{"d/a", "3"},
                                                       {"d/c", std::string("\0x", 2)}};
  EXPECT_EQ(Latest(one()), expected);
  EXPECT_EQ(Latest(other()), expected);
  EXPECT_THAT(Must(other().Read(end, 10)), IsEmpty());
  const auto last = Must(other().Read(end - 1, 10));
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(last[0].key, "d/b");
  EXPECT_EQ(last[0].value, std::nullopt);
  installation_->Restart();
  EXPECT_EQ(Latest(one()), expected);
  EXPECT_EQ(Must(one().End()), end) << "positions are never given twice";
}

TEST_P(IdentityStoreTest, ManyRecordsAreReadInParts) {
  std::vector<StoredIdentity> records;
  for (int i = 0; i < 5000; ++i) records.push_back({"d/" + std::to_string(i), "value", 0});
  Must(one().Put(records));
  int64_t position = 0;
  for (size_t read = 0; read < records.size();) {
    const auto some = Must(other().Read(position, 700));
    ASSERT_FALSE(some.empty());
    for (const StoredIdentity& record : some) EXPECT_EQ(record.key, records[read++].key);
    position = some.back().position + 1;
  }
  EXPECT_EQ(position, Must(one().End()));
}

TEST_P(IdentityStoreTest, KeysAreReplacedOnlyByWhoKnowsThem) {
  Must(one().ReplaceKeys("d1", std::nullopt, "first"));
  EXPECT_EQ(WhyNot(other().ReplaceKeys("d1", std::nullopt, "mine")), "KEYS_REPLACED");
  EXPECT_EQ(WhyNot(other().ReplaceKeys("d2", "something", "mine")), "KEYS_REPLACED");
  Must(other().ReplaceKeys("d2", std::nullopt, "of another"));
  Must(other().ReplaceKeys("d1", "first", "second"));
  EXPECT_EQ(WhyNot(one().ReplaceKeys("d1", "first", "third")), "KEYS_REPLACED");
  for (IdentityStore* store : {&one(), &other()}) {
    EXPECT_THAT(Must(store->Keys()), ElementsAre(Pair("d1", "second"), Pair("d2", "of another")));
  }
  installation_->Restart();
  EXPECT_THAT(Must(one().Keys()), ElementsAre(Pair("d1", "second"), Pair("d2", "of another")));
}

TEST_P(IdentityStoreTest, OfSeveralWhoReplaceAtOnceOneDoesAndNothingIsLost) {
  constexpr int kTimes = 10;
  std::atomic<int> replaced{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      IdentityStore& store = t % 2 == 0 ? one() : other();
      const std::string own = "own" + std::to_string(t);
      std::optional<std::string> before;
      for (int i = 0; i < kTimes; ++i) {
        const std::string value = std::to_string(t) + "." + std::to_string(i);
        Must(store.ReplaceKeys(own, before, value));
        before = value;
        const std::string round = "shared" + std::to_string(i);
        if (store.ReplaceKeys(round, std::nullopt, value)) ++replaced;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(replaced, kTimes);
  EXPECT_THAT(Must(one().Keys()), SizeIs(4 + kTimes));
  EXPECT_EQ(Must(one().Keys()), Must(other().Keys()));
}

TEST_P(IdentityStoreTest, TheVersionIsAnotherWhenSomethingChanged) {
  const int64_t before = one().Version();
  Must(one().Put({{"d/a", "1", 0}}));
  Must(one().Read(0, 10));
  const int64_t put = one().Version();
  EXPECT_NE(put, before);
  Must(one().ReplaceKeys("d1", std::nullopt, "first"));
  EXPECT_NE(one().Version(), put);
}

TEST_P(IdentityStoreTest, AVaultOnItKeepsItsPromises) {
  auto vault = VaultOn(one()), follower = VaultOn(other());
  std::vector<Named> students;
  for (int i = 0; i < 50; ++i) students.push_back({"S-" + std::to_string(i), "A name"});
  const auto pseudonyms = Must(vault->Enter("d1", students, kDay));
  EXPECT_EQ(Must(follower->Enter("d1", students, kDay)), pseudonyms);
  EXPECT_EQ(Must(follower->Erase("d1", {pseudonyms[7]})).students, 1);
  EXPECT_EQ(Must(vault->Erase("d1", {pseudonyms[8]})).students, 1);
  vault.reset(), follower.reset();
  installation_->Restart();
  vault = VaultOn(one());
  const auto again = Must(vault->Enter("d1", students, kDay));
  for (size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i] == pseudonyms[i], i != 7 && i != 8) << i;
  }
  EXPECT_EQ(Must(vault->Find("d1", pseudonyms[7])), std::nullopt);
  EXPECT_EQ(Must(vault->Find("d1", pseudonyms[9]))->student(), "S-9");
}

TEST_P(IdentityStoreTest, CallsThatEnterTheSameStudentsAtOnceComeToTheSamePseudonyms) {
  auto vault = VaultOn(one()), follower = VaultOn(other());
  std::vector<Named> students;
  for (int i = 0; i < 30; ++i) students.push_back({"S-" + std::to_string(i), "A name"});
  std::vector<std::vector<std::string>> came(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < came.size(); ++t) {
    threads.emplace_back([&, t] {
      Vault& own = t % 2 == 0 ? *vault : *follower;
      came[t] = Must(own.Enter("d1", students, kDay));
    });
  }
  threads.emplace_back([&] { Must(follower->Rotate("d1")); });
  for (std::thread& thread : threads) thread.join();
  const auto pseudonyms = Must(vault->Enter("d1", students, kDay));
  EXPECT_THAT(came, testing::Each(pseudonyms));
  EXPECT_EQ(Must(follower->Enter("d1", students, kDay)), pseudonyms);
}

TEST_P(IdentityStoreTest, TheInstallationsKeyIsReplaced) {
  runtime::Secret before, next;
  before.fill(7), next.fill(8);
  auto vault = VaultOn(one());
  const auto here = Must(vault->Enter("d1", {{"S-1", "A name"}}, kDay));
  const auto there = Must(vault->Enter("d2", {{"S-1", "A name"}}, kDay));
  const auto ids = Must(vault->In("d1"))->naming().ids;
  vault.reset();
  EXPECT_EQ(Must(ReplaceInstallationKey(one(), {.before = before, .next = next})), 2);
  installation_->Restart();
  vault = Must(OpenVault(other(), next));
  EXPECT_EQ(Must(vault->Find("d1", here[0]))->student(), "S-1");
  EXPECT_EQ(Must(vault->Find("d2", there[0]))->student(), "S-1");
  EXPECT_EQ(Must(vault->In("d1"))->naming().ids, ids);
  EXPECT_FALSE(OpenVault(one(), before));
}

INSTANTIATE_TEST_SUITE_P(Stores, IdentityStoreTest,
                         testing::Values(Adapter{"Memory", Make<InMemory>},
                                         Adapter{"Embedded", Make<InADirectory>},
                                         Adapter{"Kafka", Make<OnKafka>}),
                         [](const auto& info) { return info.param.name; });

// Whatever another process does is heard of without asking.
TEST(KafkaIdentityStoreTest, TheVersionFollowsWhatAnotherProcessDoes) {
  OnKafka kafka;
  Must(kafka.One().Read(0, 10));
  Must(kafka.Other().Put({{"d/a", "1", 0}}));
  Must(kafka.One().Read(0, 10));
  const int64_t before = kafka.One().Version();
  Must(kafka.Other().Put({{"d/b", "2", 0}}));
  while (kafka.One().Version() == before) std::this_thread::yield();
}

TEST(KafkaIdentityStoreTest, RingsOfBeforeAreGoneFromTheTopic) {
  const std::string prefix = runtime::NewPrefix();
  auto store =
      Must(KafkaIdentityStore::Open({runtime::KafkaSettings(), [](const std::string&) {}, prefix}));
  Must(store->ReplaceKeys("d1", std::nullopt, "first"));
  Must(store->ReplaceKeys("d1", "first", "second"));
  Must(store->ReplaceKeys("d1", "second", "third"));
  auto client = Must(runtime::kafka::Client::Make(RD_KAFKA_CONSUMER,
                                                  runtime::kafka::Conf(runtime::KafkaSettings()),
                                                  [](const std::string&) {}));
  EXPECT_EQ(Must(client->Bounds({prefix + "identities.keys", 0})), std::pair(2l, 3l));
}

TEST(KafkaIdentityStoreTest, ATopicOfRecordsThatIsNotCompactedIsRefused) {
  const std::string prefix = runtime::NewPrefix();
  Must(runtime::kafka::MakeTopics(runtime::KafkaSettings(), {{prefix + "identities", 1}}));
  const auto store =
      KafkaIdentityStore::Open({runtime::KafkaSettings(), [](const std::string&) {}, prefix});
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, testing::HasSubstr("cleanup.policy to compact"));
}

}  // namespace
}  // namespace throughline::identities
