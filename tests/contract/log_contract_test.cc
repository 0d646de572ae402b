// The promises that services/runtime/journal.h makes of a Log, held against every implementation.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>

#include "folder.h"
#include "kafka_topics.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/simulated/simulated_journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {
namespace {

struct LogOnSqlite {
  LogOnSqlite() : journal(*SqliteJournal::Open({folder.path()})) {}
  Log& log() { return journal->log(); }
  Folder folder;
  std::unique_ptr<SqliteJournal> journal;
};

struct LogSimulated {
  Log& log() { return log_; }
  SimulatedLog log_;
};

// With topics of the test's own.
struct LogOnKafka {
  LogOnKafka() {
    Must(kafka::MakeTopics(
        KafkaSettings(),
        {{log_.Prefixed("t"), 3}, {log_.Prefixed("u"), 1}, {log_.Prefixed("nothing"), 1}}));
  }
  Log& log() { return log_; }
  PrefixedLog log_;
};

// Headers of a record are an envelope.
std::string Headers(const std::string& type) {
  v1::Envelope envelope;
  envelope.set_type(type);
  return envelope.SerializeAsString();
}

// Everything that an envelope can hold.
std::string FullHeaders() {
  v1::Envelope envelope;
  envelope.set_type("throughline.evidence.v1.ResultsRecorded");
  envelope.set_time_ms(1'361'970'000'123);
  envelope.set_subject("d/s");
  envelope.set_sequence(17);
  envelope.set_cause("inbox.evidence.0.3");
  envelope.set_correlation("\u00fc \n \"quoted\"");
  envelope.set_request_id(std::string("zero\0byte", 9));
  envelope.set_index(1);
  envelope.set_count(2);
  auto& input = *envelope.mutable_positions()->add_inputs();
  input.set_topic("inbox.evidence");
  input.set_chain(0xfedcba9876543210);
  envelope.mutable_outcome()->set_response(std::string("\0\xff\n", 3));
  envelope.set_timer("cycle/overdue");
  envelope.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  envelope.add_deliver_to("*");
  envelope.set_chain(1);
  return envelope.SerializeAsString();
}

template <class Adapter>
class LogContract : public testing::Test {
 protected:
  int64_t Append(const std::string& value, TopicPartition to = {"t", 0}) {
    return this->adapter_.log().Append({{to, {{Headers("h"), value}}}})->front().first;
  }
  std::vector<std::string> Values(int64_t from, size_t records = 1000, size_t bytes = 1 << 20) {
    std::vector<std::string> values;
    const auto read = this->adapter_.log().Read({"t", 0}, from, records, bytes);
    for (const StoredRecord& stored : *read) {
      EXPECT_EQ(stored.offset, from + static_cast<int64_t>(values.size()));
      values.push_back(stored.record.value);
    }
    return values;
  }

  Adapter adapter_;
};

using LogAdapters = testing::Types<LogOnSqlite, LogOnKafka, LogSimulated>;
TYPED_TEST_SUITE(LogContract, LogAdapters);

TYPED_TEST(LogContract, OffsetsAreDenseAndPartitionsApart) {
  EXPECT_EQ(this->Append("a"), 0);
  EXPECT_EQ(this->Append("b"), 1);
  EXPECT_EQ(this->Append("other", {"t", 1}), 0);
  EXPECT_EQ(this->Append("other", {"u", 0}), 0);
  const auto stretches =
      this->adapter_.log().Append({{{"t", 0}, {{"", "c"}, {"", "d"}}}, {{"t", 2}, {{"", "x"}}}});
  EXPECT_EQ(*stretches, (std::vector<Stretch>{{2, 4}, {0, 1}}));
  EXPECT_EQ(this->Values(0), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(*this->adapter_.log().End({"t", 0}), 4);
  EXPECT_EQ(*this->adapter_.log().End({"nothing", 0}), 0);
}

TYPED_TEST(LogContract, ReadsStopAtTheirBoundsButGiveOneRecord) {
  for (char c : std::string("abcdef")) this->Append(std::string(100, c));
  EXPECT_EQ(this->Values(1, 2).size(), 2u);
  EXPECT_EQ(this->Values(0, 1000, 10).size(), 1u);
  EXPECT_LE(this->Values(0, 1000, 350).size(), 4u);
  EXPECT_TRUE(this->Values(6).empty());
}

TYPED_TEST(LogContract, HistoryIsWhatWasRead) {
  for (char c : std::string("abcdef")) this->Append(std::string(100, c));
  const auto values = [&](int64_t from, size_t records, size_t bytes) {
    std::string values;
    const auto read = this->adapter_.log().ReadHistory({"t", 0}, from, records, bytes);
    for (const StoredRecord& stored : *read) {
      EXPECT_EQ(stored.offset, from + static_cast<int64_t>(values.size()));
      values += stored.record.value.substr(0, 1);
    }
    return values;
  };
  std::string all;
  while (all.size() < 6) {
    const std::string more = values(static_cast<int64_t>(all.size()), 1000, 1 << 20);
    ASSERT_FALSE(more.empty());
    all += more;
  }
  EXPECT_EQ(all, "abcdef");
  EXPECT_EQ(values(6, 1000, 1 << 20), "");
  EXPECT_EQ(values(2, 1, 1 << 20), "c");
  EXPECT_EQ(values(2, 1000, 10), "c");
}

TYPED_TEST(LogContract, RecordsAreWhateverBytesTheyAre) {
  const std::string headers = FullHeaders(), large(1 << 20, '\0');
  ASSERT_TRUE(this->adapter_.log().Append({{{"t", 0}, {{headers, ""}, {"", large}}}}));
  std::vector<Record> read;  // an answer may end before the bounds do
  while (read.size() < 2) {
    const auto offset = static_cast<int64_t>(read.size());
    const auto some = this->adapter_.log().Read({"t", 0}, offset, 10, 4 << 20);
    for (const StoredRecord& stored : *some) read.push_back(stored.record);
  }
  EXPECT_EQ(read[0].headers, headers);
  EXPECT_EQ(read[0].value, "");
  EXPECT_EQ(read[1].value, large);
}

TYPED_TEST(LogContract, WhoeverListensIsWokenUntilNoMore) {
  std::atomic<int> woken{0};
  const int listener = this->adapter_.log().Listen([&](const TopicPartition& changed) {
    if (changed == TopicPartition{"t", 0}) {
      ++woken;
      woken.notify_all();
    }
  });
  this->Append("a");
  woken.wait(0);
  this->adapter_.log().Unlisten(listener);
  const int before = woken;
  this->Append("b");
  EXPECT_EQ(woken, before);
}

TYPED_TEST(LogContract, ManyMayAppendAtOnce) {
  constexpr int kWriters = 4, kEach = 50;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([this, w] {
        for (int i = 0; i < kEach; ++i) this->Append(std::to_string(w) + " " + std::to_string(i));
      });
    }
  }
  std::map<std::string, int> next;
  for (const std::string& value : this->Values(0)) {
    const size_t space = value.find(' ');
    EXPECT_EQ(std::stoi(value.substr(space)), next[value.substr(0, space)]++) << "order is kept";
  }
  for (int w = 0; w < kWriters; ++w) EXPECT_EQ(next[std::to_string(w)], kEach);
}

// Batches may come to stand between each other's records: whoever reads gets each record once, and
// each writer is told where its own stand.
TYPED_TEST(LogContract, ManyMayAppendBatchesAtOnce) {
  constexpr int kWriters = 4, kEach = 20, kRecords = 100;
  this->Append("first");
  ASSERT_EQ(this->Values(0).size(), 1u) << "somebody reads there already";
  std::vector<std::vector<Stretch>> told(kWriters);
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([this, w, &told] {
        for (int i = 0; i < kEach; ++i) {
          AppendTo batch{{"t", 0}, {}};
          for (int r = 0; r < kRecords; ++r) {
            batch.records.push_back(
                {"", std::to_string(w) + " " + std::to_string(kRecords * i + r)});
          }
          told[w].push_back(this->adapter_.log().Append({batch})->front());
        }
      });
    }
  }
  std::vector<std::string> values;
  constexpr size_t kAll = 1 + kWriters * kEach * kRecords;
  while (values.size() < kAll) {
    const auto more = this->Values(static_cast<int64_t>(values.size()));
    ASSERT_FALSE(more.empty()) << "after " << values.size();
    values.insert(values.end(), more.begin(), more.end());
  }
  EXPECT_EQ(values.size(), kAll);
  std::map<std::string, int> next;
  for (size_t at = 1; at < values.size(); ++at) {
    const size_t space = values[at].find(' ');
    const std::string writer = values[at].substr(0, space);
    const int number = next[writer]++;
    ASSERT_EQ(std::stoi(values[at].substr(space)), number) << "of " << writer << " at " << at;
    const Stretch& stretch = told[std::stoi(writer)][number / kRecords];
    const auto offset = static_cast<int64_t>(at);
    if (number % kRecords == 0) EXPECT_EQ(stretch.first, offset);
    if (number % kRecords == kRecords - 1) EXPECT_EQ(stretch.end, offset + 1);
  }
}

}  // namespace
}  // namespace throughline::runtime
