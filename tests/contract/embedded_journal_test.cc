// What only a journal on disk can promise: it is there again, and it is nobody else's.
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "folder.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/rows.h"

namespace throughline::runtime {
namespace {

const TopicPartition kPlace{"t", 0};

TEST(EmbeddedJournal, HasEverythingAgainWhenItIsOpenedAgain) {
  Folder folder;
  {
    auto journal = *SqliteJournal::Open({folder.path()});
    ASSERT_TRUE(journal->log().Append({{kPlace, {{"h", "a"}, {"h", "b"}}}}));
    ASSERT_TRUE(journal->store().Apply({"s", 0}, {"", "head", "token", {{{"rows", "k"}, "v"}}}));
  }
  auto journal = *SqliteJournal::Open({folder.path()});
  EXPECT_EQ(*journal->log().End(kPlace), 2);
  EXPECT_EQ(journal->log().Read(kPlace, 1, 10, 1000)->front().record.value, "b");
  EXPECT_EQ(**journal->store().Head({"s", 0}), "head");
  EXPECT_EQ(*journal->store().Load({"s", 0}, {{"rows", "k"}})->front(), "v");
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

TEST(EmbeddedJournal, IsRefusedToASecondOwner) {
  Folder folder;
  auto journal = SqliteJournal::Open({folder.path()});
  ASSERT_TRUE(journal);
  auto second = SqliteJournal::Open({folder.path()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "JOURNAL_NOT_OPENED");
}

mode_t ModeOf(const std::string& path) {
  struct stat found = {};
  return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

TEST(EmbeddedJournal, IsItsOwnersAloneWhateverTheUmaskIs) {
  Folder folder;
  const std::string made = folder.path() + "/data", journal_file = made + "/journal.db";
  const mode_t before = umask(0);
  {
    auto journal = SqliteJournal::Open({made});
    umask(before);
    ASSERT_TRUE(journal);
    ASSERT_TRUE((*journal)->log().Append({{kPlace, {{"h", "a"}}}}));
    ASSERT_TRUE((*journal)->log().Read(kPlace, 0, 10, 1000));
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
      auto at = (*journal)->log().Append({{kPlace, {{"", std::to_string(i)}}}});
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
  ASSERT_GT(*journal->log().End(kPlace), acknowledged);
  const auto read = journal->log().Read(kPlace, 0, 1'000'000, 1 << 30);
  for (size_t i = 0; i < read->size(); ++i) {
    EXPECT_EQ(read->at(i).record.value, std::to_string(i));
  }
}

}  // namespace
}  // namespace throughline::runtime
