// What is left of who was erased: nothing, whenever the process ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "identities/stepped_store.h"
#include "identities/vault_attack.h"
#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::map<std::string, std::set<std::string>> Attack(IdentityStore& store, int students) {
  return identities::Attack(store, students, SecretOf(7));
}

TEST(Erasure, LeavesNothingThatLeadsBackToAnErasedStudent) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, 20), kDay));
  Must(vault->Enter("d1", {{IdOf(3), "Another name"}}, kDay));
  EXPECT_THAT(Attack(store, 20), SizeIs(20)) << "the attack finds whoever is on record";
  const Erased erased = Must(vault->Erase("d1", {pseudonyms[3], pseudonyms[5], "nobody"}));
  EXPECT_EQ(erased.students, 2);
  EXPECT_EQ(erased.destroyed_key, 1);
  auto found = Attack(store, 20);
  EXPECT_THAT(found, SizeIs(18));
  EXPECT_FALSE(found.contains(IdOf(3)) || found.contains(IdOf(5)));
  for (size_t i = 0; i < pseudonyms.size(); ++i) {
    EXPECT_EQ(StudentBehind(*vault, pseudonyms[i]),
              i == 3 || i == 5 ? "" : IdOf(static_cast<int>(i)));
  }
}

TEST(Erasure, AStudentWhoComesAgainIsSomebodyNew) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store), other = OpenedOn(store);
  const auto before = Must(vault->Enter("d1", NamedOf(0, 3), kDay));
  Must(vault->Erase("d1", {before[1]}));
  const auto after = Must(other->Enter("d1", NamedOf(0, 3), kDay));
  EXPECT_EQ(after[0], before[0]);
  EXPECT_NE(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]);
  EXPECT_EQ(Must(vault->In("d1"))->Of(IdOf(1)), after[1]);
  EXPECT_EQ(StudentBehind(*vault, before[1]), "");
}

TEST(Erasure, IsKnownByThoseWhoAreNotOnRecord) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto before = Must(vault->Enter("d1", NamedOf(0, 3), kDay));
  EXPECT_FALSE(Must(vault->In("d1"))->had_another_key());
  EXPECT_TRUE(Must(vault->In("d1"))->IsOnRecord(before[1]));
  Must(vault->Erase("d1", {before[1]}));
  EXPECT_TRUE(Must(vault->In("d1"))->had_another_key());
  EXPECT_TRUE(Must(vault->In("d1"))->IsOnRecord(before[0]));
  EXPECT_FALSE(Must(vault->In("d1"))->IsOnRecord(before[1]));
}

TEST(Erasure, OfNobodyDestroysNothing) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  Must(vault->Enter("d1", NamedOf(0, 3), kDay));
  const auto keys = Must(store.Keys());
  EXPECT_EQ(Must(vault->Erase("d1", {"nobody"})).students, 0);
  EXPECT_EQ(Must(store.Keys()), keys);
}

TEST(Erasure, OfOneDistrictLeavesTheOthersAlone) {
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto here = Must(vault->Enter("d1", NamedOf(0, 3), kDay));
  const auto there = Must(vault->Enter("d2", NamedOf(0, 3), kDay));
  const std::string sealed = Must(vault->Seal("d2", "about", "text"));
  Must(vault->Erase("d1", {here[0]}));
  EXPECT_EQ(Must(vault->Enter("d2", NamedOf(0, 3), kDay)), there);
  EXPECT_EQ(vault->Open("d2", "about", sealed), "text");
}

TEST(Erasure, IsCompleteWhereverTheProcessEnded) {
  for (const bool done : {false, true}) {
    bool crashed = true;
    for (int at = 0; crashed; ++at) {
      MemoryIdentityStore store;
      const auto pseudonyms = Must(OpenedOn(store)->Enter("d1", NamedOf(0, 6), kDay));
      const Ring before = Must(store.Keys());
      {
        SteppedStore ends(store);
        auto vault = OpenedOn(ends);
        ends.crash_at = ends.steps + at;
        ends.done_when_crashed = done;
        crashed = !vault->Erase("d1", {pseudonyms[2]}, "who asked for it");
      }
      const bool begun = Must(store.Keys()) != before;
      auto vault = OpenedOn(store);
      const auto noted = Must(vault->Unacknowledged("d1"));
      ASSERT_EQ(noted.size(), begun ? 1 : 0) << at;
      if (begun) {
        EXPECT_EQ(noted[0].about, "who asked for it");
        EXPECT_EQ(noted[0].students, 1);
        EXPECT_EQ(noted[0].destroyed_key, 1);
      }
      Must(vault->Acknowledge("d1", "who asked for it"));
      EXPECT_THAT(Must(OpenedOn(store)->Unacknowledged("d1")), SizeIs(0)) << at;
      EXPECT_EQ(StudentBehind(*vault, pseudonyms[2]), begun ? "" : IdOf(2)) << at;
      EXPECT_EQ(Attack(store, 6).contains(IdOf(2)), !begun) << at;
      Must(vault->Erase("d1", {pseudonyms[2]}));
      EXPECT_FALSE(Attack(store, 6).contains(IdOf(2))) << at;
      const auto again = Must(vault->Enter("d1", NamedOf(0, 6), kDay));
      for (size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i] == pseudonyms[i], i != 2) << at;
      EXPECT_THAT(Attack(store, 6), SizeIs(6)) << at;
    }
  }
}

TEST(Erasure, ARotationIsCompleteWhereverTheProcessEnded) {
  bool crashed = true;
  for (int at = 0; crashed; ++at) {
    MemoryIdentityStore store;
    const auto pseudonyms = Must(OpenedOn(store)->Enter("d1", NamedOf(0, 6), kDay));
    {
      SteppedStore ends(store);
      auto vault = OpenedOn(ends);
      ends.crash_at = ends.steps + at;
      crashed = !vault->Rotate("d1");
    }
    EXPECT_EQ(Must(OpenedOn(store)->Enter("d1", NamedOf(0, 6), kDay)), pseudonyms) << at;
  }
}

// By a process that was there before: a client asks it again when the one that began has ended.
TEST(Erasure, WhatAnotherProcessHasBegunIsDoneBeforeAnythingIsSaidOfIt) {
  for (const bool asks_again : {false, true}) {
    MemoryIdentityStore store;
    const auto pseudonyms = Must(OpenedOn(store)->Enter("d1", NamedOf(0, 6), kDay));
    auto vault = OpenedOn(store);
    const auto before = Must(store.Keys());
    for (int at = 0; Must(store.Keys()) == before; ++at) {
      SteppedStore ends(store);
      auto other = OpenedOn(ends);
      ends.crash_at = ends.steps + at;
      ASSERT_FALSE(other->Erase("d1", {pseudonyms[2]}, "who asked for it"));
    }
    ASSERT_TRUE(Attack(store, 6).contains(IdOf(2))) << "it has begun, and is not done";
    if (asks_again) {
      EXPECT_EQ(Must(vault->Erase("d1", {pseudonyms[2]}, "who asked for it")).students, 0);
      EXPECT_FALSE(Attack(store, 6).contains(IdOf(2)));
    }
    const auto noted = Must(vault->Unacknowledged("d1"));
    EXPECT_FALSE(Attack(store, 6).contains(IdOf(2)));
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted[0].students, 1);
  }
}

TEST(Erasure, SeveralAtOnceComeToOneEnd) {
  MemoryIdentityStore store;
  auto one = OpenedOn(store), other = OpenedOn(store);
  const auto pseudonyms = Must(one->Enter("d1", NamedOf(0, 12), kDay));
  std::vector<std::thread> threads;
  std::atomic<int> erased{0};
  for (size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      Vault& vault = i % 2 == 0 ? *one : *other;
      erased += Must(vault.Erase("d1", {pseudonyms[i]})).students;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(erased, 8);
  EXPECT_THAT(Attack(store, 12), SizeIs(4));
}

// One vault replaces the key, begins to replace it again and ends, at some step of what the other
// does. What it has begun is not over until everybody is sealed anew.
TEST(Erasure, NobodyIsLostWhenAnotherProcessEndsInTheMiddleOfTheNextOne) {
  for (int at = 0; at < 16; ++at) {
    for (int ends_at = 0; ends_at < 24; ++ends_at) {
      MemoryIdentityStore store;
      SteppedStore stepped(store), ending(store);
      auto one = OpenedOn(stepped);
      const auto pseudonyms = Must(one->Enter("d1", NamedOf(0, 4), kDay));
      auto other = OpenedOn(ending);
      const int first = stepped.steps + at;
      stepped.before = [&](int step) {
        if (step != first) return;
        ending.crash_at = ending.steps + ends_at;
        if (other->Rotate("d1")) static_cast<void>(other->Rotate("d1"));
      };
      Must(one->Erase("d1", {pseudonyms[0]}));
      stepped.before = nullptr;
      for (const bool is_compacted : {false, true}) {
        if (is_compacted) store.Compact();
        auto third = OpenedOn(store);
        EXPECT_EQ(StudentBehind(*third, pseudonyms[0]), "") << at << ' ' << ends_at;
        for (int i = 1; i < 4; ++i) {
          EXPECT_EQ(StudentBehind(*third, pseudonyms[i]), IdOf(i)) << at << ' ' << ends_at;
        }
      }
    }
  }
}

// One vault does something in the middle of what the other does.
RC_GTEST_PROP(Erasure, WhatAnotherProcessDoesInBetweenChangesNothing, ()) {
  MemoryIdentityStore store;
  SteppedStore stepped(store);
  auto one = OpenedOn(stepped), other = OpenedOn(store);
  const auto first = Must(one->Enter("d1", NamedOf(0, 4), kDay));
  std::set<std::string> erased;
  std::map<std::string, std::string> known;
  const auto erase = [&](Vault& vault, size_t student) {
    Must(vault.Erase("d1", {first[student]}));
    erased.insert(first[student]);
  };
  const auto enter = [&](Vault& vault, int from, int to) {
    const auto named = NamedOf(from, to);
    return std::pair(named, Must(vault.Enter("d1", named, kDay + 40)));
  };
  const int at = *rc::gen::inRange(0, 25);
  const int there = *rc::gen::inRange(0, 5);
  const int here = *rc::gen::inRange(0, 3);
  bool is_inside = false;
  stepped.steps = 0;
  stepped.before = [&](int step) {
    if (is_inside || step != at) return;
    is_inside = true;
    if (there == 0) Must(other->Rotate("d1"));
    if (there == 1) erase(*other, 0);
    if (there == 2) enter(*other, 2, 8);
    if (there == 3) erase(*other, 1), enter(*other, 0, 8);
    if (there == 4) enter(*other, 2, 8), erase(*other, 3), Must(other->Rotate("d1"));
  };
  if (here == 0) Must(one->Rotate("d1"));
  if (here == 1) erase(*one, 1);
  if (here == 2) enter(*one, 0, 8);
  const auto [named, pseudonyms] = enter(*one, 0, 8);
  stepped.before = nullptr;
  const auto third = OpenedOn(store);
  for (Vault* vault : {one.get(), other.get(), third.get()}) {
    RC_ASSERT(enter(*vault, 0, 8).second == pseudonyms);
    for (size_t i = 0; i < pseudonyms.size(); ++i) {
      RC_ASSERT(StudentBehind(*vault, pseudonyms[i]) == IdOf(static_cast<int>(i)));
      RC_ASSERT(!erased.contains(pseudonyms[i]));
      if (i < first.size() && !erased.contains(first[i])) RC_ASSERT(first[i] == pseudonyms[i]);
    }
  }
  for (const auto& [student, theirs] : Attack(store, 8)) {
    for (const std::string& pseudonym : theirs) RC_ASSERT(!erased.contains(pseudonym));
  }
  store.Compact();
  RC_ASSERT(enter(*OpenedOn(store), 0, 8).second == pseudonyms);
}

TEST(Erasure, OfOneInALargeDistrictTakesASecond) {
#ifdef NDEBUG
  constexpr int kStudents = 100'000;
#else
  constexpr int kStudents = 10'000;  // with sanitizers each costs ten times as much
#endif
  std::clock_t from = std::clock();
  const auto ms_of_cpu = [&from] {
    const auto ms = 1000 * (std::clock() - from) / CLOCKS_PER_SEC;
    from = std::clock();
    return ms;
  };
  MemoryIdentityStore store;
  auto vault = OpenedOn(store);
  const auto pseudonyms = Must(vault->Enter("d1", NamedOf(0, kStudents), kDay));
  std::cout << kStudents << " students entered in " << ms_of_cpu() << " ms of CPU";
  auto again = OpenedOn(store);
  std::cout << ", opened in " << ms_of_cpu() << " ms";
  Must(again->Erase("d1", {pseudonyms[17]}));
  const auto erased_in = ms_of_cpu();
  std::cout << ", one erased in " << erased_in << " ms\n";
  EXPECT_LT(erased_in, 10'000);
  EXPECT_EQ(StudentBehind(*vault, pseudonyms[17]), "");
  EXPECT_EQ(StudentBehind(*vault, pseudonyms[18]), IdOf(18));
}

}  // namespace
}  // namespace throughline::identities
