// What only the log on Kafka can promise: several processes see one log, whatever each of them has
// in memory, and it is there again after the broker was away.
#include "runtime/kafka/kafka_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "kafka_topics.h"
#include "runtime/envelope.h"

namespace throughline::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KafkaLogTest : public testing::Test {
 protected:
  KafkaLogTest() { Must(kafka::MakeTopics(KafkaSettings(), {{place_.topic, 2}})); }
  static Record Of(const std::string& value) {
    v1::Packed packed;
    packed.mutable_envelope()->set_type("throughline.runtime.v1.TimerExpired");
    packed.set_value(value);
    return ToRecord(packed);
  }
  int64_t Append(Log& log, const std::vector<std::string>& values) {
    AppendTo batch{place_, {}};
    for (const std::string& value : values) batch.records.push_back(Of(value));
    return Must(log.Append({batch})).front().first;
  }
  // Everything from there to the end.
  std::vector<std::string> Values(Log& log, int64_t from, size_t at_once = 1000) {
    std::vector<std::string> values;
    const int64_t end = Must(log.End(place_));
    while (from < end) {
      for (StoredRecord& stored : Must(log.Read(place_, from, at_once, 1 << 20))) {
        EXPECT_EQ(stored.offset, from++);
        values.push_back(std::move(stored.record.value));
      }
    }
    return values;
  }

  TopicPartition place_{NewPrefix() + "events", 1};
};

TEST_F(KafkaLogTest, WhatOneProcessAppendsWakesAnother) {
  auto one = OpenKafkaLog(), other = OpenKafkaLog();
  Append(*one, {"a"});
  EXPECT_EQ(Must(other->End(place_)), 1);
  std::promise<void> woken;
  other->Listen([&, told = false](const TopicPartition& at) mutable {
    if (at == place_ && !std::exchange(told, true)) woken.set_value();
  });
  Append(*one, {"b"});
  woken.get_future().wait();
  EXPECT_THAT(Values(*other, 0), ElementsAre("a", "b"));
}

TEST_F(KafkaLogTest, WritersInTurnsSeeOneOrder) {
  auto one = OpenKafkaLog(), other = OpenKafkaLog();
  EXPECT_EQ(Append(*one, {"a", "b"}), 0);
  EXPECT_EQ(Append(*other, {"c"}), 2);
  EXPECT_EQ(Append(*one, {"d"}), 3);
  EXPECT_EQ(Must(one->End(place_)), 4);
  EXPECT_THAT(Values(*one, 0), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Values(*other, 2), ElementsAre("c", "d"));
}

TEST_F(KafkaLogTest, OldRecordsAreReadFromAnywhereInAnyOrder) {
  auto writer = OpenKafkaLog();
  std::vector<std::string> values;
  for (int i = 0; i < 3000; ++i) values.push_back(std::to_string(i) + std::string(1000, '.'));
  Append(*writer, values);
  auto log = OpenKafkaLog();
  EXPECT_EQ(Values(*log, 0, 100), values);
  for (int64_t from : {2999, 17, 1500, 16, 0}) {
    const auto read = Must(log->Read(place_, from, 3, 1 << 20));
    ASSERT_FALSE(read.empty());
    EXPECT_EQ(read.front().offset, from);
    EXPECT_EQ(read.front().record.value, values[static_cast<size_t>(from)]);
  }
  EXPECT_EQ(Values(*writer, 0), values) << "some of it in memory, some not";
}

TEST_F(KafkaLogTest, AnInterruptedLogEndsWhatWaits) {
  kafka::Settings nowhere = {{"bootstrap.servers", "127.0.0.1:1"}};
  auto log = Must(kafka::KafkaLog::Open(nowhere, [](const std::string&) {}));
  auto waiting = std::async(std::launch::async, [&] { return log->Append({{place_, {Of("a")}}}); });
  log->Interrupt();
  const auto ended = waiting.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, core::Code::kUnavailable);
  EXPECT_FALSE(log->Append({{place_, {Of("b")}}}));
}

TEST_F(KafkaLogTest, ASettingThatIsWrongIsNamed) {
  const auto log = kafka::KafkaLog::Open({{"bootstrap.servers", "x"}, {"no.such.setting", "1"}},
                                         [](const std::string&) {});
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().message, HasSubstr("no.such.setting"));
}

TEST_F(KafkaLogTest, TopicsThatAreWrongStopTheStart) {
  const auto wrong = [](const std::vector<kafka::Topic>& topics) {
    const auto made = kafka::MakeTopics(KafkaSettings(), topics);
    return made ? "" : made.error().message;
  };
  EXPECT_EQ(wrong({{place_.topic, 2}}), "") << "made before, and as it should be";
  EXPECT_THAT(wrong({{place_.topic, 3}}), HasSubstr("has 2 partitions, not 3"));
  const std::string inbox = NewPrefix() + "inbox";
  EXPECT_EQ(wrong({{inbox, 2, std::chrono::hours(1)}}), "");
  EXPECT_THAT(wrong({{inbox, 2}}), HasSubstr("Set its retention.ms to -1."));
  EXPECT_THAT(wrong({{inbox, 2, std::chrono::hours(2)}}), HasSubstr("retention.ms to 7200000"));
  const auto nobody = kafka::MakeTopics({{"bootstrap.servers", "127.0.0.1:1"}}, {{inbox, 2}},
                                        std::chrono::milliseconds(200));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().reason, "KAFKA_UNREACHABLE");
}

}  // namespace
}  // namespace throughline::runtime
