// Of two pseudonyms that a student got while a key was being replaced one counts, at everybody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "identities/district_keys.h"
#include "identities/stepped_store.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

constexpr int kStudent = 7;

class VaultOrderTest : public testing::Test {
 protected:
  VaultOrderTest() { Must(OpenedOn(store_)->Enter("d1", NamedOf(0, 2), kDay)); }

  // As a process does that ends after the first step of a rotation.
  void BeginRotation() {
    const std::string stored = Must(store_.Keys()).front().second;
    const auto keys = Must(UnwrappedKeys::Unwrap("d1", stored, SecretOf(7)));
    Must(store_.ReplaceKeys(
        "d1", stored,
        WithNewerKey("d1", keys, {}, SecretOf(7), [](unsigned char* to, size_t bytes) {
          std::fill_n(to, bytes, static_cast<unsigned char>(1));
        })));
  }
  static std::string Entered(Vault& vault) {
    return Must(vault.Enter("d1", NamedOf(kStudent, kStudent + 1), kDay)).front();
  }
  bool HasRecord(const std::string& pseudonym) {
    bool has = false;
    for (const StoredIdentity& record : Must(store_.Read(0, 1000))) {
      if (record.key.ends_with(pseudonym)) has = record.value.has_value();
    }
    return has;
  }

  MemoryIdentityStore store_;
};

TEST_F(VaultOrderTest, WhoComesSecondTakesItsOwnAway) {
  SteppedStore stepped(store_);
  auto quick = OpenedOn(store_), slow = OpenedOn(stepped);
  std::string first;
  stepped.before_put = [&](int put, const auto&) {
    if (put > 1) return;
    BeginRotation();
    first = Entered(*quick);
  };
  const std::string own = Must(slow->In("d1"))->Of(IdOf(kStudent));
  EXPECT_EQ(Entered(*slow), first);
  EXPECT_NE(own, first) << "each derived it with another key";
  EXPECT_FALSE(HasRecord(own));
  EXPECT_EQ(Entered(*OpenedOn(store_)), first);
}

TEST_F(VaultOrderTest, TheFirstIsStillTheFirstWhenItsRecordWasWrittenAnew) {
  SteppedStore of_slow(store_), of_rotating(store_);
  of_slow.shown_keys = Must(store_.Keys());
  BeginRotation();
  auto slow = OpenedOn(of_slow);
  // It has found nobody under the student's id, and ends when it has put its record, later.
  std::vector<StoredIdentity> second;
  {
    // Opened before, so that it does not finish the rotation.
    SteppedStore old(store_);
    old.shown_keys = of_slow.shown_keys;
    auto quick = OpenedOn(old);
    old.shown_keys.reset();
    old.before_put = [&](int, const auto& records) {
      second = records;
      old.crash_at = old.steps;
    };
    EXPECT_FALSE(quick->Enter("d1", NamedOf(kStudent, kStudent + 1), kDay));
  }
  ASSERT_EQ(second.size(), 1u);
  const std::string first = Entered(*slow);
  // The rotation seals the first record anew; the second comes before that.
  const std::string other = second.front().key.substr(std::string("d1/").size());
  EXPECT_NE(first, other);
  bool came_second = false;
  of_rotating.before_put = [&](int put, const auto&) {
    if (put != 2) return;
    Must(store_.Put(second));
    came_second = HasRecord(other);
  };
  auto rotating = OpenedOn(of_rotating);
  EXPECT_TRUE(came_second);
  EXPECT_FALSE(HasRecord(other)) << "what counts for nothing is cleared away";
  auto late = OpenedOn(store_);
  EXPECT_EQ(Entered(*late), first);
  EXPECT_EQ(Entered(*rotating), first);
  Must(late->Rotate("d1"));
  EXPECT_EQ(Entered(*OpenedOn(store_)), first);
}

}  // namespace
}  // namespace throughline::identities
