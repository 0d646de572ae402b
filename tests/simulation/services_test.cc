// The four services together, over many schedules (see world.h): whatever goes wrong, nothing that
// was acknowledged is lost, nothing takes effect twice, sequences are dense, every state is the
// fold of its log, and what one service says is what the next one knows.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "columns/result_columns.h"
#include "cycles/domain/cycles_decider.h"
#include "district.h"
#include "evidence/domain/evidence_decider.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::simulation {
namespace {

constexpr int kSchedules =
#ifdef NDEBUG
    1000;
#else
    40;  // with sanitizers a schedule takes long; the optimized build runs them all
#endif

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

template <class M>
std::vector<M> All(const World& world, size_t service) {
  std::vector<M> found;
  for (const auto& events : world.EventsOf(service)) {
    for (const auto& packed : events) {
      if (packed.envelope().type() != M::descriptor()->full_name()) continue;
      found.emplace_back().ParseFromString(packed.value());
    }
  }
  return found;
}

std::string KeyOf(const cycles::v1::Condition& condition) {
  return condition.school() + "/" + condition.team() + "/" + condition.cycle() + "/" +
         std::to_string(condition.trigger()) + "/" + condition.indicator() + "/" +
         condition.group() + "/" + condition.offer() + "/" + condition.wave() + "/" +
         condition.survey();
}

// Every result of every batch that was answered came to one outcome, and is recorded as that.
void CheckResults(const World& world, const Commands& commands, std::vector<std::string>& wrong) {
  std::map<int, int64_t> answered, recorded;
  for (const auto& [service, command] : commands) {
    if (dynamic_cast<const evidence::v1::IngestResultsRequest*>(command.message.get()) == nullptr) {
      continue;
    }
    evidence::v1::IngestResultsResponse response;
    response.ParseFromString(world.AnswerTo(service, command).response());
    for (int outcome : response.outcomes()) ++answered[outcome];
  }
  for (const auto& batch : All<evidence::v1::ResultsRecorded>(world, kEvidence)) {
    for (const auto& result : columns::RowsOf(batch)) {
      const bool is_elsewhere = !result.moved_to().empty();  // where it was answered as recorded
      const bool changes = result.outcome() != evidence::v1::RESULT_OUTCOME_DUPLICATE;
      if (changes && !is_elsewhere) ++recorded[result.outcome()];
    }
    recorded[evidence::v1::RESULT_OUTCOME_QUARANTINED] += batch.quarantined_size();
    recorded[evidence::v1::RESULT_OUTCOME_DUPLICATE] += batch.duplicates();
  }
  std::erase_if(recorded, [](const auto& one) { return one.second == 0; });
  if (answered != recorded) {
    wrong.push_back("what was answered is not what was recorded");
    for (const auto& [outcome, count] : answered) {
      wrong.push_back(std::to_string(outcome) + ": " + std::to_string(count) + " answered, " +
                      std::to_string(recorded[outcome]) + " recorded");
    }
  }
}

// A decision about a run chart is on record exactly as often as it was accepted, and on no day
// twice for the same reason.
void CheckBaselines(const World& world, const Commands& commands, std::vector<std::string>& wrong) {
  size_t accepted = 0;
  for (const auto& [service, command] : commands) {
    const auto* set =
        dynamic_cast<const evidence::v1::SetRunChartBaselineRequest*>(command.message.get());
    if (set == nullptr) continue;
    accepted += world.AnswerTo(service, command).has_refusal() ? 0 : 1;
  }
  const auto recorded = All<evidence::v1::RunChartBaselineSet>(world, kEvidence);
  std::set<std::string> decisions;
  for (const auto& one : recorded) decisions.insert(one.SerializeAsString());
  if (recorded.size() != accepted) wrong.push_back("baselines that were accepted are not recorded");
  if (decisions.size() != recorded.size()) wrong.push_back("a baseline recorded twice");
}

// A condition is raised at most once until it has cleared, or with another severity.
void CheckConditions(const World& world, std::vector<std::string>& wrong) {
  for (const auto& events : world.EventsOf(kCycles)) {
    std::map<std::string, int> holds;
    for (const auto& packed : events) {
      cycles::v1::ConditionRaised raised;
      cycles::v1::ConditionCleared cleared;
      if (packed.envelope().type() == raised.GetDescriptor()->full_name()) {
        raised.ParseFromString(packed.value());
        int& severity = holds[KeyOf(raised.condition())];
        if (severity == raised.condition().severity()) wrong.push_back("a condition raised twice");
        severity = raised.condition().severity();
      } else if (packed.envelope().type() == cleared.GetDescriptor()->full_name()) {
        cleared.ParseFromString(packed.value());
        if (holds.erase(KeyOf(cleared.condition())) == 0)
          wrong.push_back("cleared what did not hold");
      }
    }
  }
}

// Notifications has an open alert for exactly the conditions that hold in cycles.
void CheckAlerts(const World& world, std::vector<std::string>& wrong) {
  std::set<std::string> holding, firing;
  for (const auto& events : world.EventsOf(kCycles)) {
    for (const auto& packed : events) {
      cycles::v1::ConditionRaised raised;
      cycles::v1::ConditionCleared cleared;
      if (packed.envelope().type() == raised.GetDescriptor()->full_name()) {
        raised.ParseFromString(packed.value());
        holding.insert(KeyOf(raised.condition()));
      } else if (packed.envelope().type() == cleared.GetDescriptor()->full_name()) {
        cleared.ParseFromString(packed.value());
        holding.erase(KeyOf(cleared.condition()));
      }
    }
  }
  for (const auto& events : world.EventsOf(kNotifications)) {
    for (const auto& packed : events) {
      notifications::v1::AlertRaised raised;
      notifications::v1::AlertResolved resolved;
      if (packed.envelope().type() == raised.GetDescriptor()->full_name()) {
        raised.ParseFromString(packed.value());
        firing.insert(KeyOf(raised.alert().condition()));
      } else if (packed.envelope().type() == resolved.GetDescriptor()->full_name()) {
        resolved.ParseFromString(packed.value());
        firing.erase(KeyOf(resolved.alert().condition()));
      }
    }
  }
  if (holding != firing) wrong.push_back("the open alerts are not the conditions that hold");
}

struct Seen {
  std::vector<std::string> wrong;
  int64_t alerts = 0;
};

Seen RunSchedule(uint64_t seed) {
  const plans::PlansDecider plans;
  const evidence::EvidenceDecider evidence;
  const cycles::CyclesDecider cycles;
  const notifications::NotificationsDecider notifications;
  WorldOptions options;
  options.seed = seed;
  options.steps = 500;
  options.start = *core::ParseInstant("2013-09-12T14:00:00Z");
  options.longest_leap = std::chrono::hours(60);
  World world({&plans, &evidence, &cycles, &notifications}, options);
  world.Prepare(FoundDistrict());
  const Commands commands = LiveInDistrict(seed);
  world.Run(commands);
  if (!world.Settle()) return {{"it does not come to rest: " + world.last_error()}, 0};
  Seen seen{world.Check(), 0};
  if (!seen.wrong.empty()) return seen;
  CheckResults(world, commands, seen.wrong);
  CheckBaselines(world, commands, seen.wrong);
  CheckConditions(world, seen.wrong);
  CheckAlerts(world, seen.wrong);
  seen.alerts =
      static_cast<int64_t>(All<notifications::v1::AlertRaised>(world, kNotifications).size());
  return seen;
}

TEST(Services, KeepTheirPromisesUnderEverySchedule) {
  const uint64_t first = FromEnvironment("THROUGHLINE_SEED", 1);
  const uint64_t schedules = FromEnvironment("THROUGHLINE_SCHEDULES", kSchedules);
  int64_t alerts = 0;
  for (uint64_t seed = first; seed < first + schedules; ++seed) {
    const Seen seen = RunSchedule(seed);
    ASSERT_TRUE(seen.wrong.empty())
        << "THROUGHLINE_SEED=" << seed << ": " << testing::PrintToString(seen.wrong);
    alerts += seen.alerts;
  }
  EXPECT_GT(alerts, static_cast<int64_t>(schedules)) << "hardly anything happened";
}

}  // namespace
}  // namespace throughline::simulation
