// The past decided again (services/throughline/what_if.h) held against the past as it would have
// been: the same district, simulated under the one policy and under the other.
#include "throughline/what_if.h"

#include <gmock/gmock.h>

#include "cycles/domain/cycles_decider.h"
#include "cycles/domain/tables.h"
#include "district.h"
#include "evidence/domain/evidence_decider.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "plans/domain/policy.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::simulation {
namespace {

using testing::IsEmpty;
using testing::Not;

#ifdef NDEBUG
constexpr size_t kSchedules = 200, kDistricts = 6;
#else
constexpr size_t kSchedules = 10, kDistricts = 1;  // with sanitizers each takes long
#endif

struct Rules {
  plans::PlansDecider plans;
  evidence::EvidenceDecider evidence;
  cycles::CyclesDecider cycles;
  notifications::NotificationsDecider notifications;
  std::vector<const decider::Decider*> All() {
    return {&plans, &evidence, &cycles, &notifications};
  }
};

// FoundDistrict, its policy changed from the beginning.
Commands FoundUnder(const common::v1::Policy& policy) {
  Commands commands = FoundDistrict();
  for (auto& [service, command] : commands) {
    auto* create = dynamic_cast<plans::v1::CreateDistrictRequest*>(command.message.get());
    if (create != nullptr) *create->mutable_district()->mutable_policy() = policy;
  }
  return commands;
}

WorldOptions Quiet() {
  return {.seed = 1, .partitions = 3, .start = *core::ParseInstant("2013-09-25T15:00:00Z")};
}

WhatIfAnswer Ask(World& world, const common::v1::Policy& change) {
  auto answer = AnswerWhatIf(world.log(),
                             {.district = "d",
                              .change = change,
                              .partitions = world.partitions(),
                              .until = core::Instant::max()},
                             [](int64_t) {});
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : WhatIfAnswer();
}

using Alerts = std::multiset<std::string>;

Alerts Recorded(const WhatIfAnswer& answer) {
  Alerts alerts;
  for (const JudgedAlert& alert : answer.alerts) {
    if (alert.fate != Fate::kComes) alerts.insert(cycles::ConditionKey(alert.condition));
  }
  return alerts;
}

Alerts DecidedAgain(const WhatIfAnswer& answer) {
  Alerts alerts;
  for (const JudgedAlert& alert : answer.alerts) {
    if (alert.fate != Fate::kGoes) alerts.insert(cycles::ConditionKey(alert.condition));
  }
  return alerts;
}

common::v1::Policy WithRate(double false_alarm_rate) {
  common::v1::Policy policy;
  policy.set_false_alarm_rate(false_alarm_rate);
  return policy;
}

// A district whose results were pushed under the policy.
std::unique_ptr<World> Live(Rules& rules, const common::v1::Policy& policy, uint64_t seed) {
  auto world = std::make_unique<World>(rules.All(), Quiet());
  world->Prepare(FoundUnder(policy));
  world->Prepare(PushResults(seed));
  return world;
}

struct Difference {
  size_t more = 0, fewer = 0;
};

// What the policies come to when they are decided again, and when they were in force.
Difference ExpectTheSame(const std::vector<common::v1::Policy>& policies, uint64_t seed) {
  Rules rules;
  const auto as_it_was = Live(rules, {}, seed);
  Difference found;
  for (const common::v1::Policy& policy : policies) {
    const WhatIfAnswer answer = Ask(*as_it_was, policy);
    const Alerts wanted = Recorded(Ask(*Live(rules, policy, seed), {}));
    EXPECT_EQ(DecidedAgain(answer), wanted) << "seed " << seed << ", " << policy.ShortDebugString();
    const size_t before = Recorded(answer).size();
    found.more += wanted.size() - std::min(before, wanted.size());
    found.fewer += before - std::min(before, wanted.size());
  }
  return found;
}

TEST(WhatIf, GivesTheAlertsOfARunWithThatPolicy) {
  Difference all;
  for (uint64_t seed = 1; seed <= kDistricts; ++seed) {
    const Difference found =
        ExpectTheSame({WithRate(0.001), WithRate(0.01), WithRate(0.2), WithRate(0.5)}, seed);
    all.more += found.more;
    all.fewer += found.fewer;
  }
  EXPECT_GT(all.more, 0) << "a higher rate should show more";
  EXPECT_GT(all.fewer, 0) << "a lower rate should show fewer";
}

TEST(WhatIf, GivesTheAlertsOfARunWithOtherFieldsOfThePolicy) {
  common::v1::Policy policy;
  policy.set_overdue_alert_days(5);
  policy.set_overdue_escalation_days(9);
  policy.set_sufficient_coverage(0.9);
  policy.set_struggling_percentile(0.5);
  policy.set_gap_widening(1);
  common::v1::Policy other = policy;
  other.set_evidence_missing_days(8);
  other.set_struggling_percentile(0.01);
  other.set_desired_growth_per_year(2);
  ExpectTheSame({policy, other}, 1);
}

TEST(WhatIf, UnderTheSamePolicyNothingComesOrGoesWhateverHadGoneWrong) {
  size_t alerts = 0;
  for (uint64_t seed = 1; seed <= kSchedules; ++seed) {
    Rules rules;
    WorldOptions options;
    options.seed = seed;
    options.start = *core::ParseInstant("2013-09-10T12:00:00Z");
    World world(rules.All(), options);
    world.Prepare(FoundDistrict());
    world.Run(LiveInDistrict(seed));
    ASSERT_TRUE(world.Settle()) << world.last_error();
    const WhatIfAnswer answer = Ask(world, {});
    for (const JudgedAlert& alert : answer.alerts) {
      EXPECT_EQ(alert.fate, Fate::kStays)
          << "seed " << seed << ": " << cycles::ConditionKey(alert.condition);
    }
    alerts += answer.alerts.size();
  }
  EXPECT_GT(alerts, kSchedules) << "hardly anything happened";
}

// A plan of school `north` with two priorities, none of which serves one of the district's, and on
// which no team works yet.
Commands PublishPlan() {
  plans::v1::DraftSitePlanRequest draft;
  plans::v1::SitePlan& plan = *draft.mutable_plan();
  plan.set_district("d");
  plan.set_school("north");
  plan.set_plan("p");
  plan.set_year(2013);
  for (const char* id : {"reading", "writing"}) {
    plan.add_priorities()->set_priority(id);
    plan.mutable_priorities(plan.priorities_size() - 1)->add_problems()->set_problem(id);
  }
  plan.add_measures()->set_measure("m");
  plan.add_indicators()->set_indicator("close-reading");
  plan.add_practices()->set_practice("talk");
  plan.mutable_evidence_use()->set_statement("weekly");
  plan.add_timeframes()->set_cycle_weeks(3);
  draft.set_request_id("draft");
  plans::v1::PublishSitePlanRequest publish;
  publish.set_request_id("publish");
  publish.set_district("d");
  publish.set_school("north");
  publish.set_plan("p");
  return {{kPlans, {"draft", std::make_shared<plans::v1::DraftSitePlanRequest>(draft)}},
          {kPlans, {"publish", std::make_shared<plans::v1::PublishSitePlanRequest>(publish)}}};
}

TEST(WhatIf, SaysWhichPlansWouldBeFramedOtherwise) {
  Rules rules;
  World world(rules.All(), Quiet());
  world.Prepare(FoundDistrict());
  world.Prepare(PublishPlan());
  EXPECT_THAT(Ask(world, {}).framings, IsEmpty());
  common::v1::Policy policy;
  policy.set_coherent_teams(0);
  const auto framings = Ask(world, policy).framings;
  ASSERT_EQ(framings.size(), 1U);
  EXPECT_EQ(framings[0].school, "north");
  EXPECT_EQ(framings[0].plan, "p");
  EXPECT_EQ(framings[0].recorded, plans::v1::FRAMING_FRAGMENTED);
  EXPECT_EQ(framings[0].now, plans::v1::FRAMING_ROGUE);
  policy.set_focused_priorities(1);
  EXPECT_THAT(Ask(world, policy).framings, IsEmpty()) << "two priorities fragment it, too";
}

TEST(WhatIf, SaysWhichFieldsDecideNothingAnew) {
  Rules rules;
  World world(rules.All(), Quiet());
  world.Prepare(FoundDistrict());
  common::v1::Policy policy = WithRate(0.2);
  policy.set_group_wait_s(60);
  policy.set_offer_days(20);
  EXPECT_THAT(Ask(world, policy).no_effect, testing::ElementsAre("groupWaitS"));
  EXPECT_THAT(Ask(world, policy).not_decided_again, testing::ElementsAre("offerDays"));
}

TEST(WhatIf, RefusesWhatThePolicyOfADistrictCannotBe) {
  Rules rules;
  World world(rules.All(), Quiet());
  world.Prepare(FoundDistrict());
  WhatIfQuestion question{.district = "d",
                          .change = WithRate(0.9),
                          .partitions = world.partitions(),
                          .until = core::Instant::max()};
  EXPECT_EQ(AnswerWhatIf(world.log(), question, [](int64_t) {}).error().reason,
            "POLICY_OUT_OF_RANGE");
  question.change = {};
  question.district = "elsewhere";
  EXPECT_EQ(AnswerWhatIf(world.log(), question, [](int64_t) {}).error().reason, "DISTRICT_UNKNOWN");
}

TEST(WhatIf, KnowsThePolicyOfToday) {
  Rules rules;
  World world(rules.All(), Quiet());
  world.Prepare(FoundDistrict());
  WhatIfQuestion question{.district = "d",
                          .change = WithRate(plans::DefaultPolicy().false_alarm_rate()),
                          .partitions = world.partitions(),
                          .until = core::Instant::max()};
  EXPECT_TRUE(AnswerWhatIf(world.log(), question, [](int64_t) {})->is_todays);
  question.change = WithRate(0.2);
  EXPECT_FALSE(AnswerWhatIf(world.log(), question, [](int64_t) {})->is_todays);
}

}  // namespace
}  // namespace throughline::simulation
