#include "identities/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "identities/district_keys.h"
#include "identities/stepped_store.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Vault, APseudonymIsTheSameBeforeAndAfterAStudentIsOnRecordAndAfterARestart) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const std::string before = Must(vault->In("d1"))->Of("S-1");
  EXPECT_THAT(before, testing::MatchesRegex("[a-z2-7]{26}"));
  EXPECT_THAT(Must(vault->Enter("d1", {{"S-1", "Ada"}}, kDay)), ElementsAre(before));
  EXPECT_EQ(Must(vault->In("d1"))->Of("S-1"), before);
  auto again = OpenedOn(store);
  EXPECT_EQ(Must(again->In("d1"))->Of("S-1"), before);
  EXPECT_EQ(Must(again->Find("d1", before))->display_name(), "Ada");
  EXPECT_EQ(Must(again->PseudonymOnRecord("d1", "S-1")), before);
}

TEST(Vault, DistrictsAndInstallationsHaveNoPseudonymInCommon) {
  MemoryIdentityStore store, of_others;
  auto vault = OpenedOn(store), other = OpenedOn(of_others);
  const std::string here = Must(vault->In("d1"))->Of("S-1");
  EXPECT_NE(here, Must(vault->In("d2"))->Of("S-1"));
  EXPECT_NE(here, Must(other->In("d1"))->Of("S-1")) << "with the same secret of the installation";
}

TEST(Vault, NobodyIsFoundWhoIsNotOnRecord) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  EXPECT_EQ(Must(vault->Find("d1", Must(vault->In("d1"))->Of("S-1"))), std::nullopt);
  EXPECT_EQ(Must(vault->PseudonymOnRecord("d1", "S-1")), std::nullopt);
  EXPECT_THAT(Must(vault->GoneSince("d1", kDay)), IsEmpty());
}

TEST(Vault, OnlyWhatDiffersIsWritten) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  Must(vault->Enter("d1", NamedOf(0, 10), kDay));
  const int64_t written = Must(store.End());
  Must(vault->Enter("d1", NamedOf(0, 10), kDay + 29));
  Must(vault->Enter("d1", {{IdOf(3), ""}}, kDay));
  EXPECT_EQ(Must(store.End()), written);
  const auto renamed = Must(vault->Enter("d1", {{IdOf(3), "Grace"}}, kDay));
  EXPECT_EQ(Must(store.End()), written + 1);
  EXPECT_EQ(Must(vault->Find("d1", renamed[0]))->display_name(), "Grace");
  Must(vault->Enter("d1", NamedOf(4, 5), kDay + 30));
  EXPECT_EQ(Must(store.End()), written + 2);
}

TEST(Vault, AStudentWhoIsNamedTwiceAtOnceIsOnRecordOnce) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto both = Must(vault->Enter("d1", {{"S-1", "Ada"}, {"S-1", ""}}, kDay));
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_EQ(both[0], both[1]);
  EXPECT_EQ(Must(store.End()), 1);
  EXPECT_EQ(Must(vault->Find("d1", both[0]))->display_name(), "Ada");
}

TEST(Vault, NobodyWaitsWhileStudentsArePutOnRecord) {
  MemoryIdentityStore store;
  SteppedStore slow(store);
  auto vault = OpenedOn(slow);
  const std::string elsewhere = Must(vault->Enter("d2", NamedOf(0, 1), kDay)).front();
  std::vector<std::string> meanwhile;
  slow.before_put = [&](int put, const auto&) {
    if (put != 1) return;
    std::thread others([&] {
      meanwhile = Must(vault->Enter("d1", NamedOf(3, 8), kDay));
      EXPECT_EQ(Must(vault->In("d1"))->Of(IdOf(4)), meanwhile[1]);
      EXPECT_EQ(Must(vault->Erase("d1", {meanwhile[0]})).students, 1);
      EXPECT_EQ(Must(vault->Erase("d2", {elsewhere})).students, 1);
    });
    others.join();
  };
  const auto entered = Must(vault->Enter("d1", NamedOf(0, 5), kDay));
  EXPECT_NE(entered[3], meanwhile[0]) << "erased, and then entered by whoever was slower";
  EXPECT_EQ(entered[4], meanwhile[1]);
  const auto again = OpenedOn(store);
  for (Vault* one : {vault.get(), again.get()}) {
    EXPECT_EQ(Must(one->Enter("d1", NamedOf(0, 5), kDay)), entered);
    EXPECT_EQ(StudentBehind(*one, meanwhile[0]), "");
    EXPECT_EQ(StudentBehind(*one, meanwhile[4]), IdOf(7));
  }
}

TEST(Vault, WhoNoRosterHasHadSinceIsSaid) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto gone = Must(vault->Enter("d1", {{"S-1", ""}}, kDay));
  Must(vault->Enter("d1", {{"S-2", ""}}, kDay + 100));
  EXPECT_THAT(Must(vault->GoneSince("d1", kDay + 1)), ElementsAre(gone[0]));
  EXPECT_THAT(Must(vault->GoneSince("d1", kDay)), IsEmpty());
  EXPECT_THAT(Must(vault->GoneSince("d1", kDay + 101)), SizeIs(2));
}

TEST(Vault, ARotationKeepsEveryPseudonymAndName) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store), other = OpenedOn(store);
  const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, 10), kDay));
  Must(vault->Rotate("d1"));
  Must(other->Rotate("d1"));
  const auto third = OpenedOn(store);
  for (Vault* one : {vault.get(), other.get(), third.get()}) {
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(Must(one->In("d1"))->Of(IdOf(i)), pseudonyms[static_cast<size_t>(i)]);
      EXPECT_EQ(StudentBehind(*one, pseudonyms[static_cast<size_t>(i)]), IdOf(i));
    }
    EXPECT_EQ(Must(one->Enter("d1", NamedOf(0, 10), kDay)), pseudonyms);
  }
}

TEST(Vault, TextsAreOpenedUntilTheKeyIsReplaced) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const std::string sealed = Must(vault->Seal("d1", "result/1", "as it came"));
  EXPECT_EQ(sealed.find("as it came"), std::string::npos);
  EXPECT_EQ(vault->Open("d1", "result/1", sealed), "as it came");
  EXPECT_EQ(vault->Open("d1", "result/2", sealed), std::nullopt);
  EXPECT_EQ(vault->Open("d2", "result/1", sealed), std::nullopt);
  EXPECT_EQ(vault->Open("d1", "result/1", sealed.substr(0, 3)), std::nullopt);
  Must(vault->Rotate("d1"));
  EXPECT_EQ(vault->Open("d1", "result/1", sealed), std::nullopt);
}

TEST(Vault, StudentsOfBeforeKeepTheirPseudonymsAndLaterOnesAreNewAfterARotation) {
  MemoryIdentityStore store;
  const VaultOptions options{.had_students = [](std::string_view) { return true; }};
  auto vault = OpenedOn(store, options);
  const DataKey of_before(0, KeyOfBefore(SecretOf(7), "d1"));
  const std::string before = of_before.PseudonymOf("S-1");
  EXPECT_EQ(Must(vault->In("d1"))->Of("S-1"), before);
  EXPECT_EQ(Must(vault->In("d1"))->naming().ids, NamingKeysFrom(SecretOf(7), "d1").ids);
  EXPECT_THAT(Must(vault->Enter("d1", {{"S-1", "Ada"}}, kDay)), ElementsAre(before));
  Must(vault->Rotate("d1"));
  auto again = OpenedOn(store, options);
  EXPECT_EQ(Must(again->In("d1"))->Of("S-1"), before);
  EXPECT_EQ(StudentBehind(*again, before), "S-1");
  EXPECT_NE(Must(again->In("d1"))->Of("S-2"), of_before.PseudonymOf("S-2"));
}

TEST(Vault, TheNamingKeysOfADistrictStayTheSame) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto ids = Must(vault->In("d1"))->naming().ids;
  Must(vault->Rotate("d1"));
  EXPECT_EQ(Must(OpenedOn(store)->In("d1"))->naming().ids, ids);
  EXPECT_NE(Must(vault->In("d2"))->naming().ids, ids);
  EXPECT_NE(NamingKeysFrom(SecretOf(7), "d1").ids, ids) << "it does not follow from the secret";
}

TEST(Vault, IsNotOpenedWithoutItsKeysNorWithOlderOnesNorWithAnotherSecret) {
  MemoryIdentityStore store;
  SteppedStore forgetful(store);
  forgetful.shown_keys.emplace();
  auto vault = OpenedOn(store);
  Must(vault->Enter("d1", NamedOf(0, 3), kDay));
  const auto older = Must(store.Keys());
  const auto refused = [&] {
    const auto opened = OpenVault(forgetful, SecretOf(7));
    return opened ? "" : opened.error().reason;
  };
  EXPECT_EQ(refused(), "KEY_RING_LOST");
  forgetful.shown_keys = older;
  EXPECT_EQ(refused(), "");
  Must(vault->Rotate("d1"));
  EXPECT_EQ(refused(), "KEY_RING_LOST");
  const auto other = OpenVault(store, SecretOf(8));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "KEY_RING_OTHER");
  EXPECT_THAT(other.error().message, HasSubstr("secret behind pseudonyms"));
}

// Whatever is done by two of them, one after another in any order: a student has one pseudonym
// until erased, and never one of before.
RC_GTEST_PROP(Vault, TwoOnOneStoreAgreeOnEveryPseudonym, ()) {
  MemoryIdentityStore store;
  auto one = OpenedOn(store), other = OpenedOn(store);
  std::map<std::string, std::string> expected;
  std::set<std::string> erased;
  const int steps = *rc::gen::inRange(1, 30);
  for (int step = 0; step < steps; ++step) {
    Vault& vault = *rc::gen::arbitrary<bool>() ? *one : *other;
    const int from = *rc::gen::inRange(0, 8);
    const int action = *rc::gen::inRange(0, 6);
    if (action == 0) Must(vault.Rotate("d1"));
    if (action == 1 && expected.contains(IdOf(from))) {
      RC_ASSERT(Must(vault.Erase("d1", {expected[IdOf(from)]})).students == 1);
      erased.insert(expected[IdOf(from)]);
      expected.erase(IdOf(from));
    }
    if (action == 2) (*rc::gen::arbitrary<bool>() ? one : other) = OpenedOn(store);
    if (action > 2) {
      const auto named = NamedOf(from, from + 3);
      const auto pseudonyms = Must(vault.Enter("d1", named, kDay));
      for (size_t i = 0; i < named.size(); ++i) {
        RC_ASSERT(expected.try_emplace(named[i].student, pseudonyms[i]).first->second ==
                  pseudonyms[i]);
        RC_ASSERT(!erased.contains(pseudonyms[i]));
      }
    }
    for (Vault* each : {one.get(), other.get()}) {
      const auto district = Must(each->In("d1"));
      for (int i = 0; i < 11; ++i) {
        const auto known = expected.find(IdOf(i));
        RC_ASSERT(!erased.contains(district->Of(IdOf(i))));
        if (known == expected.end()) {
          RC_ASSERT(!Must(each->PseudonymOnRecord("d1", IdOf(i))));
        } else {
          RC_ASSERT(district->Of(IdOf(i)) == known->second);
          RC_ASSERT(StudentBehind(*each, known->second) == IdOf(i));
        }
      }
    }
  }
}

}  // namespace
}  // namespace throughline::identities
