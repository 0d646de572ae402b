#include "core/instructional_calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace throughline::core {
namespace {

using std::chrono::days;

Date D(const char* text) { return *ParseDate(text); }

// The same, day by day.
struct SlowCalendar {
  std::vector<InstructionalCalendar::Term> terms;
  std::set<Date> closures;

  bool IsInstructional(Date date) const {
    const unsigned weekday = std::chrono::weekday{date}.iso_encoding();
    if (weekday > 5 || closures.contains(date)) return false;
    return terms.empty() || std::any_of(terms.begin(), terms.end(), [&](const auto& term) {
             return term.first <= date && date <= term.last;
           });
  }
  // Outside the terms the weekdays are counted on.
  bool Counts(Date date) const {
    const bool outside = !terms.empty() && (date < terms.front().first || date > terms.back().last);
    return outside ? std::chrono::weekday{date}.iso_encoding() <= 5 && !closures.contains(date)
                   : IsInstructional(date);
  }
  Date Next(Date date, int step) const {
    do date += days{step};
    while (!Counts(date));
    return date;
  }
};

SlowCalendar AnyCalendar() {
  SlowCalendar slow;
  int day = 15'000 + *rc::gen::inRange(0, 14);
  const int terms = *rc::gen::inRange(0, 5);
  for (int i = 0; i < terms; ++i) {
    const int first = day + *rc::gen::inRange(1, 30);
    day = first + *rc::gen::inRange(0, 60);
    slow.terms.push_back({FromDays(first), FromDays(day)});
  }
  const int closures = *rc::gen::inRange(0, 20);
  for (int i = 0; i < closures; ++i)
    slow.closures.insert(FromDays(*rc::gen::inRange(14'990, 15'300)));
  return slow;
}

InstructionalCalendar Fast(const SlowCalendar& slow) {
  return *InstructionalCalendar::Create(slow.terms, {slow.closures.begin(), slow.closures.end()});
}

RC_GTEST_PROP(InstructionalCalendar, CountsLikeSomebodyCountingDayByDay, ()) {
  const SlowCalendar slow = AnyCalendar();
  const InstructionalCalendar fast = Fast(slow);
  const Date from = FromDays(*rc::gen::inRange(14'950, 15'350));
  const Date to = from + days{*rc::gen::inRange(0, 200)};
  int count = 0;
  for (Date date = from; date < to; date += days{1}) {
    RC_ASSERT(fast.IsInstructional(date) == slow.IsInstructional(date));
    count += slow.IsInstructional(date) ? 1 : 0;
  }
  RC_ASSERT(fast.CountBetween(from, to) == count);
  RC_ASSERT(fast.CountBetween(to, from) == -count);
}

RC_GTEST_PROP(InstructionalCalendar, AddsAndGoesBackLikeSomebodyCountingDayByDay, ()) {
  const SlowCalendar slow = AnyCalendar();
  const InstructionalCalendar fast = Fast(slow);
  const Date date = FromDays(*rc::gen::inRange(14'950, 15'350));
  const Date from = slow.terms.empty() ? date : std::max(date, slow.terms.front().first);
  Date there = slow.Counts(from) ? from : slow.Next(from, 1);
  RC_ASSERT(fast.FirstOnOrAfter(date) == there);
  const int n = *rc::gen::inRange(1, 80);
  for (int i = 0; i < n; ++i) there = slow.Next(there, 1);
  RC_ASSERT(fast.Add(date, n) == there);
  Date back = date;
  for (int i = 0; i < n; ++i) back = slow.Next(back, -1);
  RC_ASSERT(fast.Back(date, n) == back);
}

TEST(InstructionalCalendar, WithoutTermsEveryWeekdayThatIsNotClosedCounts) {
  // 2013-11-25 is a Monday; Thanksgiving was on the 28th.
  auto calendar = *InstructionalCalendar::Create({}, {D("2013-11-28"), D("2013-11-29")});
  EXPECT_EQ(calendar.CountBetween(D("2013-11-25"), D("2013-12-02")), 3);
  EXPECT_EQ(calendar.Add(D("2013-11-27"), 1), D("2013-12-02"));
  EXPECT_EQ(calendar.Back(D("2013-12-02"), 1), D("2013-11-27"));
  EXPECT_EQ(calendar.FirstOnOrAfter(D("2013-11-28")), D("2013-12-02"));
}

// A school year, counted in R 4 on a sequence of dates without weekends, closures and the break.
TEST(InstructionalCalendar, CountsAcrossABreakAndBeyondItsTerms) {
  auto calendar = *InstructionalCalendar::Create(
      {{D("2013-08-26"), D("2013-12-20")}, {D("2014-01-06"), D("2014-05-30")}},
      // Out of order, one of them twice and one in the break.
      {D("2014-01-20"), D("2013-09-02"), D("2013-11-28"), D("2013-11-29"), D("2013-12-25"),
       D("2013-09-02")});
  EXPECT_EQ(calendar.CountBetween(D("2013-08-26"), D("2013-12-21")), 82);
  EXPECT_EQ(calendar.CountBetween(D("2013-08-26"), D("2014-05-31")), 186);
  EXPECT_EQ(calendar.Back(D("2014-01-27"), 45), D("2013-11-06"));
  EXPECT_EQ(calendar.Back(D("2013-09-09"), 15), D("2013-08-16"));  // before the first term
  EXPECT_EQ(calendar.Add(D("2013-12-16"), 10), D("2014-01-13"));
  EXPECT_EQ(calendar.Add(D("2014-05-29"), 5), D("2014-06-05"));  // beyond the last term
  EXPECT_EQ(calendar.FirstOnOrAfter(D("2013-12-21")), D("2014-01-06"));
  EXPECT_EQ(calendar.Add(D("2013-12-21"), 0), D("2014-01-06"));
  EXPECT_FALSE(calendar.IsInstructional(D("2013-12-31")));
  EXPECT_EQ(calendar.FirstOnOrAfter(D("2013-08-01")), D("2013-08-26"));
}

TEST(InstructionalCalendar, ASchoolYearHasTheTermsOfTwelveMonths) {
  const auto calendar = *InstructionalCalendar::Create({{D("2013-08-26"), D("2013-12-20")},
                                                        {D("2014-01-06"), D("2014-05-30")},
                                                        {D("2014-06-09"), D("2014-07-18")},
                                                        {D("2014-08-25"), D("2014-12-19")}},
                                                       {});
  for (const char* day : {"2013-08-26", "2013-12-25", "2014-05-30", "2014-07-18"}) {
    const auto year = calendar.SchoolYearOf(D(day));
    ASSERT_TRUE(year) << day;
    EXPECT_EQ(year->first, D("2013-08-26"));
    EXPECT_EQ(year->last, D("2014-07-18"));
  }
  EXPECT_EQ(calendar.SchoolYearOf(D("2014-09-01"))->first, D("2014-08-25"));
  for (const char* day : {"2013-08-25", "2014-07-19", "2014-12-20"}) {
    EXPECT_FALSE(calendar.SchoolYearOf(D(day))) << day;
  }
  EXPECT_FALSE(InstructionalCalendar().SchoolYearOf(D("2014-01-06")));
}

TEST(InstructionalCalendar, SummerIsNoSchool) {
  const auto calendar = *InstructionalCalendar::Create(
      {{D("2013-08-26"), D("2013-12-20")}, {D("2014-01-06"), D("2014-05-30")}}, {});
  for (const char* day : {"2013-08-23", "2014-06-02", "2014-07-15", "2012-10-10", "2019-03-05"}) {
    EXPECT_FALSE(calendar.IsInstructional(D(day))) << day;
  }
  for (const char* day : {"2013-08-26", "2014-05-30"}) {
    EXPECT_TRUE(calendar.IsInstructional(D(day))) << day;
  }
  EXPECT_EQ(calendar.CountBetween(D("2014-05-29"), D("2014-08-01")), 2);
  EXPECT_EQ(calendar.CountBetween(D("2014-06-02"), D("2014-08-01")), 0);
  EXPECT_EQ(calendar.CountBetween(D("2013-01-01"), D("2013-08-27")), 1);
  EXPECT_TRUE(calendar.Reaches(D("2014-05-30")));
  EXPECT_FALSE(calendar.Reaches(D("2014-05-31")));
  EXPECT_TRUE(InstructionalCalendar::Create({}, {})->Reaches(D("2099-01-01")));
}

TEST(InstructionalCalendar, RefusesTermsThatMakeNoSense) {
  auto reversed = InstructionalCalendar::Create({{D("2013-02-01"), D("2013-01-01")}}, {});
  ASSERT_FALSE(reversed);
  EXPECT_EQ(reversed.error().reason, "CALENDAR_INVALID");
  EXPECT_EQ(reversed.error().field, "calendar.terms[0].last");
  auto overlapping = InstructionalCalendar::Create(
      {{D("2013-01-01"), D("2013-02-01")}, {D("2013-02-01"), D("2013-03-01")}}, {});
  ASSERT_FALSE(overlapping);
  EXPECT_EQ(overlapping.error().reason, "CALENDAR_INVALID");
  EXPECT_EQ(overlapping.error().field, "calendar.terms[1].first");
  auto unordered = InstructionalCalendar::Create(
      {{D("2014-01-06"), D("2014-05-30")}, {D("2013-08-26"), D("2013-12-20")}}, {});
  ASSERT_FALSE(unordered);
  EXPECT_EQ(unordered.error().field, "calendar.terms[1].first");
}

}  // namespace
}  // namespace throughline::core
