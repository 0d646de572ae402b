// What only a journal on disk can promise: it is there again, and it is nobody else's.
#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "folder.h"
#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/sqlite_history.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/rows.h"

namespace throughline::runtime {
namespace {

const TopicPartition kJournalPlace{"t", 0};

TEST(EmbeddedJournal, HasEverythingAgainWhenItIsOpenedAgain) {
  Folder folder;
  {
    auto journal = *SqliteJournal::Open({folder.path()});
    ASSERT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "a"}, {"h", "b"}}}}));
    ASSERT_TRUE(journal->store().Apply({"s", 0}, {"", "head", "token", {{{"rows", "k"}, "v"}}}));
  }
  auto journal = *SqliteJournal::Open({folder.path()});
  EXPECT_EQ(*journal->log().End(kJournalPlace), 2);
  EXPECT_EQ(journal->log().Read(kJournalPlace, 1, 10, 1000)->front().record.value, "b");
  EXPECT_EQ(**journal->store().Head({"s", 0}), "head");
  EXPECT_EQ(*journal->store().Load({"s", 0}, {{"rows", "k"}})->front(), "v");
}

TEST(EmbeddedJournal, HasAHistoryThatIsReadBesideItsOwner) {
  Folder folder;
  EXPECT_EQ(SqliteHistory::Open(folder.path()).error().reason, "NO_DATA");
  auto journal = *SqliteJournal::Open({folder.path()});
  ASSERT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "a"}, {"h", "b"}}}}));
  auto history = *SqliteHistory::Open(folder.path());
  const auto values = [&](const TopicPartition& from, int64_t offset) {
    std::string values;
    const auto read = history->ReadHistory(from, offset, 10, 1000);
    for (const auto& stored : *read) {
      EXPECT_EQ(stored.offset, offset + static_cast<int64_t>(values.size()));
      values += stored.record.value;
    }
    return values;
  };
  EXPECT_EQ(values(kJournalPlace, 0), "ab");
  EXPECT_EQ(values({"nothing", 0}, 0), "");
  EXPECT_EQ(values({"t", 1}, 0), "");
  ASSERT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "c"}}}}));
  EXPECT_EQ(values(kJournalPlace, 1), "bc");
}

TEST(EmbeddedJournal, SaysOfRowsThatAreFoldedAnewThatTheyAreOnTheirWay) {
  constexpr decider::Table<google::protobuf::Int64Value> kRows{"rows"};
  Folder folder;
  auto journal = *SqliteJournal::Open({folder.path()});
  const Rows rows(journal->store(), "s", 1);
  EXPECT_FALSE(*rows.Get(kRows, "d", "k")) << "there was none";
  ASSERT_TRUE(journal->store().Clear({"s", 0}));
  const auto cleared = rows.Get(kRows, "d", "k");
  ASSERT_FALSE(cleared);
  EXPECT_EQ(cleared.error().reason, "BEING_REBUILT");
}

// As after a move, or a restore to a moment.
TEST(EmbeddedJournal, SaysOfRowsOfALogThatNobodyHasFoldedThatTheyAreOnTheirWay) {
  constexpr decider::Table<google::protobuf::Int64Value> kRows{"rows"};
  Folder folder;
  auto journal = *SqliteJournal::Open({folder.path()});
  ASSERT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "a"}}}}));
  journal.reset();
  journal = *SqliteJournal::Open({folder.path()});
  const auto early = Rows(journal->store(), "s", 1).Get(kRows, "d", "k");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().reason, "BEING_REBUILT");
  ASSERT_TRUE(journal->store().Apply(
      {"s", 0}, {.expected_token = "", .head = "h", .token = "1", .rows = {}}));
  journal.reset();
  journal = *SqliteJournal::Open({folder.path()});
  EXPECT_FALSE(*Rows(journal->store(), "s", 1).Get(kRows, "d", "k"));
}

TEST(EmbeddedJournal, IsRefusedToASecondOwner) {
  Folder folder;
  auto journal = SqliteJournal::Open({folder.path()});
  ASSERT_TRUE(journal);
  auto second = SqliteJournal::Open({folder.path()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "JOURNAL_NOT_OPENED");
}

TEST(EmbeddedJournal, IsItsOwnersAloneWhateverTheUmaskIs) {
  Folder folder;
  const std::string made = folder.path() + "/data", journal_file = made + "/journal.db";
  const mode_t before = umask(0);
  {
    auto journal = SqliteJournal::Open({made});
    umask(before);
    ASSERT_TRUE(journal);
    ASSERT_TRUE((*journal)->log().Append({{kJournalPlace, {{"h", "a"}}}}));
    ASSERT_TRUE((*journal)->log().Read(kJournalPlace, 0, 10, 1000));
    EXPECT_EQ(ModeOf(made), 0700u);
    for (const char* suffix : {"", "-wal", "-shm"}) {
      EXPECT_EQ(ModeOf(journal_file + suffix), 0600u) << suffix;
    }
  }
  chmod(made.c_str(), 0755);  // as somebody else made it
  chmod(journal_file.c_str(), 0644);
  auto journal = SqliteJournal::Open({made});
  ASSERT_TRUE(journal);
  EXPECT_EQ(ModeOf(made), 0755u);
  EXPECT_EQ(ModeOf(journal_file), 0600u);
  EXPECT_EQ(ModeOf(journal_file + "-wal"), 0600u);
}

TEST(EmbeddedJournal, IsRefusedToASecondOwnerAlthoughItsLockFileIsGone) {
  Folder folder;
  auto journal = *SqliteJournal::Open({folder.path()});
  const std::string lock = folder.path() + "/lock";
  const auto opens_in_another_process = [&] {
    const pid_t other = fork();
    if (other == 0) _exit(SqliteJournal::Open({folder.path()}) ? 0 : 1);
    int status = 0;
    waitpid(other, &status, 0);
    return WEXITSTATUS(status) == 0;
  };
  std::filesystem::remove(lock);
  EXPECT_FALSE(opens_in_another_process());
  std::filesystem::remove(lock);
  EXPECT_FALSE(SqliteJournal::Open({folder.path()}));
  EXPECT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "a"}}}}));
}

TEST(EmbeddedJournal, NoticesThatItsFileWasReplaced) {
  Folder folder;
  auto journal = *SqliteJournal::Open({folder.path()});
  ASSERT_TRUE(journal->log().Append({{kJournalPlace, {{"h", "a"}}}}));
  const std::string file = folder.path() + "/journal.db";
  std::filesystem::rename(file, file + ".away");
  std::filesystem::copy_file(file + ".away", file);
  const auto refused = journal->log().Append({{kJournalPlace, {{"h", "b"}}}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("moved or replaced"));
  EXPECT_THAT(journal->HealthIssues(), testing::Not(testing::IsEmpty()));
}

TEST(EmbeddedJournal, GivesAFileOfBeforeItsChecksums) {
  Folder folder;
  const std::string file = folder.path() + "/journal.db";
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, R"(
    PRAGMA page_size=8192;
    PRAGMA journal_mode=WAL;
    CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
    CREATE TABLE record (id INTEGER PRIMARY KEY, headers BLOB NOT NULL, value BLOB NOT NULL);
    CREATE TABLE space (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
    CREATE TABLE head (partition TEXT PRIMARY KEY, token TEXT NOT NULL,
                       head BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE row (space INTEGER, key TEXT, value BLOB NOT NULL,
                      PRIMARY KEY (space, key)) WITHOUT ROWID;
    INSERT INTO topic VALUES (1, 't');
    INSERT INTO record VALUES ((1 << 53), 'h', 'a'), ((1 << 53) + 1, 'h', 'b');
    INSERT INTO space VALUES (1, 's/0/rows');
    INSERT INTO head VALUES ('s/0', 'token', 'head');
    INSERT INTO row VALUES (1, 'k', 'v');
    PRAGMA user_version=1)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  ASSERT_FALSE(sqlite::HasChecksums(file));
  {
    auto journal = *SqliteJournal::Open({folder.path()});
    EXPECT_EQ(journal->log().Read(kJournalPlace, 0, 10, 1000)->back().record.value, "b");
    EXPECT_EQ(*journal->store().Load({"s", 0}, {{"rows", "k"}})->front(), "v");
    EXPECT_EQ(*journal->log().Append({{kJournalPlace, {{"h", "c"}}}}),
              (std::vector<Stretch>{{2, 3}}));
  }
  EXPECT_TRUE(sqlite::HasChecksums(file));
}

TEST(EmbeddedJournal, RefusesWhatIsNoJournal) {
  Folder folder;
  std::ofstream(std::filesystem::path(folder.path()) / "journal.db") << std::string(8192, 'x');
  EXPECT_FALSE(SqliteJournal::Open({folder.path()}));
  EXPECT_FALSE(SqliteJournal::Open({"/dev/null/nowhere"}));
}

// A process that says which appends were acknowledged is killed in the middle: they are all there.
TEST(EmbeddedJournal, LosesNothingAcknowledgedWhenItIsKilled) {
  Folder folder;
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t writer = fork();
  if (writer == 0) {
    auto journal = SqliteJournal::Open({folder.path()});
    for (int64_t i = 0; journal; ++i) {
      auto at = (*journal)->log().Append({{kJournalPlace, {{"", std::to_string(i)}}}});
      if (!at || write(pipe_ends[1], &at->front().first, sizeof(int64_t)) < 0) break;
    }
    _exit(1);
  }
  int64_t acknowledged = -1;
  while (acknowledged < 40) {
    ASSERT_EQ(read(pipe_ends[0], &acknowledged, sizeof acknowledged),
              static_cast<ssize_t>(sizeof acknowledged));
  }
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
  close(pipe_ends[1]);
  while (read(pipe_ends[0], &acknowledged, sizeof acknowledged) > 0) {
  }
  close(pipe_ends[0]);
  auto journal = *SqliteJournal::Open({folder.path()});
  ASSERT_GT(*journal->log().End(kJournalPlace), acknowledged);
  const auto read = journal->log().Read(kJournalPlace, 0, 1'000'000, 1 << 30);
  for (size_t i = 0; i < read->size(); ++i) {
    EXPECT_EQ(read->at(i).record.value, std::to_string(i));
  }
}

}  // namespace
}  // namespace throughline::runtime
