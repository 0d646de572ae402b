// Zips: the ones that districts make, and the ones that somebody makes for them.
#include "oneroster/bundle_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oneroster/bundle_fixture.h"

namespace throughline::oneroster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ZippedBundle : public ::testing::Test {
 protected:
  std::filesystem::path Zip(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::filesystem::path path = folder_.path() / "bundle.zip";
    WriteZip(path, entries);
    return path;
  }

  TemporaryFolder folder_;
  Kept kept_;
};

TEST_F(ZippedBundle, IsReadLikeAFolder) {
  Kept from_folder;
  ASSERT_EQ(ReadFiles(SmallBundle(), from_folder), "");
  ASSERT_EQ(ReadBundle(Zip(Below("", SmallBundle())), kept_), "");
  EXPECT_EQ(kept_.results, from_folder.results);
  EXPECT_EQ(kept_.line_items, from_folder.line_items);
  EXPECT_EQ(kept_.users, from_folder.users);
  EXPECT_THAT(kept_.Where(), IsEmpty());
}

TEST_F(ZippedBundle, MayLieDeepBelowOtherFolders) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "level" + std::to_string(i) + "/";
  ASSERT_EQ(ReadBundle(Zip(Below(deep, SmallBundle())), kept_), "");
  EXPECT_EQ(kept_.results.size(), 3u);
}

TEST_F(ZippedBundle, IsTheTopmostOfSeveral) {
  Files old = SmallBundle();
  Replace(old["results.csv"], "r1,", "old,");
  auto entries = Below("a/b/", old);
  for (auto& entry : Below("a_longer_name/", SmallBundle())) entries.push_back(entry);
  entries.emplace_back("__MACOSX/._manifest.csv", "junk");
  ASSERT_EQ(ReadBundle(Zip(entries), kept_), "");
  EXPECT_THAT(IdsOf(kept_.results), ElementsAre("r1", "r2", "r3"));
}

TEST_F(ZippedBundle, TakesNoFileFromAbove) {
  EXPECT_EQ(ReadBundle(Zip(Below("../", SmallBundle())), kept_), "MANIFEST_MISSING");
  EXPECT_EQ(ReadBundle(Zip(Below("/", SmallBundle())), kept_), "MANIFEST_MISSING");
  EXPECT_EQ(ReadBundle(Zip(Below("in/../../", SmallBundle())), kept_), "MANIFEST_MISSING");
}

TEST_F(ZippedBundle, WritesNothingAnywhere) {
  auto entries = Below("", SmallBundle());
  entries.emplace_back("../escaped.csv", "x");
  ASSERT_EQ(ReadBundle(Zip(entries), kept_), "");
  EXPECT_EQ(kept_.results.size(), 3u);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "../escaped.csv"));
  EXPECT_FALSE(std::filesystem::exists("../escaped.csv"));
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    left.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(left, ElementsAre("bundle.zip"));
}

TEST_F(ZippedBundle, IsRefusedWhenItUnpacksToFarMoreThanItIs) {
  Files files = SmallBundle();
  for (int i = 0; i < 100'000; ++i) files["users.csv"] += "\r\n\r\n\r\n";
  std::filesystem::path path = Zip(Below("", files));
  ASSERT_GT(files["users.csv"].size(), 100 * std::filesystem::file_size(path));
  BundleLimits limits;
  limits.unpacked_ratio = 100;
  limits.ratio_from_bytes = 10'000;
  EXPECT_EQ(ReadBundle(path, kept_, limits), "UNPACKED_TOO_LARGE");
  EXPECT_THAT(kept_.results, IsEmpty());
  // A small bundle may be packed as well as it can.
  Kept again;
  EXPECT_EQ(ReadBundle(path, again), "");
}

TEST_F(ZippedBundle, IsRefusedWhenAFileIsTooLarge) {
  Files files = SmallBundle();
  for (int i = 0; i < 1'000; ++i) files["users.csv"] += "x" + std::to_string(i) + ",\n";
  BundleLimits limits;
  limits.unpacked_bytes = 5'000;
  EXPECT_EQ(ReadBundle(Zip(Below("", files)), kept_, limits), "UNPACKED_TOO_LARGE");
}

TEST_F(ZippedBundle, IsRefusedWhenItHasTooManyEntries) {
  auto entries = Below("", SmallBundle());
  for (int i = 0; i < 20; ++i) entries.emplace_back("../" + std::to_string(i), "");
  BundleLimits limits;
  limits.archive_entries = 20;
  EXPECT_EQ(ReadBundle(Zip(entries), kept_, limits), "TOO_MANY_ARCHIVE_ENTRIES");
}

TEST_F(ZippedBundle, IsRefusedWhenItIsNoZipOrATornOne) {
  WriteFolder(folder_.path(), {{"text.zip", "sourcedId,name\n"}, {"nothing.zip", ""}});
  EXPECT_NE(ReadBundle(folder_.path() / "text.zip", kept_), "");
  EXPECT_NE(ReadBundle(folder_.path() / "nothing.zip", kept_), "");

  // Cut anywhere, it is refused: never half a bundle, never a crash.
  std::filesystem::path path = Zip(Below("", SmallBundle()));
  for (auto size = std::filesystem::file_size(path); size > 40; size -= 40) {
    std::filesystem::resize_file(path, size - 40);
    EXPECT_NE(ReadBundle(path, kept_), "") << size;
  }
}

TEST_F(ZippedBundle, IsRefusedWhenItsBytesAreDamaged) {
  Files files = SmallBundle();
  for (int i = 0; i < 1'000; ++i) files["users.csv"] += "x" + std::to_string(i * 7919) + ",\n";
  std::filesystem::path path = Zip(Below("", files));
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  bytes[bytes.find("users.csv") + 1'000] ^= 0x5a;
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(ReadBundle(path, kept_), "ARCHIVE_BROKEN");
}

}  // namespace
}  // namespace throughline::oneroster
