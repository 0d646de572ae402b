// A journal's file in which one byte is not as it was written, at many places in turn: whatever is
// read of it is right, or is an error, and never something else. What the store holds comes back
// from the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>

#include "folder.h"
#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/sqlite_journal.h"

namespace throughline::runtime {
namespace {

constexpr int kRecords = 400;
constexpr int kRows = 600;
const TopicPartition kFlippedPlace{"events.s", 0};
const StorePartition kFlippedPart{"s", 0};

std::string KeyOf(int i) { return "key" + std::to_string(1000 + i); }
std::string ValueOf(int i) { return std::string(40 + i % 90, static_cast<char>('a' + i % 26)); }

void Fill(const std::string& directory) {
  auto journal = *SqliteJournal::Open({directory});
  std::vector<Record> records;
  for (int i = 0; i < kRecords; ++i) records.push_back({"h" + std::to_string(i), ValueOf(i)});
  ASSERT_TRUE(journal->log().Append({{kFlippedPlace, records}}));
  Commit commit{"", "head", "token", {}};
  for (int i = 0; i < kRows; ++i) commit.rows.push_back({{"rows", KeyOf(i)}, ValueOf(i)});
  ASSERT_TRUE(journal->store().Apply(kFlippedPart, commit));
}

void Flip(const std::string& file, int64_t at, unsigned char with) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(at);
  const char was = static_cast<char>(bytes.get());
  bytes.seekp(at);
  bytes.put(static_cast<char>(was ^ static_cast<char>(with)));
}

class FlippedBytesTest : public testing::Test {
 protected:
  FlippedBytesTest() { Fill(pristine_.path()); }

  // Everything that can be asked of the log: right, or damaged.
  void ReadLog(Log& log) {
    int64_t next = 0;
    while (next < kRecords) {
      const auto read = log.Read(kFlippedPlace, next, 50, 1 << 20);
      if (!read) {
        EXPECT_EQ(read.error().reason, "JOURNAL_CORRUPT");
        EXPECT_THAT(read.error().message, testing::HasSubstr("events.s, partition 0"));
        ++errors_;
        return;
      }
      ASSERT_FALSE(read->empty());
      for (const StoredRecord& stored : *read) {
        ASSERT_EQ(stored.offset, next);
        ASSERT_EQ(stored.record.headers, "h" + std::to_string(next));
        ASSERT_EQ(stored.record.value, ValueOf(static_cast<int>(next)));
        ++next;
      }
    }
    EXPECT_EQ(log.End(kFlippedPlace).value_or(kRecords), kRecords);
  }
  // And of the store: right, or lost as a whole.
  void ReadStore(Store& store) {
    if (Lost(store.Head(kFlippedPart))) return CheckItIsEmpty(store);
    for (int i = 0; i < kRows; i += 7) {
      const auto rows = store.Load(kFlippedPart, {{"rows", KeyOf(i)}});
      if (Lost(rows)) return CheckItIsEmpty(store);
      ASSERT_EQ(rows->front(), ValueOf(i));
    }
    const auto all = store.Scan(kFlippedPart, "rows", "key", "", kRows);
    if (Lost(all)) return CheckItIsEmpty(store);
    ASSERT_EQ(all->size(), static_cast<size_t>(kRows));
    for (int i = 0; i < kRows; ++i) ASSERT_EQ(all->at(i), std::pair(KeyOf(i), ValueOf(i)));
  }
  template <class T>
  bool Lost(const core::Result<T>& read) {
    if (read) return false;
    ++errors_;
    EXPECT_THAT(read.error().reason, testing::AnyOf("STORE_DAMAGED", "JOURNAL_CORRUPT"));
    return true;
  }
  void CheckItIsEmpty(Store& store) {
    EXPECT_TRUE(store.IsVolatile());
    const auto head = store.Head(kFlippedPart);
    if (!head) return;  // the file cannot even be written
    EXPECT_FALSE(*head);
    const auto rows = store.Load(kFlippedPart, {{"rows", KeyOf(1)}});
    EXPECT_TRUE(!rows || !rows->front());
    EXPECT_TRUE(store.Apply(kFlippedPart, {"", "head", "token 2", {{{"rows", "k"}, "v"}}}));
    EXPECT_EQ(*store.Load(kFlippedPart, {{"rows", "k"}})->front(), "v");
    ++rebuilt_;
  }

  Folder pristine_;
  int errors_ = 0, rebuilt_ = 0;
};

TEST_F(FlippedBytesTest, AreAnErrorAndNeverAnAnswer) {
  const std::string good = pristine_.path() + "/journal.db";
  const auto size = static_cast<int64_t>(std::filesystem::file_size(good));
  std::mt19937_64 random(20);
  constexpr int kFlips = 150;
  int refused = 0;
  for (int i = 0; i < kFlips; ++i) {
    Folder folder;
    const std::string file = folder.path() + "/journal.db";
    std::filesystem::copy_file(good, file);
    // The first page says what the others are: a good share of them there.
    const int64_t at = static_cast<int64_t>(random() % (i % 5 == 0 ? 200 : size));
    SCOPED_TRACE("byte " + std::to_string(at));
    Flip(file, at, static_cast<unsigned char>(1 + random() % 255));
    int bad = 0;
    ASSERT_TRUE(sqlite::ReadPages(
        file, [&](int64_t) { ++bad; }, [](int64_t, int64_t) {}));
    EXPECT_EQ(bad, 1);
    auto journal = SqliteJournal::Open({folder.path()});
    if (!journal) {
      EXPECT_THAT(journal.error().message, testing::HasSubstr("throughline check"));
      ++refused;
      continue;
    }
    ReadLog((*journal)->log());
    ReadStore((*journal)->store());
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(refused, kFlips / 10);
  EXPECT_GT(errors_, kFlips / 5);
  EXPECT_GT(rebuilt_, kFlips / 10);
}

// A disk does not wait until somebody opens the file.
TEST_F(FlippedBytesTest, UnderAnOpenJournalAreAnErrorToo) {
  const std::string good = pristine_.path() + "/journal.db";
  const auto size = static_cast<int64_t>(std::filesystem::file_size(good));
  std::mt19937_64 random(21);
  constexpr int kFlips = 60;
  for (int i = 0; i < kFlips; ++i) {
    Folder folder;
    const std::string file = folder.path() + "/journal.db";
    std::filesystem::copy_file(good, file);
    auto journal = SqliteJournal::Open({folder.path()});
    ASSERT_TRUE(journal);
    const int64_t at = static_cast<int64_t>(random() % size);
    SCOPED_TRACE("byte " + std::to_string(at));
    Flip(file, at, static_cast<unsigned char>(1 + random() % 255));
    ReadLog((*journal)->log());
    ReadStore((*journal)->store());
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(errors_, kFlips / 5);
  EXPECT_GT(rebuilt_, kFlips / 10);
}

TEST_F(FlippedBytesTest, OfDroppedRowsAreGoneWhenTheJournalIsOpenedAgain) {
  const std::string file = pristine_.path() + "/journal.db";
  const auto pages = static_cast<int64_t>(std::filesystem::file_size(file)) / sqlite::kPageBytes;
  Flip(file, (pages - 1) * sqlite::kPageBytes + 4000, 1);  // rows were written last
  {
    auto journal = *SqliteJournal::Open({pristine_.path()});
    ReadStore(journal->store());
    EXPECT_EQ(rebuilt_, 1);
  }
  auto journal = *SqliteJournal::Open({pristine_.path()});
  int bad = 0;
  sqlite::ReadPages(
      file, [&](int64_t) { ++bad; }, [](int64_t, int64_t) {});
  EXPECT_EQ(bad, 0);
  ReadLog(journal->log());
  EXPECT_EQ(*journal->store().Load(kFlippedPart, {{"rows", "k"}})->front(), "v");
}

}  // namespace
}  // namespace throughline::runtime
