// The move to another number of partitions, of what the four services recorded under schedules of
// faults (see world.h): there and back, nothing that anybody could ask is answered otherwise.
#include "runtime/repartition/repartition.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "cycles/domain/cycles_decider.h"
#include "district.h"
#include "evidence/domain/evidence_decider.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "runtime/envelope.h"
#include "runtime/event_reader.h"
#include "runtime/moved_records.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/what_if.h"

namespace throughline::simulation {
namespace {

using runtime::FindEvent;
using testing::IsEmpty;
using testing::Not;

constexpr uint64_t kSchedules =
#ifdef NDEBUG
    200;
#else
    8;  // with sanitizers a schedule takes long
#endif

struct Rules {
  plans::PlansDecider plans;
  evidence::EvidenceDecider evidence;
  cycles::CyclesDecider cycles;
  notifications::NotificationsDecider notifications;
  std::vector<const decider::Decider*> All() const {
    return {&plans, &evidence, &cycles, &notifications};
  }
};

// What each row says, by service, table and key; of a common row what each partition says.
using Rows = std::map<std::string, std::set<std::string>>;

bool IsOfTheRuntime(const std::string& table) {
  return table.starts_with("_") && table != "_timer";
}

Rows RowsOf(World& world, const Rules& rules) {
  Rows rows;
  for (const decider::Decider* decider : rules.All()) {
    const std::string service(decider->service());
    for (int32_t p = 0; p < world.partitions(); ++p) {
      for (const auto& [row, value] : world.store().RowsOf({service, p})) {
        if (!IsOfTheRuntime(row.table)) {
          rows[service + " " + row.table + " " + row.key].insert(value);
        }
      }
    }
  }
  return rows;
}

std::vector<std::string> Differences(const Rows& before, const Rows& after) {
  std::vector<std::string> different;
  for (const auto& [row, values] : before) {
    const auto found = after.find(row);
    if (found == after.end()) different.push_back(row + " is gone");
    if (found != after.end() && found->second != values) different.push_back(row + " is another");
  }
  for (const auto& [row, values] : after) {
    if (!before.contains(row)) different.push_back(row + " is new");
  }
  return different;
}

// A world that goes on with what another one recorded.
std::unique_ptr<World> Moved(World& from, int32_t partitions, const Rules& rules) {
  WorldOptions options;
  options.partitions = partitions;
  options.start = from.now();
  auto to = std::make_unique<World>(rules.All(), options);
  const auto moved =
      runtime::Repartition(from.log(), from.store(), to->log(),
                           {.services = rules.All(), .partitions = {from.partitions(), partitions}},
                           [](std::string_view, int64_t) {});
  EXPECT_TRUE(moved) << (moved ? "" : moved.error().message);
  EXPECT_TRUE(to->Settle()) << to->last_error();
  return to;
}

int64_t EventsIn(World& world) {
  int64_t events = 0;
  for (const auto& [place, records] : world.log().Everything()) {
    if (place.topic.starts_with("events.")) events += static_cast<int64_t>(records.size());
  }
  return events;
}

// Every event and command is found by the id that it had first.
void ExpectFound(const World& before, World& after, size_t services) {
  const std::vector<std::string> names{"plans", "evidence", "cycles", "notifications"};
  for (size_t service = 0; service < services; ++service) {
    const auto all = before.EventsOf(service);
    for (size_t p = 0; p < all.size(); ++p) {
      for (const auto& event : all[p]) {
        const std::string id =
            runtime::EventId(names[service], static_cast<int32_t>(p), event.envelope().sequence());
        const auto found = FindEvent(after.log(), id);
        ASSERT_TRUE(found) << id << ", " << event.envelope().type();
        EXPECT_EQ(found->envelope.type(), event.envelope().type()) << id;
        EXPECT_EQ(found->value, event.value()) << id;
        EXPECT_EQ(found->envelope.cause(), event.envelope().cause()) << id;
      }
    }
  }
}

void ExpectCommandsFound(World& before, World& after) {
  for (const auto& [place, records] : before.log().Everything()) {
    if (!place.topic.starts_with("inbox.")) continue;
    for (size_t i = 0; i < records.size(); ++i) {
      const auto envelope = runtime::ParseEnvelope(records[i]);
      if (!envelope || envelope->has_source_partition()) continue;
      const std::string id = runtime::RecordId(place, static_cast<int64_t>(i));
      const auto found = FindEvent(after.log(), id);
      ASSERT_TRUE(found) << id;
      EXPECT_EQ(found->value, records[i].value) << id;
    }
  }
}

std::vector<std::string> AlertsUnder(World& world, const common::v1::Policy& change) {
  const auto answer = AnswerWhatIf(world.log(),
                                   {.district = "d",
                                    .change = change,
                                    .partitions = world.partitions(),
                                    .until = world.now(),
                                    .concealment = nullptr},
                                   [](int64_t) {});
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  std::vector<std::string> alerts;
  if (!answer) return alerts;
  for (const JudgedAlert& one : answer->alerts) {
    alerts.push_back(std::to_string(static_cast<int>(one.fate)) + " " +
                     one.condition.ShortDebugString());
  }
  std::sort(alerts.begin(), alerts.end());
  return alerts;
}

std::unique_ptr<World> Lived(uint64_t seed, int32_t partitions, const Rules& rules,
                             Commands& commands) {
  WorldOptions options;
  options.seed = seed;
  options.partitions = partitions;
  options.steps = 500;
  options.start = *core::ParseInstant("2013-09-12T14:00:00Z");
  options.longest_leap = std::chrono::hours(60);
  auto world = std::make_unique<World>(rules.All(), options);
  commands = FoundDistrict();
  world->Prepare(commands);
  const Commands more = LiveInDistrict(seed);
  world->Run(more);
  commands.insert(commands.end(), more.begin(), more.end());
  EXPECT_TRUE(world->Settle()) << world->last_error();
  return world;
}

TEST(RepartitionSimulation, NothingIsAnsweredOtherwiseThereAndBack) {
  const Rules rules;
  for (uint64_t seed = 1; seed <= kSchedules && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Commands commands;
    const auto first = Lived(seed, 1 + static_cast<int32_t>(seed % 4), rules, commands);
    const Rows before = RowsOf(*first, rules);
    ASSERT_THAT(before, Not(IsEmpty()));
    const auto second = Moved(*first, 5, rules);
    EXPECT_THAT(Differences(before, RowsOf(*second, rules)), IsEmpty());
    ExpectFound(*first, *second, rules.All().size());
    ExpectCommandsFound(*first, *second);

    // Whoever repeats a request gets the first answer, and nothing happens.
    const int64_t events = EventsIn(*second);
    second->Prepare(commands);
    EXPECT_EQ(EventsIn(*second), events);
    for (const auto& [service, command] : commands) {
      EXPECT_EQ(second->AnswerTo(service, command).SerializeAsString(),
                first->AnswerTo(service, command).SerializeAsString());
    }

    // What is done from then on comes to the same as if there had been no move.
    const Commands more = LiveInDistrict(seed + 100'000);
    Commands later;
    for (const auto& [service, command] : more) {
      later.push_back({service, {"later " + command.request_id, command.message}});
    }
    ASSERT_TRUE(second->Settle());
    second->Prepare(later);
    const auto third = Moved(*second, 3, rules);
    EXPECT_THAT(Differences(RowsOf(*second, rules), RowsOf(*third, rules)), IsEmpty());
    ExpectFound(*first, *third, rules.All().size());
    ExpectCommandsFound(*first, *third);
    EXPECT_EQ(runtime::PartitionsOf(third->log(), {"plans"}).value(), 3);
  }
}

TEST(RepartitionSimulation, ThePastIsDecidedAgainAsBefore) {
  const Rules rules;
  common::v1::Policy change;
  change.set_false_alarm_rate(0.5);
  change.set_struggling_percentile(60);
  for (uint64_t seed = 1; seed <= kSchedules / 4 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Commands commands;
    const auto first = Lived(seed, 3, rules, commands);
    const auto second = Moved(*first, 2, rules);
    EXPECT_EQ(AlertsUnder(*second, {}), AlertsUnder(*first, {}));
    EXPECT_EQ(AlertsUnder(*second, change), AlertsUnder(*first, change));
  }
}

TEST(RepartitionSimulation, WhatIsNotTakenYetIsNamed) {
  const Rules rules;
  Commands commands;
  const auto world = Lived(1, 2, rules, commands);
  runtime::v1::Packed late;
  late.mutable_envelope()->set_type(evidence::v1::UpdateRosterRequest::descriptor()->full_name());
  late.mutable_envelope()->set_subject("d/north");
  ASSERT_TRUE(world->log().Append({{{"inbox.evidence", 1}, {runtime::ToRecord(late)}}}));
  runtime::SimulatedLog to;
  const auto refused = runtime::Repartition(world->log(), world->store(), to,
                                            {.services = rules.All(), .partitions = {2, 3}},
                                            [](std::string_view, int64_t) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "LOG_NOT_QUIET");
  EXPECT_THAT(refused.error().message,
              testing::HasSubstr("1 record of inbox.evidence, partition 1, by evidence."));
  EXPECT_THAT(to.Everything(), IsEmpty());
}

TEST(RepartitionSimulation, ALogWithAnotherNumberThanWasSaidIsRefused) {
  const Rules rules;
  Commands commands;
  const auto world = Lived(1, 2, rules, commands);
  runtime::SimulatedLog to;
  const auto refused = runtime::Repartition(world->log(), world->store(), to,
                                            {.services = rules.All(), .partitions = {3, 4}},
                                            [](std::string_view, int64_t) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "EVENT_ELSEWHERE");
}

}  // namespace
}  // namespace throughline::simulation
