// Backups of the embedded journal, what is restored from them, and what a check finds.
#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "folder.h"
#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/journal_backup.h"
#include "runtime/embedded/journal_check.h"
#include "runtime/embedded/sqlite.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/event_chain.h"

namespace throughline::runtime {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const TopicPartition kCopiedPlace{"events.s", 3};
const StorePartition kCopiedPart{"s", 3};

// Events that follow one another.
class Events {
 public:
  Record Next() {
    google::protobuf::StringValue message;
    message.set_value("event " + std::to_string(++sequence_) + std::string(150, '.'));
    v1::Envelope envelope;
    envelope.set_type(message.GetDescriptor()->full_name());
    envelope.set_sequence(sequence_);
    const std::string value = message.SerializeAsString();
    chain_ = ChainValue(chain_, envelope, value);
    envelope.set_chain(chain_);
    return {envelope.SerializeAsString(), value};
  }

 private:
  int64_t sequence_ = 0;
  uint64_t chain_ = 0;
};

void Append(SqliteJournal& journal, Events& events, int how_many) {
  std::vector<Record> records;
  for (int i = 0; i < how_many; ++i) records.push_back(events.Next());
  ASSERT_TRUE(journal.log().Append({{kCopiedPlace, records}}));
}

void AddRows(SqliteJournal& journal, int64_t log_end) {
  v1::Head head;
  head.set_log_end(log_end);
  Commit commit{"", head.SerializeAsString(), "token", {}};
  for (int i = 0; i < 600; ++i) {
    commit.rows.push_back({{"rows", "key" + std::to_string(i)}, std::string(90, 'v')});
  }
  ASSERT_TRUE(journal.store().Apply(kCopiedPart, commit));
}

void Flip(const std::string& file, int64_t at) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(at);
  const char was = static_cast<char>(bytes.get());
  bytes.seekp(at);
  bytes.put(static_cast<char>(was ^ 0x10));
}

void Write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

std::string TextOf(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class JournalCopyTest : public testing::Test {
 protected:
  core::Result<CopiedJournal> BackUp() {
    return BackUpJournal({data_, backup_, {"a.key", "b.key"}}, [&](int64_t done, int64_t of) {
      EXPECT_LE(done, of);
      shown_ = of > 0;
    });
  }
  core::Result<CopiedJournal> Restore(const std::string& from, const std::string& to) {
    return RestoreJournal({from, to, {"a.key", "b.key"}},
                          [](int64_t done, int64_t of) { EXPECT_LE(done, of); });
  }
  core::Result<CheckedJournal> Check(const std::string& directory) {
    places_.clear();
    return CheckJournal(
        directory, [&](const std::string& place) { places_.push_back(place); },
        [](const CheckedJournal&) {});
  }
  // A journal of 400 events and 600 rows, that nobody has open.
  void Fill() {
    auto journal = *SqliteJournal::Open({data_});
    Append(*journal, events_, 400);
    AddRows(*journal, 400);
  }
  // Changes the journal as a bug would: with checksums that are right.
  void Change(const char* sql) { sqlite::Connection(data_ + "/journal.db").Run(sql); }
  std::vector<std::string> Names(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(directory)) {
      names.push_back(file.path().filename());
    }
    return names;
  }

  Folder folder_;
  const std::string data_ = folder_.path() + "/data", backup_ = folder_.path() + "/backup";
  Events events_;
  std::vector<std::string> places_;
  bool shown_ = false;
};

TEST_F(JournalCopyTest, HasWhatIsOnlyInTheWal) {
  auto journal = *SqliteJournal::Open({data_});
  Append(*journal, events_, 5);
  AddRows(*journal, 5);
  const std::string alone = folder_.path() + "/alone";
  std::filesystem::create_directory(alone);
  const auto copied = BackUp();
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->records, 5);
  EXPECT_TRUE(shown_);
  std::filesystem::copy_file(data_ + "/journal.db", alone + "/journal.db");
  {
    auto file_alone = SqliteJournal::Open({alone});
    ASSERT_TRUE(file_alone);
    EXPECT_EQ(*(*file_alone)->log().End(kCopiedPlace), 0) << "everything is in the -wal still";
  }
  auto copy = *SqliteJournal::Open({backup_});
  EXPECT_EQ(*copy->log().End(kCopiedPlace), 5);
  EXPECT_EQ(*copy->store().Load(kCopiedPart, {{"rows", "key7"}})->front(), std::string(90, 'v'));
  EXPECT_TRUE(journal->log().Append({{kCopiedPlace, {events_.Next()}}})) << "the original goes on";
}

TEST_F(JournalCopyTest, IsOneMomentOfAJournalThatIsWrittenTo) {
  auto journal = *SqliteJournal::Open({data_});
  Append(*journal, events_, 2000);
  std::atomic<bool> stop = false;
  std::atomic<int64_t> acknowledged = 2000;
  std::thread writer([&] {
    while (!stop) {
      if (!journal->log().Append({{kCopiedPlace, {events_.Next()}}})) return;
      ++acknowledged;
    }
  });
  while (acknowledged < 2010) std::this_thread::yield();
  const int64_t before = acknowledged;
  const auto copied = BackUp();
  const int64_t after = acknowledged + 1;
  stop = true;
  writer.join();
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_GE(copied->records, before);
  EXPECT_LE(copied->records, after);
  EXPECT_TRUE(sqlite::HasChecksums(backup_ + "/journal.db"));
  const auto checked = Check(backup_);
  ASSERT_TRUE(checked);
  EXPECT_THAT(places_, IsEmpty());
  EXPECT_EQ(checked->records, copied->records);
  EXPECT_EQ(checked->dropped, 0);
}

TEST_F(JournalCopyTest, IsItsOwnersAloneAndHasTheSecrets) {
  Fill();
  Write(data_ + "/a.key", "secret");
  std::filesystem::create_directory(backup_);  // empty: that is no trouble
  const auto copied = BackUp();
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->secrets, std::vector<std::string>{"a.key"});
  EXPECT_THAT(Names(backup_), testing::UnorderedElementsAre("a.key", "journal.db"));
  EXPECT_EQ(TextOf(backup_ + "/a.key"), "secret");
  EXPECT_EQ(ModeOf(backup_), 0700u);
  EXPECT_EQ(ModeOf(backup_ + "/a.key"), 0600u);
  EXPECT_EQ(ModeOf(backup_ + "/journal.db"), 0600u);
  EXPECT_EQ(copied->bytes,
            static_cast<int64_t>(std::filesystem::file_size(backup_ + "/journal.db")));
}

TEST_F(JournalCopyTest, IsThereWholeOrNotAtAll) {
  EXPECT_EQ(BackUp().error().reason, "NO_DATA");
  Fill();
  std::filesystem::create_directory(backup_);
  Write(backup_ + "/something", "else");
  EXPECT_EQ(BackUp().error().reason, "DIRECTORY_NOT_EMPTY");
  EXPECT_THAT(Names(backup_), testing::ElementsAre("something"));
  std::filesystem::remove_all(backup_);
  Flip(data_ + "/journal.db", 3 * sqlite::kPageBytes - 4000);
  EXPECT_EQ(BackUp().error().reason, "JOURNAL_CORRUPT");
  EXPECT_THAT(Names(folder_.path()), testing::ElementsAre("data"));
}

TEST_F(JournalCopyTest, IsRestoredElsewhere) {
  Fill();
  Write(data_ + "/b.key", "secret");
  ASSERT_TRUE(BackUp());
  const std::string restored = folder_.path() + "/restored/";
  const auto copied = Restore(backup_, restored);
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->records, 400);
  EXPECT_EQ(copied->secrets, std::vector<std::string>{"b.key"});
  EXPECT_EQ(TextOf(restored + "b.key"), "secret");
  EXPECT_EQ(ModeOf(restored), 0700u);
  EXPECT_EQ(ModeOf(restored + "journal.db"), 0600u);
  auto original = *SqliteJournal::Open({data_});
  auto copy = *SqliteJournal::Open({restored});
  const auto was = original->log().Read(kCopiedPlace, 0, 1000, 1 << 20);
  const auto is = copy->log().Read(kCopiedPlace, 0, 1000, 1 << 20);
  ASSERT_EQ(is->size(), was->size());
  for (size_t i = 0; i < was->size(); ++i) {
    EXPECT_EQ((*is)[i].record.headers, (*was)[i].record.headers);
    EXPECT_EQ((*is)[i].record.value, (*was)[i].record.value);
  }
  EXPECT_EQ(*copy->store().Scan(kCopiedPart, "rows", "", "", 1000),
            *original->store().Scan(kCopiedPart, "rows", "", "", 1000));
}

TEST_F(JournalCopyTest, IsNotRestoredOverAnythingNorFromWhatIsDamaged) {
  Fill();
  ASSERT_TRUE(BackUp());
  EXPECT_EQ(Restore(backup_, data_).error().reason, "DIRECTORY_NOT_EMPTY");
  const std::string to = folder_.path() + "/to";
  EXPECT_EQ(Restore(to, to).error().reason, "NO_DATA");
  {
    auto journal = *SqliteJournal::Open({data_});
    EXPECT_EQ(Restore(backup_, data_).error().reason, "JOURNAL_IN_USE");
    EXPECT_EQ(Restore(data_, to).error().reason, "JOURNAL_IN_USE");
    Append(*journal, events_, 1);
    const std::string copy = folder_.path() + "/copy";
    std::filesystem::copy(data_, copy);
    EXPECT_EQ(Restore(copy, to).error().reason, "NO_BACKUP");
  }
  const std::string file = backup_ + "/journal.db";
  const auto size = std::filesystem::file_size(file);
  Flip(file, static_cast<int64_t>(size) - 3000);
  EXPECT_EQ(Restore(backup_, to).error().reason, "BACKUP_DAMAGED");
  Flip(file, static_cast<int64_t>(size) - 3000);
  std::filesystem::resize_file(file, size - sqlite::kPageBytes);
  EXPECT_EQ(Restore(backup_, to).error().reason, "BACKUP_DAMAGED");
  EXPECT_FALSE(std::filesystem::exists(to));
  // Nor do the directories above stay that were made for it; those of others do.
  const std::string ours = folder_.path() + "/ours";
  std::filesystem::create_directory(ours);
  EXPECT_EQ(Restore(backup_, ours + "/new/deep/to").error().reason, "BACKUP_DAMAGED");
  EXPECT_TRUE(std::filesystem::is_empty(ours));
}

TEST_F(JournalCopyTest, IsNotRestoredWithSecretsThatAreNotAccepted) {
  Fill();
  ASSERT_TRUE(BackUp());
  const std::string to = folder_.path() + "/to";
  const auto refuse = [](const std::vector<StoredRecord>&) -> core::Result<void> {
    return core::Refuse(core::Error{core::Code::kFailedPrecondition, "OTHER", "", ""});
  };
  const auto restored = RestoreJournal({backup_, to, {}, refuse}, [](int64_t, int64_t) {});
  EXPECT_EQ(restored.error().reason, "OTHER");
  EXPECT_FALSE(std::filesystem::exists(to));
}

TEST_F(JournalCopyTest, ACheckFindsNothingInAWholeJournal) {
  Fill();
  const auto checked = Check(data_);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_THAT(places_, IsEmpty());
  EXPECT_EQ(checked->bad(), 0);
  EXPECT_EQ(checked->records, 400);
  EXPECT_EQ(checked->rows, 600);
  EXPECT_EQ(checked->partitions, 1);
  EXPECT_EQ(checked->pages, checked->pages_of);
  EXPECT_TRUE(SqliteJournal::Open({data_}));
  auto journal = *SqliteJournal::Open({data_});
  EXPECT_EQ(Check(data_).error().reason, "JOURNAL_IN_USE");
  EXPECT_EQ(Check(backup_).error().reason, "NO_DATA");
}

TEST_F(JournalCopyTest, ACheckNamesThePageOfEveryFlippedByte) {
  Fill();
  const std::string file = data_ + "/journal.db";
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file));
  std::mt19937_64 random(7);
  int in_log = 0, in_store = 0;
  for (int i = 0; i < 60; ++i) {
    const auto at = static_cast<int64_t>(random() % size);
    SCOPED_TRACE("byte " + std::to_string(at));
    Flip(file, at);
    const auto checked = Check(data_);
    ASSERT_TRUE(checked);
    EXPECT_EQ(checked->bad_pages, 1);
    EXPECT_THAT(places_,
                Contains(HasSubstr("page " + std::to_string(at / sqlite::kPageBytes + 1) + ",")));
    in_log += checked->bad_in_log > 0 ? 1 : 0;
    in_store += checked->bad_in_log == 0 && checked->bad_in_store > 0 ? 1 : 0;
    if (checked->bad_in_log > 0 && checked->records > 0) {
      EXPECT_THAT(places_, Contains(HasSubstr("events.s, partition 3, from offset ")));
    }
    Flip(file, at);
  }
  EXPECT_GT(in_log, 10);
  EXPECT_GT(in_store, 10);
}

// After a power cut a page that was being copied back from the -wal may be half written.
TEST_F(JournalCopyTest, ACheckGoesByTheWalWhereThatIsNewer) {
  Fill();
  const std::string left = folder_.path() + "/left", file = left + "/journal.db";
  {
    auto journal = *SqliteJournal::Open({data_});
    Append(*journal, events_, 3);
    std::filesystem::copy(data_, left);
  }
  std::filesystem::remove(left + "/journal.db-shm");
  const auto size = static_cast<int64_t>(std::filesystem::file_size(file));
  int newer = 0, bad = 0;
  for (int64_t at = 200; at < size; at += sqlite::kPageBytes) {
    Flip(file, at);
    const auto checked = Check(left);
    ASSERT_TRUE(checked);
    ++(checked->bad() == 0 ? newer : bad);
    EXPECT_TRUE(checked->bad() > 0 || checked->records == 403);
    Flip(file, at);
  }
  EXPECT_GT(newer, 0);
  EXPECT_GT(bad, 10);
}

TEST_F(JournalCopyTest, ACheckFindsWhatBreaksTheChainAlthoughItsChecksumIsRight) {
  Fill();
  Change(
      "UPDATE record SET value = (SELECT value FROM record LIMIT 1) WHERE id = "
      "(SELECT min(id) + 100 FROM record)");
  const auto checked = Check(data_);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->bad_in_log, 1);
  EXPECT_EQ(checked->bad_pages, 0);
  EXPECT_THAT(places_, Contains(HasSubstr("offset 100: does not follow event 100 ")));
}

TEST_F(JournalCopyTest, ACheckFindsRecordsThatAreGone) {
  Fill();
  Change("DELETE FROM record WHERE id = (SELECT min(id) + 100 FROM record)");
  ASSERT_TRUE(Check(data_));
  EXPECT_THAT(places_, Contains(HasSubstr("offset 100: the next record that is there is at offset "
                                          "101")));
  EXPECT_THAT(places_, Contains(HasSubstr("event 102, where 101 was expected")));
  Change("DELETE FROM record WHERE id >= (SELECT min(id) + 90 FROM record)");
  ASSERT_TRUE(Check(data_));
  EXPECT_THAT(places_, Contains(HasSubstr("offset 90: ends here, and ended at 400")));
}

TEST_F(JournalCopyTest, ACheckFindsEnvelopesAndMessagesThatCannotBeRead) {
  Fill();
  Change("UPDATE record SET headers = x'ff' WHERE id = (SELECT min(id) + 5 FROM record)");
  Change("UPDATE record SET value = x'ff' WHERE id = (SELECT min(id) + 9 FROM record)");
  ASSERT_TRUE(Check(data_));
  EXPECT_THAT(places_, Contains(HasSubstr("offset 5: its envelope cannot be read")));
  EXPECT_THAT(places_, Contains(HasSubstr("offset 9: what is in it is no google.protobuf.")));
}

// A journal whose commands and events say when they were.
class JournalUntilTest : public JournalCopyTest {
 protected:
  struct At {
    std::string topic;
    int32_t partition = 0;
  };
  static v1::Envelope Command(int64_t time_ms) {
    v1::Envelope envelope;
    envelope.set_type("t.Command");
    envelope.set_time_ms(time_ms);
    return envelope;
  }
  // The event of that number, the last of its decision, which took the input up to `offset`.
  static v1::Envelope Event(int64_t time_ms, int64_t sequence, const std::string& input,
                            int64_t offset) {
    v1::Envelope envelope = Command(time_ms);
    envelope.set_sequence(sequence);
    envelope.set_count(1);
    v1::Positions::Input& position = *envelope.mutable_positions()->add_inputs();
    position.set_topic(input);
    position.set_offset(offset);
    return envelope;
  }
  void Put(const At& at, const std::vector<v1::Envelope>& envelopes) {
    std::vector<Record> records;
    for (const v1::Envelope& one : envelopes) records.push_back({one.SerializeAsString(), "v"});
    auto journal = *SqliteJournal::Open({data_});
    ASSERT_TRUE(journal->log().Append({{{at.topic, at.partition}, records}}));
  }
  // How many records are left of each place, and how many were left out, of a restore until then.
  std::vector<int64_t> Left(int64_t until_ms, const std::vector<At>& places) {
    EXPECT_TRUE(BackUp());
    CopyOptions options{.from = backup_, .to = restored_, .secrets = {}};
    options.until = core::FromMillis(until_ms);
    const auto copied = RestoreJournal(options, [](int64_t, int64_t) {});
    EXPECT_TRUE(copied) << copied.error().message;
    left_out_ = copied ? copied->left_out : -1;
    std::vector<int64_t> left;
    auto journal = *SqliteJournal::Open({restored_});
    for (const At& at : places) left.push_back(*journal->log().End({at.topic, at.partition}));
    return left;
  }

  const std::string restored_ = folder_.path() + "/restored";
  int64_t left_out_ = 0;
};

using testing::ElementsAre;

TEST_F(JournalUntilTest, WhatIsLaterIsLeftOutAndTheStoreIsFoldedAnew) {
  Put({"inbox.s", 3}, {Command(1000), Command(2000), Command(3000)});
  Put({"events.s", 3},
      {Event(1000, 1, "inbox.s", 1), Event(2000, 2, "inbox.s", 2), Event(3000, 3, "inbox.s", 3)});
  Put({"audit.trail", 0}, {Command(3000)});
  AddRows(**SqliteJournal::Open({data_}), 3);
  EXPECT_THAT(Left(2000, {{"inbox.s", 3}, {"events.s", 3}, {"audit.trail", 0}}),
              ElementsAre(2, 2, 1));
  EXPECT_EQ(left_out_, 2);
  auto journal = *SqliteJournal::Open({restored_});
  EXPECT_EQ(*journal->store().Head(kCopiedPart), std::nullopt);
  EXPECT_THAT(*journal->store().Load(kCopiedPart, {{"rows", "key1"}}), ElementsAre(std::nullopt));
}

TEST_F(JournalUntilTest, ACommandThatWasNotDecidedYetStaysToBeDecided) {
  Put({"inbox.s", 3}, {Command(1000), Command(2000)});
  Put({"events.s", 3}, {Event(1000, 1, "inbox.s", 1), Event(2500, 2, "inbox.s", 2)});
  EXPECT_THAT(Left(2000, {{"inbox.s", 3}, {"events.s", 3}}), ElementsAre(2, 1));
}

TEST_F(JournalUntilTest, NoEventIsLeftWhoseInputsAreGone) {
  // Two machines' clocks: what came second says an earlier time.
  Put({"inbox.s", 3}, {Command(1000), Command(3000), Command(1500)});
  Put({"events.s", 3}, {Event(1000, 1, "inbox.s", 1), Event(1500, 2, "inbox.s", 3)});
  Put({"events.t", 3}, {Event(1000, 1, "events.s", 1), Event(1500, 2, "events.s", 2)});
  EXPECT_THAT(Left(2000, {{"inbox.s", 3}, {"events.s", 3}, {"events.t", 3}}), ElementsAre(1, 1, 1));
}

TEST_F(JournalUntilTest, NoHalfOfADecisionIsLeft) {
  v1::Envelope first = Event(1500, 2, "inbox.s", 3), second = Event(1500, 3, "inbox.s", 3);
  first.clear_positions();
  first.set_count(2);
  second.set_count(2);
  second.set_index(1);
  Put({"inbox.s", 3}, {Command(1000), Command(3000), Command(1500)});
  Put({"events.s", 3}, {Event(1000, 1, "inbox.s", 1), first, second});
  EXPECT_THAT(Left(2000, {{"inbox.s", 3}, {"events.s", 3}}), ElementsAre(1, 1));
}

TEST_F(JournalUntilTest, NoDeliveryIsLeftWhoseEventIsGoneAndNothingThatRestsOnIt) {
  v1::Envelope delivery = Command(1500);
  delivery.set_source_partition(3);
  delivery.set_sequence(2);
  v1::Envelope taken = Event(1500, 1, "inbox.s", 1);
  v1::Positions::Source& source = *taken.mutable_positions()->add_sources();
  source.set_partition(3);
  source.set_sequence(2);
  Put({"inbox.s", 3}, {Command(1000), Command(3000), Command(1500)});
  Put({"events.s", 3}, {Event(1000, 1, "inbox.s", 1), Event(1500, 2, "inbox.s", 3)});
  Put({"inbox.s", 7}, {delivery, Command(1600)});
  Put({"events.s", 7}, {taken});
  EXPECT_THAT(Left(2000, {{"inbox.s", 7}, {"events.s", 7}}), ElementsAre(0, 0));
}

}  // namespace
}  // namespace throughline::runtime
