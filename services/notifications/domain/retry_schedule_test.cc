#include "notifications/domain/retry_schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace throughline::notifications {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const core::Instant kFailed = *core::ParseInstant("2026-09-01T12:00:00Z");

TEST(RetrySchedule, IsThatOfTheSpecification) {
  const milliseconds pauses[] = {seconds(5), minutes(5), minutes(30), hours(2), hours(5),
                                 hours(10),  hours(14),  hours(20),   hours(24)};
  for (int attempt = 1; attempt <= 9; ++attempt) {
    const auto next = NextAttempt("delivery", attempt, kFailed, 0);
    ASSERT_TRUE(next);
    EXPECT_GE(*next - kFailed, pauses[attempt - 1]);
    EXPECT_LE(*next - kFailed, pauses[attempt - 1] * 11 / 10);
    EXPECT_EQ(next, NextAttempt("delivery", attempt, kFailed, 0)) << "the same again";
  }
  EXPECT_FALSE(NextAttempt("delivery", 10, kFailed, 0));
}

TEST(RetrySchedule, WhatFailedTogetherIsNotTriedTogether) {
  std::set<core::Instant> times;
  for (int i = 0; i < 100; ++i) {
    times.insert(*NextAttempt("delivery" + std::to_string(i), 4, kFailed, 0));
  }
  EXPECT_GT(times.size(), 80u);
}

TEST(RetrySchedule, AReceiverIsGivenTheTimeItAsksForButNoMoreThanADay) {
  EXPECT_EQ(NextAttempt("delivery", 1, kFailed, 3600), kFailed + hours(1));
  EXPECT_LT(*NextAttempt("delivery", 3, kFailed, 1), kFailed + minutes(34));
  EXPECT_EQ(NextAttempt("delivery", 1, kFailed, 1'000'000'000'000), kFailed + hours(24));
  EXPECT_LT(*NextAttempt("delivery", 1, kFailed, -5), kFailed + seconds(6));
}

}  // namespace
}  // namespace throughline::notifications
