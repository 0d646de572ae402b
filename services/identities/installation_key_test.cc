// What a new key of the installation leaves of what was made with the one before.
#include "identities/installation_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "identities/stepped_store.h"
#include "identities/vault_attack.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

using testing::SizeIs;

class InstallationKey : public testing::Test {
 protected:
  // A district that was there before the vault, whose roster has come since.
  InstallationKey() {
    vault_ = OpenedOn(store_,
                      {.had_students = [](std::string_view district) { return district == "d1"; }});
    pseudonyms_ = Must(vault_->Enter("d1", NamedOf(0, 6), kDay));
    was_ = Must(vault_->In("d1"))->naming();
  }
  static core::Result<int> Replace(IdentityStore& store, bool leaves_behind = false) {
    return ReplaceInstallationKey(
        store, {.before = SecretOf(7), .next = SecretOf(8), .leaves_behind = leaves_behind});
  }
  std::unique_ptr<Vault> OpenedAnew() { return Must(OpenVault(store_, SecretOf(8))); }

  MemoryIdentityStore store_;
  std::unique_ptr<Vault> vault_;
  std::vector<std::string> pseudonyms_;
  NamingKeys was_;
};

TEST_F(InstallationKey, ThatIsReplacedLeavesNoWayToWhoWasErased) {
  Must(vault_->Erase("d1", {pseudonyms_[3]}));
  EXPECT_THAT(Attack(store_, 6, SecretOf(7)), SizeIs(6)) << "the key of before derives all of them";
  EXPECT_EQ(Must(Replace(store_)), 1);
  const auto found = Attack(store_, 6, SecretOf(8));
  EXPECT_THAT(found, SizeIs(5)) << "those who are on record";
  EXPECT_FALSE(found.contains(IdOf(3)));
  auto vault = OpenedAnew();
  const auto again = Must(vault->Enter("d1", NamedOf(0, 6), kDay));
  for (size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i] == pseudonyms_[i], i != 3) << i;
  const auto before = OpenVault(store_, SecretOf(7));
  ASSERT_FALSE(before);
  EXPECT_EQ(before.error().reason, "KEY_RING_OTHER");
}

TEST_F(InstallationKey, ThatIsReplacedLeavesResultsKnownByTheirIds) {
  Must(vault_->Rotate("d1"));
  const NamingKeys of_new = Must(vault_->In("d2"))->naming();
  for (unsigned char key = 8; key < 10; ++key) {
    Must(ReplaceInstallationKey(store_, {.before = SecretOf(key - 1), .next = SecretOf(key)}));
    auto vault = Must(OpenVault(store_, SecretOf(key)));
    const NamingKeys now = Must(vault->In("d1"))->naming();
    EXPECT_EQ(now.ids, was_.ids);
    EXPECT_EQ(now.marks, was_.marks);
    EXPECT_NE(now.names, was_.names) << "pseudonyms of before follow from it";
    EXPECT_NE(now.texts, was_.texts);
    EXPECT_EQ(Must(vault->In("d2"))->naming().names, of_new.names);
  }
}

TEST_F(InstallationKey, IsNotReplacedWhileStudentsAreFoundByTheOneOfBefore) {
  const auto ring = Must(store_.Keys());
  const auto refused = Replace(store_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "KEY_OF_BEFORE_NEEDED");
  EXPECT_EQ(Must(store_.Keys()), ring);
  const std::string unknown = Must(vault_->In("d1"))->Of(IdOf(9));
  Must(Replace(store_, true));
  auto vault = OpenedAnew();
  EXPECT_EQ(Must(vault->Enter("d1", NamedOf(0, 6), kDay)), pseudonyms_);
  EXPECT_NE(Must(vault->In("d1"))->Of(IdOf(9)), unknown) << "who was left behind is somebody new";
}

TEST_F(InstallationKey, IsReplacedByDoingItAgainWhereverTheProcessEnded) {
  bool crashed = true;
  for (int at = 0; crashed; ++at) {
    MemoryIdentityStore store;
    auto vault = OpenedOn(
        store, {.had_students = [](std::string_view district) { return district == "d1"; }});
    const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, 6), kDay));
    Must(vault->In("d2"));
    SteppedStore ends(store);
    ends.crash_at = at;
    ends.done_when_crashed = at % 2 == 0;
    crashed = !Replace(ends, true);
    EXPECT_EQ(Must(Replace(store, true)), 2) << at;
    vault = Must(OpenVault(store, SecretOf(8)));
    EXPECT_EQ(Must(vault->Enter("d1", NamedOf(0, 6), kDay)), pseudonyms) << at;
  }
}

}  // namespace
}  // namespace throughline::identities
