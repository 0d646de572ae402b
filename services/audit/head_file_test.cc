#include "audit/head_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace throughline::audit {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class HeadFile : public testing::Test {
 protected:
  HeadFile() { fs::create_directories(folder_); }
  ~HeadFile() override { fs::remove_all(folder_); }
  static v1::SignedHead Head(int64_t records) {
    v1::SignedHead head;
    head.set_records(records);
    head.set_digest("digest");
    return head;
  }
  const fs::path folder_ = fs::path(testing::TempDir()) / ("head-" + std::to_string(getpid()));
  const fs::path file_ = folder_ / "audit.head";
};

TEST_F(HeadFile, IsReadAsItWasWrittenAndIsItsOwnersOnly) {
  ASSERT_TRUE(WriteHead(file_, Head(7)));
  ASSERT_TRUE(WriteHead(file_, Head(9)));
  EXPECT_EQ(ReadHead(file_)->records(), 9);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(file_.string() + ".new"));
}

TEST_F(HeadFile, IsRefusedWithASentenceWhateverIsThere) {
  EXPECT_THAT(ReadHead(file_).error().message, HasSubstr("cannot be read"));
  std::ofstream(file_) << "something else\n";
  EXPECT_EQ(ReadHead(file_).error().reason, "HEAD_FILE_UNUSABLE");
  fs::remove(file_);
  fs::create_directories(file_ / "a directory with something in it");
  EXPECT_THAT(ReadHead(file_).error().message, HasSubstr("is a directory"));
  EXPECT_EQ(WriteHead(file_, Head(7)).error().reason, "HEAD_FILE_UNUSABLE");
  EXPECT_FALSE(fs::exists(file_.string() + ".new"));
}

}  // namespace
}  // namespace throughline::audit
