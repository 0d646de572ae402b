#include "throughline/identity_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "identities/embedded/embedded_store.h"
#include "identities/vault_fixture.h"
#include "throughline/secret_files.h"

namespace throughline {
namespace {

using identities::EmbeddedIdentityStore;
using identities::kDay;
using identities::Must;
using identities::NamedOf;
using identities::OpenedOn;
using identities::SecretOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class IdentityCopiesTest : public testing::Test {
 protected:
  IdentityCopiesTest() {
    std::string name = (fs::temp_directory_path() / "copies.XXXXXX").string();
    folder_ = mkdtemp(name.data());
    data_ = folder_ / "data";
    keys_ = folder_ / "safe.keys";
    restored_ = folder_ / "restored";
    fs::create_directories(data_);
    AddSecret(data_);
  }
  ~IdentityCopiesTest() override { fs::remove_all(folder_); }

  static void AddSecret(const fs::path& directory) {
    const auto secret = SecretOf(7);
    std::ofstream(directory / kPseudonymsKey, std::ios::binary)
        .write(reinterpret_cast<const char*>(secret.data()), secret.size());
  }
  std::vector<std::string> Enter(const fs::path& directory, int students) {
    auto store = Must(EmbeddedIdentityStore::Open(directory));
    return Must(OpenedOn(*store)->Enter("d1", NamedOf(0, students), kDay));
  }
  void Erase(const std::string& pseudonym) {
    auto store = Must(EmbeddedIdentityStore::Open(data_));
    Must(OpenedOn(*store)->Erase("d1", {pseudonym}));
  }
  std::string BackUp(const std::string& name) {
    const std::string to = folder_ / name;
    auto made = Must(runtime::NewDirectory::Begin(to));
    IdentityBackup backup(keys_);
    Must(backup.CheckKeysFile());
    Must(backup.CopyTo(made, data_));
    Must(made.Finish());
    AddSecret(to);
    Must(backup.KeepKeys());
    return to;
  }
  // Why it was not restored, or empty.
  std::string Restore(const std::string& backup, const IdentityCopyOptions& options) {
    fs::remove_all(restored_);
    auto made = Must(runtime::NewDirectory::Begin(restored_));
    const auto restored = RestoreIdentities(made, backup, options);
    if (!restored) return restored.error().reason;
    Must(made.Finish());
    AddSecret(restored_);
    return "";
  }

  fs::path folder_, data_, keys_, restored_;
};

TEST_F(IdentityCopiesTest, ABackupHasTheRecordsAndNoKeys) {
  Enter(data_, 5);
  const std::string backup = BackUp("monday");
  EXPECT_TRUE(fs::exists(fs::path(backup) / "identities.db"));
  EXPECT_FALSE(fs::exists(fs::path(backup) / "identities.keys"));
  EXPECT_THAT(Must(CheckIdentitiesIn(backup)), HasSubstr("5 students; the keys are not here"));
  EXPECT_THAT(Must(CheckIdentitiesIn(data_)), HasSubstr("5 students; each record opens"));
}

TEST_F(IdentityCopiesTest, ARestoreWithTheKeysKnowsEverybodyAgain) {
  const auto pseudonyms = Enter(data_, 5);
  const std::string backup = BackUp("monday");
  EXPECT_EQ(Restore(backup, {.keys = keys_}), "");
  EXPECT_EQ(Enter(restored_, 5), pseudonyms);
}

TEST_F(IdentityCopiesTest, ARestoreWithoutTheKeysSaysWhatThatMeans) {
  Enter(data_, 5);
  const std::string backup = BackUp("monday");
  EXPECT_EQ(Restore(backup, {}), "IDENTITY_KEYS_NEEDED");
  EXPECT_EQ(Restore(backup, {.keys = folder_ / "nothing"}), "NO_KEY_RING");
}

TEST_F(IdentityCopiesTest, ARestoreWithoutIdentitiesBeginsAnew) {
  const auto pseudonyms = Enter(data_, 5);
  const std::string backup = BackUp("monday");
  EXPECT_EQ(Restore(backup, {.without = true}), "");
  EXPECT_EQ(Must(identities::ReadKeyRing(restored_ / "identities.keys")).size(), 1u);
  const auto anew = Enter(restored_, 5);
  for (size_t i = 0; i < anew.size(); ++i) EXPECT_NE(anew[i], pseudonyms[i]);
}

TEST_F(IdentityCopiesTest, TheOneCopyOfTheKeysIsReplacedOnlyByLaterOnes) {
  const auto pseudonyms = Enter(data_, 5);
  BackUp("monday");
  const auto old = Must(identities::ReadKeyRing(keys_));
  const std::string old_keys = folder_ / "data/identities.keys.old";
  fs::copy_file(data_ / "identities.keys", old_keys);
  Erase(pseudonyms[2]);
  BackUp("tuesday");
  const auto latest = Must(identities::ReadKeyRing(keys_));
  EXPECT_NE(latest, old);
  const auto why_not = [&](const std::string& name) {
    auto made = Must(runtime::NewDirectory::Begin(folder_ / name));
    const auto copied = IdentityBackup(keys_).CopyTo(made, data_);
    return copied ? "" : copied.error().reason;
  };
  fs::copy_file(old_keys, data_ / "identities.keys", fs::copy_options::overwrite_existing);
  EXPECT_EQ(why_not("older"), "IDENTITY_KEYS_NOT_KEPT");
  fs::remove(data_ / "identities.keys");
  EXPECT_EQ(why_not("lost"), "IDENTITY_KEYS_NOT_KEPT");
  EXPECT_EQ(Must(identities::ReadKeyRing(keys_)), latest);
}

TEST_F(IdentityCopiesTest, WhereTheKeysCannotBePutIsSaidBeforeThereIsABackup) {
  Enter(data_, 5);
  const auto why_not = [](const std::string& file) {
    const auto may = IdentityBackup(file).CheckKeysFile();
    return may ? "" : may.error().message;
  };
  EXPECT_EQ(why_not(keys_), "");
  EXPECT_EQ(why_not(""), "");
  EXPECT_THAT(why_not(folder_ / "nowhere/keys"), testing::HasSubstr("there is no directory"));
  EXPECT_THAT(why_not(folder_), testing::HasSubstr("it is no file"));
  std::ofstream(folder_ / "no.keys") << "something else";
  EXPECT_EQ(IdentityBackup(folder_ / "no.keys").CheckKeysFile().error().reason, "KEY_RING_DAMAGED");
}

TEST_F(IdentityCopiesTest, AnOlderBackupBringsNobodyBackAfterAnErasure) {
  const auto pseudonyms = Enter(data_, 5);
  const std::string monday = BackUp("monday");
  Erase(pseudonyms[2]);
  const std::string tuesday = BackUp("tuesday");
  EXPECT_EQ(Restore(monday, {.keys = keys_}), "IDENTITIES_SEALED_OTHERWISE");
  EXPECT_EQ(Restore(monday, {.keys = keys_, .from = tuesday}), "");
  const auto after = Enter(restored_, 5);
  for (size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i] == pseudonyms[i], i != 2) << i;
}

TEST_F(IdentityCopiesTest, AnOlderCopyOfTheKeysIsNoted) {
  const auto pseudonyms = Enter(data_, 5);
  BackUp("monday");
  fs::copy_file(keys_, folder_ / "old.keys");
  Erase(pseudonyms[2]);
  const std::string tuesday = BackUp("tuesday");
  EXPECT_EQ(Restore(tuesday, {.keys = folder_ / "old.keys"}), "IDENTITIES_SEALED_OTHERWISE");
}

TEST_F(IdentityCopiesTest, WhereThereIsNoVaultThereIsNothingToSay) {
  const std::string backup = BackUp("monday");
  EXPECT_FALSE(fs::exists(fs::path(backup) / "identities.db"));
  EXPECT_EQ(Restore(backup, {}), "");
  EXPECT_EQ(Must(CheckIdentitiesIn(data_)), "");
  EXPECT_EQ(Restore(backup, {.keys = keys_, .from = backup}), "NO_IDENTITIES");
}

}  // namespace
}  // namespace throughline
