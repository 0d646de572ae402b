#include "identities/embedded/identity_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "identities/district_keys.h"
#include "identities/embedded/embedded_store.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class IdentityFilesTest : public testing::Test {
 protected:
  IdentityFilesTest() {
    std::string name = (fs::temp_directory_path() / "identities.XXXXXX").string();
    directory_ = mkdtemp(name.data());
    fs::create_directories(data_ = directory_ / "data");
    copy_ = directory_ / "copy.db";
    std::ofstream(copy_).flush();
  }
  ~IdentityFilesTest() override { fs::remove_all(directory_); }

  std::unique_ptr<EmbeddedIdentityStore> Store() {
    return Must(EmbeddedIdentityStore::Open(data_));
  }
  std::string WhyNotOpened() {
    const auto store = EmbeddedIdentityStore::Open(data_);
    return store ? "" : store.error().reason;
  }
  static std::string BytesOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t ModeOf(const fs::path& file) {
    struct stat status {};
    return stat(file.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }
  CheckedIdentities Checked(const KeyRing& ring) {
    return Must(CheckIdentities(copy_, ring, SecretOf(7)));
  }

  fs::path directory_, data_, copy_;
};

TEST_F(IdentityFilesTest, WhatWasPutIsThereAgainAndItsOwnersAlone) {
  std::vector<std::string> pseudonyms;
  {
    auto store = Store();
    pseudonyms = Must(OpenedOn(*store)->Enter("d1", NamedOf(0, 5), kDay));
    for (const char* name : {"identities.db", "identities.db-wal", "identities.keys"}) {
      EXPECT_EQ(ModeOf(data_ / name), 0600) << name;
    }
    EXPECT_EQ(WhyNotOpened(), "IDENTITIES_UNAVAILABLE") << "one process at a time";
  }
  auto store = Store();
  EXPECT_EQ(Must(OpenedOn(*store)->Enter("d1", NamedOf(0, 5), kDay)), pseudonyms);
}

TEST_F(IdentityFilesTest, AfterAnErasureNoFileHasTheOldKeyOrTheStudentsRecord) {
  auto store = Store();
  auto vault = OpenedOn(*store);
  const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, 5), kDay));
  const std::string old_ring = Must(store->Keys()).front().second;
  v1::DistrictKeys old_keys;
  ASSERT_TRUE(old_keys.ParseFromString(old_ring));
  v1::SealedIdentity record;
  for (const StoredIdentity& one : Must(store->Read(0, 100))) {
    if (one.key.ends_with(pseudonyms[2])) record.ParseFromString(*one.value);
  }
  ASSERT_NE(record.sealed(), "");
  Must(vault->Erase("d1", {pseudonyms[2]}));
  for (const auto& file : fs::directory_iterator(data_)) {
    const std::string bytes = BytesOf(file);
    EXPECT_EQ(bytes.find(record.sealed()), std::string::npos) << file;
    EXPECT_EQ(bytes.find(old_keys.keys(0).wrapped()), std::string::npos) << file;
  }
}

TEST_F(IdentityFilesTest, RecordsWithoutKeysAndKeysWithoutRecordsAreRefused) {
  Must(OpenedOn(*Store())->Enter("d1", NamedOf(0, 5), kDay));
  fs::rename(data_ / "identities.keys", directory_ / "kept.keys");
  {
    auto store = Store();
    const auto opened = OpenVault(*store, SecretOf(7));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "KEY_RING_LOST");
  }
  fs::rename(directory_ / "kept.keys", data_ / "identities.keys");
  fs::rename(data_ / "identities.db", directory_ / "kept.db");
  EXPECT_EQ(WhyNotOpened(), "IDENTITIES_LOST");
}

TEST_F(IdentityFilesTest, AKeyRingThatIsNotAsItWasWrittenIsRefused) {
  Must(OpenedOn(*Store())->Enter("d1", NamedOf(0, 5), kDay));
  std::string bytes = BytesOf(data_ / "identities.keys");
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(data_ / "identities.keys", std::ios::binary) << bytes;
  EXPECT_EQ(WhyNotOpened(), "KEY_RING_DAMAGED");
}

TEST_F(IdentityFilesTest, ACopyOpensWithTheRingThatCameWithItWhileTheVaultIsInUse) {
  auto store = Store();
  Must(OpenedOn(*store)->Enter("d1", NamedOf(0, 5), kDay));
  const KeyRing ring = Must(CopyIdentities(data_, copy_));
  EXPECT_EQ(Checked(ring).students, 5);
  EXPECT_EQ(Checked(ring).lost, 0);
  EXPECT_EQ(Checked({}).lost, 5);
}

TEST_F(IdentityFilesTest, AnOlderCopyIsLostAfterAnErasure) {
  auto store = Store();
  auto vault = OpenedOn(*store);
  const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, 5), kDay));
  Must(vault->Enter("d2", NamedOf(0, 3), kDay));
  Must(CopyIdentities(data_, copy_));
  Must(vault->Erase("d1", {pseudonyms[0]}));
  const KeyRing ring = Must(ReadKeyRing(data_ / kKeyRingFile));
  EXPECT_EQ(Checked(ring).students, 8);
  EXPECT_EQ(Checked(ring).lost, 5) << "what another district has is as it was";
  EXPECT_EQ(Must(CopyIdentities(data_, copy_)), ring);
  EXPECT_EQ(Checked(ring).students, 7);
  EXPECT_EQ(Checked(ring).lost, 0);
}

TEST_F(IdentityFilesTest, ACopyIsNotMadeWhileKeysAreBeingReplaced) {
  auto store = Store();
  Must(OpenedOn(*store)->Enter("d1", NamedOf(0, 5), kDay));
  const std::string before = Must(store->Keys()).front().second;
  const auto keys = Must(UnwrappedKeys::Unwrap("d1", before, SecretOf(7)));
  Must(store->ReplaceKeys(
      "d1", before, WithNewerKey("d1", keys, {}, SecretOf(7), [](unsigned char* to, size_t n) {
        std::fill_n(to, n, static_cast<unsigned char>(1));
      })));
  const auto copied = CopyIdentities(data_, copy_, std::chrono::milliseconds(0));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().reason, "KEY_RING_BUSY");
  OpenedOn(*store);
  Must(CopyIdentities(data_, copy_));
}

TEST_F(IdentityFilesTest, ADamagedPageIsFound) {
  Must(OpenedOn(*Store())->Enter("d1", NamedOf(0, 5), kDay));
  const KeyRing ring = Must(CopyIdentities(data_, copy_));
  std::string bytes = BytesOf(copy_);
  bytes[bytes.size() - 100] ^= 1;
  std::ofstream(copy_, std::ios::binary) << bytes;
  const auto checked = CheckIdentities(copy_, ring, SecretOf(7));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "IDENTITIES_DAMAGED");
  EXPECT_THAT(checked.error().message, HasSubstr("page"));
}

}  // namespace
}  // namespace throughline::identities
