#include "platform/host/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::platform {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class ReadinessTest : public testing::Test {
 protected:
  std::vector<std::string> issues_;
  std::chrono::steady_clock::time_point now_{};
  Readiness readiness_{[this] { return issues_; }, [this] { return now_; }};
};

TEST_F(ReadinessTest, AProcessThatNeverWasReadyIsNotReadyUntilItIsSettled) {
  issues_ = {"3 of 12 partitions are not taken over."};
  EXPECT_THAT(readiness_.Look(), ElementsAre("3 of 12 partitions are not taken over."));
  now_ += seconds(5);
  EXPECT_THAT(readiness_.Look(), ElementsAre("3 of 12 partitions are not taken over."));
  issues_.clear();
  EXPECT_THAT(readiness_.Look(), IsEmpty());
}

TEST_F(ReadinessTest, ARebalanceLeavesAReplicaReadyUnlessItLastsTooLong) {
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  issues_ = {"It is not in its group."};
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  now_ += Readiness::kUnsettledAtMost;
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  now_ += seconds(1);
  EXPECT_THAT(readiness_.Look(), ElementsAre("It is not in its group."));
}

TEST_F(ReadinessTest, EveryRebalanceHasItsTime) {
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  for (int i = 0; i < 3; ++i) {
    issues_ = {"It is not in its group."};
    EXPECT_THAT(readiness_.Look(), IsEmpty());
    now_ += seconds(20);
    EXPECT_THAT(readiness_.Look(), IsEmpty());
    issues_.clear();
    EXPECT_THAT(readiness_.Look(), IsEmpty());
  }
}

TEST_F(ReadinessTest, OneThatWasUnreadyForLongIsReadyAgainOnlyWhenItIsSettled) {
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  issues_ = {"It is not in its group."};
  readiness_.Look();
  now_ += seconds(31);
  EXPECT_THAT(readiness_.Look(), ElementsAre("It is not in its group."));
  issues_ = {"3 of 12 partitions are not taken over."};
  EXPECT_THAT(readiness_.Look(), ElementsAre("3 of 12 partitions are not taken over."));
  issues_.clear();
  EXPECT_THAT(readiness_.Look(), IsEmpty());
}

TEST_F(ReadinessTest, WhatStopsIsNeverReadyAgain) {
  EXPECT_THAT(readiness_.Look(), IsEmpty());
  readiness_.Drain();
  EXPECT_THAT(readiness_.Look(), ElementsAre("The process is stopping."));
  now_ += seconds(60);
  EXPECT_THAT(readiness_.Look(), ElementsAre("The process is stopping."));
}

}  // namespace
}  // namespace throughline::platform
