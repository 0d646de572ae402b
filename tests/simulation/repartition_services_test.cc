// The move to another number of partitions, of what the four services recorded under schedules of
// faults (see world.h): there and back, nothing that anybody could ask is answered otherwise.
#include <gmock/gmock.h>

#include <set>

#include "cycles/domain/cycles_decider.h"
#include "cycles/domain/tables.h"
#include "district.h"
#include "evidence/domain/evidence_decider.h"
#include "moved_world.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "runtime/moved_records.h"
#include "runtime/repartition/repartition.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"
#include "throughline/what_if.h"

namespace throughline::simulation {
namespace {

using testing::IsEmpty;
using testing::Not;

constexpr uint64_t kSchedules =
#ifdef NDEBUG
    60;
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

WhatIfAnswer AskWhatIf(World& world, const common::v1::Policy& change) {
  auto answer = AnswerWhatIf(world.log(),
                             {.district = "d",
                              .change = change,
                              .partitions = world.partitions(),
                              .until = core::Instant::max(),
                              .concealment = nullptr},
                             [](int64_t) {});
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  return answer ? *std::move(answer) : WhatIfAnswer();
}

// The alerts of the answer but those of this fate.
std::multiset<std::string> AlertsWithout(Fate fate, const WhatIfAnswer& answer) {
  std::multiset<std::string> alerts;
  for (const JudgedAlert& one : answer.alerts) {
    if (one.fate != fate) alerts.insert(cycles::ConditionKey(one.condition));
  }
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
    const MovedRows before = RowsOf(*first, rules.All());
    ASSERT_THAT(before, Not(IsEmpty()));
    const auto second = Moved(*first, 5, rules.All());
    EXPECT_THAT(Differences(before, RowsOf(*second, rules.All())), IsEmpty());
    ExpectFound(*first, *second, rules.All());

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
    const auto third = Moved(*second, 3, rules.All());
    EXPECT_THAT(Differences(RowsOf(*second, rules.All()), RowsOf(*third, rules.All())), IsEmpty());
    ExpectFound(*first, *third, rules.All());
    EXPECT_EQ(runtime::PartitionsOf(third->log(), {"plans"}).value(), 3);
  }
}

// Which inputs a partition of before had taken when it decided is not in a moved log. So what-if
// decides again what came after the move, and says so.
TEST(RepartitionSimulation, WhatWasMovedStandsAsItWasRecordedWhateverIsAsked) {
  const Rules rules;
  common::v1::Policy change;
  change.set_false_alarm_rate(0.5);
  change.set_struggling_percentile(0.6);
  change.set_overdue_alert_days(5);
  size_t alerts = 0;
  for (uint64_t seed = 1; seed <= kSchedules / 2 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Commands commands;
    const auto first = Lived(seed, 3, rules, commands);
    const WhatIfAnswer before = AskWhatIf(*first, {});
    EXPECT_FALSE(before.stands_until);
    const auto second = Moved(*first, 2, rules.All());
    const auto third = Moved(*second, 4, rules.All());
    for (World* moved : {second.get(), third.get()}) {
      const WhatIfAnswer answer = AskWhatIf(*moved, change);
      ASSERT_TRUE(answer.stands_until);
      EXPECT_LE(*answer.stands_until, first->now());
      EXPECT_EQ(AlertsWithout(Fate::kStays, answer), std::multiset<std::string>());
      EXPECT_EQ(AlertsWithout(Fate::kComes, answer), AlertsWithout(Fate::kComes, before));
    }
    alerts += before.alerts.size();
  }
  EXPECT_GT(alerts, kSchedules / 2) << "hardly anything happened";
}

TEST(RepartitionSimulation, UnderTheSamePolicyNothingComesOrGoesAfterAMove) {
  const Rules rules;
  for (uint64_t seed = 1; seed <= kSchedules / 2 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Commands commands;
    const auto world = Moved(*Lived(seed, 3, rules, commands), 2, rules.All());
    Commands later;
    for (const auto& [service, command] : LiveInDistrict(seed + 100'000)) {
      later.push_back({service, {"later " + command.request_id, command.message}});
    }
    world->Run(later);
    ASSERT_TRUE(world->Settle()) << world->last_error();
    EXPECT_EQ(AlertsWithout(Fate::kStays, AskWhatIf(*world, {})), std::multiset<std::string>());
  }
}

// The same results came under the one policy and under the other, which held from the move on.
TEST(RepartitionSimulation, WhatComesAfterTheMoveIsDecidedAgainUnderTheOtherPolicy) {
  const Rules rules;
  WorldOptions options{
      .seed = 1, .partitions = 3, .start = *core::ParseInstant("2013-09-25T15:00:00Z")};
  World first(rules.All(), options);
  first.Prepare(FoundDistrict());
  Commands before = PushResults(1);
  const Commands after(before.begin() + 4, before.end());
  before.resize(4);
  first.Prepare(before);
  ASSERT_TRUE(first.Settle()) << first.last_error();
  const auto as_it_was = Moved(first, 2, rules.All());
  as_it_was->Prepare(after);
  size_t other = 0;
  for (const double rate : {0.001, 0.2, 0.5}) {
    plans::v1::UpdateDistrictRequest update;
    update.set_request_id("update");
    update.set_district("d");
    update.mutable_policy()->set_false_alarm_rate(rate);
    update.mutable_policy()->set_sufficient_coverage(0.4);
    const auto changed = Moved(first, 2, rules.All());
    changed->Prepare(
        {{kPlans, {"update", std::make_shared<plans::v1::UpdateDistrictRequest>(update)}}});
    changed->Prepare(after);
    const auto wanted = AlertsWithout(Fate::kComes, AskWhatIf(*changed, {}));
    const WhatIfAnswer answer = AskWhatIf(*as_it_was, update.policy());
    EXPECT_EQ(AlertsWithout(Fate::kGoes, answer), wanted) << rate;
    other += AlertsWithout(Fate::kStays, answer).size();
  }
  EXPECT_GT(other, 0U) << "the policy makes no difference";
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
