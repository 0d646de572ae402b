#include "throughline/doctor/kafka_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::doctor {
namespace {

using runtime::kafka::Topic;
using runtime::kafka::TopicFacts;
using testing::ElementsAre;
using testing::HasSubstr;

const Topic kEvents{"events.plans", 24};
const Topic kInbox{"inbox.plans", 24, std::chrono::hours(24 * 14)};

// As a district with three brokers has it.
TopicFacts GoodTopic() {
  return {.partitions = 24,
          .replicas = 3,
          .in_sync = 3,
          .config = {{"cleanup.policy", "delete"},
                     {"retention.ms", "-1"},
                     {"retention.bytes", "-1"},
                     {"min.insync.replicas", "2"},
                     {"max.message.bytes", "8388608"},
                     {"message.timestamp.type", "LogAppendTime"},
                     {"unclean.leader.election.enable", "false"}}};
}

// The one line that is said of it.
std::string SaidOfTopic(const Topic& topic, const TopicFacts& facts, int32_t brokers = 3) {
  const Findings found = TopicFindings(topic, &facts, brokers, true);
  EXPECT_EQ(found.size(), 1u) << TextOf(found);
  return TextOf(found);
}

std::string SaidOfTopicWith(const char* setting, const char* value) {
  TopicFacts facts = GoodTopic();
  facts.config[setting] = value;
  return SaidOfTopic(kEvents, facts);
}

TEST(TopicFindings, ATopicAsItShouldBeIsOk) {
  EXPECT_EQ(SaidOfTopic(kEvents, GoodTopic()),
            "ok       Kafka topic events.plans: 24 partitions, 3 replicas, min.insync.replicas 2; "
            "everything is kept.\n");
}

TEST(TopicFindings, OneThatIsNotThereIsAFaultOnlyWhereOthersAre) {
  const Findings first = TopicFindings(kInbox, nullptr, 3, false);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first.front().standing, Standing::kWarning);
  EXPECT_THAT(first.front().next, HasSubstr("24 partitions, cleanup.policy=delete and "
                                            "retention.ms=1209600000."));
  EXPECT_TRUE(HasFault(TopicFindings(kInbox, nullptr, 3, true)));
}

TEST(TopicFindings, AnotherNumberOfPartitionsIsAFault) {
  TopicFacts facts = GoodTopic();
  facts.partitions = 3;
  EXPECT_THAT(SaidOfTopic(kEvents, facts),
              testing::StartsWith("fault    Kafka topic events.plans: It has "
                                  "3 partitions, not 24. Give "));
}

TEST(TopicFindings, WhatForgetsEventsIsAFault) {
  EXPECT_EQ(SaidOfTopicWith("retention.ms", "604800000"),
            "fault    Kafka topic events.plans: It forgets events after 604800000 ms. Set its "
            "retention.ms to -1.\n");
  EXPECT_EQ(
      SaidOfTopicWith("cleanup.policy", "compact,delete"),
      "fault    Kafka topic events.plans: It is compacted, which would forget events. Set its "
      "cleanup.policy to delete.\n");
  EXPECT_THAT(SaidOfTopicWith("retention.bytes", "1000000"), HasSubstr("when it is large"));
}

TEST(TopicFindings, AnAcknowledgedRecordIsOnTwoDisksAndAnElectionLosesNone) {
  EXPECT_THAT(SaidOfTopicWith("min.insync.replicas", "1"), HasSubstr("may be on one disk"));
  EXPECT_THAT(SaidOfTopicWith("unclean.leader.election.enable", "true"),
              HasSubstr("records be lost"));
  EXPECT_THAT(SaidOfTopicWith("min.insync.replicas", "3"), HasSubstr("while one broker is away"));
}

TEST(TopicFindings, ReplicasThatAreMissingOrBehindAreSaid) {
  TopicFacts facts = GoodTopic();
  facts.in_sync = 2;
  EXPECT_THAT(SaidOfTopic(kEvents, facts),
              HasSubstr("warning  Kafka topic events.plans: 2 of its 3 "
                        "replicas are in sync."));
  facts.in_sync = 1;
  EXPECT_THAT(SaidOfTopic(kEvents, facts), HasSubstr("nothing can be written"));
  facts = GoodTopic();
  facts.replicas = facts.in_sync = 1;
  facts.config["min.insync.replicas"] = "1";
  EXPECT_THAT(SaidOfTopic(kEvents, facts), HasSubstr("1 of 3 possible replicas"));
  const Findings alone = TopicFindings(kEvents, &facts, 1, true);
  EXPECT_EQ(alone.front().standing, Standing::kOk) << "of one broker no more can be asked";
}

TEST(TopicFindings, WhatMayNotBeSeenIsAFaultAndNotTakenForGood) {
  TopicFacts facts = GoodTopic();
  facts.config.clear();
  facts.config_unknown = "Topic authorization failed";
  const Findings found = TopicFindings(kEvents, &facts, 3, true);
  EXPECT_TRUE(HasFault(found));
  EXPECT_THAT(TextOf(found), HasSubstr("Allow this user DescribeConfigs"));
}

TEST(TopicFindings, ATopicThatTakesTooLittleAtOnceIsAFault) {
  EXPECT_THAT(SaidOfTopicWith("max.message.bytes", "1048588"),
              HasSubstr("Set its max.message.bytes to "
                        "8388608."));
}

}  // namespace
}  // namespace throughline::doctor
