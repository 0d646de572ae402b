#include "runtime/clock_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr hours kTenYears{24 * 3652};

class SetClock : public Clock {
 public:
  core::Instant Now() const override { return time; }
  core::Instant time = core::FromMillis(1'700'000'000'000);
};

class ClockGuardTest : public testing::Test {
 protected:
  void Pass(milliseconds time) {
    clock_.time += time;
    count_ += time;
  }

  SetClock clock_;
  milliseconds count_{5000};
  ClockGuard guard_{clock_, [this] { return count_; }};
};

TEST_F(ClockGuardTest, BelievesTimeThatPassesAndIsSetALittle) {
  EXPECT_EQ(guard_.Now(), clock_.time);
  Pass(hours(30));  // nobody looked meanwhile
  EXPECT_EQ(guard_.Now(), clock_.time);
  clock_.time += minutes(59);
  EXPECT_EQ(guard_.Now(), clock_.time);
  clock_.time -= minutes(59);
  EXPECT_EQ(guard_.Now(), clock_.time);
  EXPECT_THAT(guard_.Issue(), IsEmpty());
}

TEST_F(ClockGuardTest, HoldsStillWhileTheClockIsTenYearsAheadAndGoesOnAfterwards) {
  const core::Instant before = guard_.Now();
  clock_.time += kTenYears;
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(guard_.Now(), before);
    EXPECT_THAT(guard_.Issue(), HasSubstr("cannot be"));
    Pass(milliseconds(100));
  }
  clock_.time -= kTenYears;
  EXPECT_EQ(guard_.Now(), before + milliseconds(2500));
  EXPECT_THAT(guard_.Issue(), IsEmpty());
}

TEST_F(ClockGuardTest, HoldsStillWhileTheClockIsFarBehind) {
  const core::Instant before = guard_.Now();
  clock_.time -= hours(2);
  Pass(seconds(10));
  EXPECT_EQ(guard_.Now(), before);
  clock_.time += hours(2);
  EXPECT_EQ(guard_.Now(), before + seconds(10));
}

TEST_F(ClockGuardTest, TakesDowntimeForWhatItIs) {
  guard_.StartAfter(clock_.time - hours(24 * 13));
  EXPECT_EQ(guard_.Now(), clock_.time);
  EXPECT_THAT(guard_.Issue(), IsEmpty());
  clock_.time += hours(24 * 13);  // from now on there is something to count from
  EXPECT_THAT(guard_.Issue(), HasSubstr("cannot be"));
}

TEST_F(ClockGuardTest, DoesNotTakeMonthsForDowntimeUnlessItIsToldTo) {
  const core::Instant last = clock_.time;
  clock_.time += hours(24 * 80);
  guard_.StartAfter(last);
  EXPECT_EQ(guard_.Now(), last);
  Pass(hours(24 * 30));  // nobody says anything
  EXPECT_EQ(guard_.Now(), last);
  EXPECT_THAT(guard_.Issue(), HasSubstr("110 days after the last event"));
  EXPECT_THAT(guard_.Issue(), HasSubstr("over the summer"));
  ClockGuard long_summers(clock_, [this] { return count_; });
  long_summers.StartAfter(last, 120);
  EXPECT_EQ(long_summers.Now(), clock_.time);
}

TEST_F(ClockGuardTest, AddsUpJumps) {
  for (const int sign : {1, -1}) {
    SCOPED_TRACE(sign);
    ClockGuard guard(clock_, [this] { return count_; });
    guard.Now();
    clock_.time += sign * minutes(50);
    EXPECT_EQ(guard.Now(), clock_.time);
    const core::Instant before = clock_.time;
    Pass(hours(5));
    clock_.time += sign * minutes(50);
    EXPECT_EQ(guard.Now(), before);
    EXPECT_THAT(guard.Issue(), HasSubstr("cannot be"));
    clock_.time -= sign * minutes(50);
    EXPECT_EQ(guard.Now(), clock_.time);
    EXPECT_THAT(guard.Issue(), IsEmpty());
  }
}

TEST_F(ClockGuardTest, DoesNotStartYearsAfterTheLastEventUnlessItIsToldTo) {
  const core::Instant last = clock_.time;
  clock_.time += kTenYears;
  guard_.StartAfter(last);
  EXPECT_EQ(guard_.Now(), last);
  EXPECT_THAT(guard_.Issue(), HasSubstr("--accept-clock"));
  ClockGuard told(clock_, [this] { return count_; });
  EXPECT_EQ(told.Now(), clock_.time);
  clock_.time -= kTenYears;
  EXPECT_EQ(guard_.Now(), clock_.time);
  EXPECT_THAT(guard_.Issue(), IsEmpty());
}

TEST_F(ClockGuardTest, StandsAtTheLastTimeThatAnyThreadWasTold) {
  guard_.Now();
  Pass(hours(5));
  const core::Instant before = guard_.Now();
  Pass(milliseconds(700));
  clock_.time += milliseconds(200);  // a little correction
  EXPECT_EQ(guard_.Now(), before + milliseconds(900));
  clock_.time += hours(2);
  EXPECT_EQ(guard_.Now(), before + milliseconds(900));
  clock_.time -= hours(2);
  EXPECT_EQ(guard_.Now(), clock_.time);
}

TEST_F(ClockGuardTest, IsNotCarriedAwayInSmallSteps) {
  guard_.Now();
  for (int step = 0; step < 3; ++step) {
    clock_.time += milliseconds(900);  // each too little to be looked at
    EXPECT_EQ(guard_.Now(), clock_.time);
  }
  clock_.time += minutes(59);
  EXPECT_EQ(guard_.Now(), clock_.time);
  clock_.time += minutes(61);
  EXPECT_THAT(guard_.Issue(), HasSubstr("cannot be"));
}

TEST_F(ClockGuardTest, SaysNothingToThoseWhoOnlyRead) {
  guard_.SayNothing();
  guard_.StartAfter(clock_.time - kTenYears);
  testing::internal::CaptureStdout();
  const core::Instant stands = guard_.Now();
  EXPECT_THAT(testing::internal::GetCapturedStdout(), IsEmpty());
  EXPECT_EQ(stands, clock_.time - kTenYears) << "and nothing falls due";
}

TEST_F(ClockGuardTest, SaysThatTheLogIsAheadOfTheClock) {
  guard_.StartAfter(clock_.time + hours(2));
  EXPECT_EQ(guard_.Now(), clock_.time);
  EXPECT_THAT(guard_.Issue(), HasSubstr("last event in the log"));
  Pass(hours(2));
  EXPECT_THAT(guard_.Issue(), IsEmpty());
}

}  // namespace
}  // namespace throughline::runtime
