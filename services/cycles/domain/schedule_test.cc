#include "cycles/domain/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::cycles {
namespace {

core::Date Day(const char* text) { return *core::ParseDate(text); }

common::v1::Policy PolicyOf(int analyze, int design, int implement, int refine) {
  common::v1::Policy policy;
  policy.set_cycle_days(analyze + design + implement + refine);
  policy.set_analyze_days(analyze);
  policy.set_design_days(design);
  policy.set_implement_days(implement);
  policy.set_refine_days(refine);
  policy.set_baseline_days(10);
  return policy;
}

// Days here are counted on a calendar of 2026: 08-31 is a Monday, 09-07 is Labor Day.
const core::InstructionalCalendar kCalendar =
    *core::InstructionalCalendar::Create({}, {Day("2026-09-07")});

TEST(Schedule, SplitsTheWindowIntoPhases) {
  v1::Cycle cycle;
  SetWindow(cycle, Day("2026-08-31"), kCalendar, PolicyOf(2, 3, 8, 2));
  EXPECT_EQ(cycle.days(), 15);
  EXPECT_EQ(cycle.start(), "2026-08-31");
  EXPECT_EQ(cycle.end(), "2026-09-21");
  EXPECT_EQ(DueOf(cycle, v1::CYCLE_STATE_ANALYZE), Day("2026-09-01"));
  EXPECT_EQ(DueOf(cycle, v1::CYCLE_STATE_DESIGN), Day("2026-09-04"));
  EXPECT_EQ(DueOf(cycle, v1::CYCLE_STATE_IMPLEMENT), Day("2026-09-17"));
  EXPECT_EQ(DueOf(cycle, v1::CYCLE_STATE_REFINE), Day("2026-09-21"));
}

TEST(Schedule, BaselineBeginsThatManyTeachingDaysBefore) {
  v1::Cycle cycle;
  SetWindow(cycle, Day("2026-09-10"), kCalendar, PolicyOf(2, 3, 8, 2));
  // 09-09 09-08 | 09-04 … 08-31 | 08-28 08-27 08-26
  EXPECT_EQ(cycle.baseline_from(), "2026-08-26");
}

TEST(Schedule, HalfTheDaysHavePassedOnTheFirstDayAfterThem) {
  v1::Cycle odd, even;
  SetWindow(odd, Day("2026-09-14"), kCalendar, PolicyOf(1, 1, 2, 1));
  EXPECT_EQ(odd.mid_cycle(), "2026-09-17");  // Monday to Wednesday are three of five
  SetWindow(even, Day("2026-09-14"), kCalendar, PolicyOf(1, 1, 3, 1));
  EXPECT_EQ(even.mid_cycle(), "2026-09-17");  // Monday to Wednesday are three of six
}

TEST(Schedule, PastDueCountsWholeTeachingDays) {
  v1::Cycle cycle;
  SetWindow(cycle, Day("2026-08-31"), kCalendar, PolicyOf(2, 3, 8, 2));
  const auto design = v1::CYCLE_STATE_DESIGN;  // due on Friday 09-04, before Labor Day
  EXPECT_EQ(PastDue(cycle, design, 0, kCalendar), Day("2026-09-08"));
  EXPECT_EQ(PastDue(cycle, design, 1, kCalendar), Day("2026-09-09"));
  EXPECT_EQ(PastDue(cycle, design, 3, kCalendar), Day("2026-09-11"));
}

TEST(Schedule, WindowOnceSetIsReplacedWhole) {
  v1::Cycle cycle;
  SetWindow(cycle, Day("2026-08-31"), kCalendar, PolicyOf(2, 3, 8, 2));
  SetWindow(cycle, Day("2026-09-14"), kCalendar, PolicyOf(1, 1, 2, 1));
  EXPECT_EQ(cycle.due_size(), 4);
  EXPECT_EQ(cycle.end(), "2026-09-18");
}

}  // namespace
}  // namespace throughline::cycles
