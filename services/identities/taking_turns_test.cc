#include "identities/taking_turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "identities/vault_fixture.h"

namespace throughline::identities {
namespace {

TEST(SharedRuns, WhoeverAsksGetsARunThatBeganAfterwards) {
  SharedRuns runs;
  std::atomic<int> written{0};
  std::atomic<int> read{0};
  int runs_done = 0;  // by one at a time, or the sanitizer says so
  const auto work = [&]() -> core::Result<void> {
    ++runs_done;
    read = written.load();
    return {};
  };
  std::vector<std::thread> threads;
  std::atomic<int> late{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const int own = ++written;
        Must(runs.Run(work));
        if (read < own) ++late;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(late, 0);
  EXPECT_LE(runs_done, 800);
}

TEST(SharedRuns, AfterARunThatThrewTheNextOneRuns) {
  SharedRuns runs;
  const auto throws = []() -> core::Result<void> { throw std::runtime_error("no memory"); };
  EXPECT_THROW(static_cast<void>(runs.Run(throws)), std::runtime_error);
  EXPECT_TRUE(runs.Run([]() -> core::Result<void> { return {}; }));
}

TEST(Turns, AreOneAtATimeOfEachName) {
  Turns turns;
  int shared = 0;
  std::vector<std::thread> threads;
  const Turns::Turn of_another(turns, "d2");
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const Turns::Turn turn(turns, "d1");
        ++shared;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared, 400);
}

}  // namespace
}  // namespace throughline::identities
