// The protocol alone, over many schedules: see world.h. Two small deciders make every step cheap,
// so that thousands of schedules fit into a CI run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "runtime/planted_bug.h"
#include "tally.h"
#include "world.h"

namespace throughline::simulation {
namespace {

uint64_t FirstSeed() {
  const char* seed = std::getenv("THROUGHLINE_SEED");
  return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

int Schedules() {
  const char* count = std::getenv("THROUGHLINE_SCHEDULES");
#ifdef NDEBUG
  constexpr int kSchedules = 2000;
#else
  constexpr int kSchedules = 120;  // with sanitizers; the optimized build runs them all
#endif
  return count == nullptr ? kSchedules : std::atoi(count);
}

std::vector<std::pair<size_t, World::Command>> Commands(uint64_t seed) {
  std::mt19937_64 random(seed * 7919);
  std::vector<std::pair<size_t, World::Command>> commands;
  for (int i = 0; i < 40; ++i) {
    auto command = std::make_shared<StringValue>();
    command->set_value("s" + std::to_string(random() % 3) + " " + std::to_string(random() % 5));
    // Now and then an id is used for something else, too.
    const int id = i > 0 && i % 5 == 0 ? i - 1 : i;
    commands.push_back({0, {"request" + std::to_string(id), command}});
  }
  return commands;
}

// Everything that is wrong after the schedule of this seed.
std::vector<std::string> RunSchedule(uint64_t seed) {
  TallyDecider tally;
  EchoDecider echo;
  WorldOptions options;
  options.seed = seed;
  options.start = core::FromMillis(1'000'000'000'000);
  World world({&tally, &echo}, options);
  world.Run(Commands(seed));
  if (!world.Settle()) return {"it does not come to rest: " + world.last_error()};
  std::vector<std::string> wrong = world.Check();
  // Running numbers: school counts are 1, 2, 3 … and echo took each of them once.
  auto tallied = world.EventsOf(0);
  auto echoed = world.EventsOf(1);
  for (size_t p = 0; p < tallied.size(); ++p) {
    int64_t counted = 0, taken = 0;
    for (const auto& packed : tallied[p]) {
      Int64Value one;
      if (packed.envelope().type() != Int64Value::descriptor()->full_name()) continue;
      one.ParseFromString(packed.value());
      if (one.value() != ++counted) wrong.push_back("tally miscounted in " + std::to_string(p));
    }
    for (const auto& packed : echoed[p]) {
      taken += packed.envelope().type() == Int32Value::descriptor()->full_name() ? 1 : 0;
    }
    if (taken != counted) wrong.push_back("echo lost or repeated a fact in " + std::to_string(p));
  }
  return wrong;
}

TEST(Protocol, KeepsItsPromisesUnderEverySchedule) {
  const uint64_t first = FirstSeed();
  for (uint64_t seed = first; seed < first + Schedules(); ++seed) {
    std::vector<std::string> wrong = RunSchedule(seed);
    ASSERT_TRUE(wrong.empty()) << "THROUGHLINE_SEED=" << seed << ": "
                               << testing::PrintToString(wrong);
  }
}

TEST(Protocol, ReplaysASeedExactly) {
  TallyDecider tally;
  EchoDecider echo;
  std::vector<std::string> logs;
  for (int run = 0; run < 2; ++run) {
    WorldOptions options;
    options.seed = 42;
    World world({&tally, &echo}, options);
    world.Run(Commands(42));
    ASSERT_TRUE(world.Settle());
    std::string log;
    for (size_t service = 0; service < 2; ++service) {
      for (const auto& events : world.EventsOf(service)) {
        for (const auto& packed : events) log += packed.DebugString();
      }
    }
    logs.push_back(log);
  }
  EXPECT_EQ(logs[0], logs[1]);
}

#ifdef THROUGHLINE_PLANTED_BUGS
class PlantedBug : public testing::TestWithParam<runtime::Bug> {};

TEST_P(PlantedBug, IsCaught) {
  runtime::planted_bug = GetParam();
  bool caught = false;
  for (uint64_t seed = 1; seed <= 400 && !caught; ++seed) caught = !RunSchedule(seed).empty();
  runtime::planted_bug = runtime::Bug::kNone;
  EXPECT_TRUE(caught);
}

INSTANTIATE_TEST_SUITE_P(
    EachOne, PlantedBug,
    testing::Values(runtime::Bug::kNoGuard, runtime::Bug::kSequenceReused,
                    runtime::Bug::kOutboxForgotten, runtime::Bug::kTailIgnored,
                    runtime::Bug::kPositionsNotRestored, runtime::Bug::kDuplicatesTaken,
                    runtime::Bug::kRowsUnguarded, runtime::Bug::kOutcomesForgotten,
                    runtime::Bug::kDeliveriesNotDeduplicated, runtime::Bug::kHalfDecisionFolded,
                    runtime::Bug::kClockBelieved, runtime::Bug::kChecksumIgnored));
#endif

}  // namespace
}  // namespace throughline::simulation
