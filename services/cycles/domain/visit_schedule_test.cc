#include "cycles/domain/visit_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace throughline::cycles {
namespace {

using core::Date;
using core::InstructionalCalendar;
using std::chrono::days;

Date DayOf(const std::string& text) { return *core::ParseDate(text); }

InstructionalCalendar CalendarWith(const std::vector<std::string>& closures) {
  std::vector<Date> dates{DayOf("2026-09-07"), DayOf("2026-11-26"), DayOf("2026-11-27")};
  for (const std::string& one : closures) dates.push_back(DayOf(one));
  return *InstructionalCalendar::Create({{DayOf("2026-08-31"), DayOf("2027-06-04")}}, dates);
}

std::vector<VisitingSchool> Schools(int count) {
  std::vector<VisitingSchool> schools;
  for (int i = 0; i < count; ++i) {
    // Each closes on days of its own.
    schools.push_back({"school-" + std::to_string(i),
                       CalendarWith({core::FormatDate(DayOf("2026-10-01") + days{i % 30}),
                                     core::FormatDate(DayOf("2027-02-01") + days{i % 20})})});
  }
  return schools;
}

Date MondayOf(Date day) { return day - days{std::chrono::weekday(day).iso_encoding() - 1}; }

const std::vector<Quarter>& Year() {
  static const auto quarters = QuartersOf(CalendarWith({}), DayOf("2026-08-31"));
  return quarters;
}

// What every proposal keeps to, whatever it is of.
void ExpectRules(const std::vector<VisitingSchool>& schools, const v1::ProposeVisitsResponse& of,
                 const ProposalOptions& options) {
  std::map<std::string, const VisitingSchool*> known;
  for (const VisitingSchool& one : schools) known[one.school] = &one;
  std::map<std::pair<Date, std::string>, int> in_week;
  std::map<std::pair<int, std::string>, int> hosted;
  for (const v1::ProposedVisit& visit : of.visits()) {
    const Date date = DayOf(visit.date());
    EXPECT_GE(date, options.from);
    EXPECT_GE(date, Year()[visit.quarter() - 1].first);
    EXPECT_LE(date, Year()[visit.quarter() - 1].last);
    EXPECT_EQ(visit.visitors_size(), options.visitor_schools);
    EXPECT_EQ(++hosted[std::make_pair(visit.quarter(), visit.host())], 1);
    std::vector<std::string> all{visit.visitors().begin(), visit.visitors().end()};
    all.push_back(visit.host());
    for (const std::string& one : all) {
      EXPECT_TRUE(known[one]->calendar.IsInstructional(date)) << one << " on " << visit.date();
      EXPECT_EQ(++in_week[std::make_pair(MondayOf(date), one)], 1) << one << " twice in a week";
    }
  }
  for (const v1::UnplacedVisit& one : of.unplaced()) {
    EXPECT_EQ((hosted[std::make_pair(one.quarter(), one.host())]), 0);
  }
}

TEST(VisitSchedule, QuartersAreOfEqualInstructionalDays) {
  const auto calendar = CalendarWith({});
  ASSERT_EQ(Year().size(), 4);
  EXPECT_EQ(Year()[0].first, DayOf("2026-08-31"));
  EXPECT_EQ(Year()[3].last, DayOf("2027-06-04"));
  int fewest = 1000, most = 0;
  for (const Quarter& one : Year()) {
    const int count = calendar.CountBetween(one.first, one.last + days{1});
    fewest = std::min(fewest, count);
    most = std::max(most, count);
  }
  EXPECT_LE(most - fewest, 1);
  EXPECT_TRUE(QuartersOf(calendar, DayOf("2027-07-01")).empty()) << "in no school year";
  EXPECT_TRUE(QuartersOf(InstructionalCalendar(), DayOf("2026-10-01")).empty()) << "without terms";
}

TEST(VisitSchedule, EverySchoolHostsOnceAQuarterAndNobodyTwiceAWeek) {
  for (const int count : {3, 4, 5, 12, 84}) {
    for (const int together : {2, 3, 4}) {
      for (int64_t seed = 0; seed < (count > 12 ? 1 : 5); ++seed) {
        SCOPED_TRACE(testing::Message() << count << " schools, " << together << ", seed " << seed);
        const auto schools = Schools(count);
        const ProposalOptions options{DayOf("2026-08-31"), together, seed};
        const auto proposal = ProposeVisits(schools, Year(), {}, options);
        ExpectRules(schools, proposal, options);
        const bool enough = count > together;
        EXPECT_EQ(proposal.visits_size(), enough ? 4 * count : 0);
        EXPECT_EQ(proposal.unplaced_size(), enough ? 0 : 4 * count);
      }
    }
  }
}

TEST(VisitSchedule, VisitorsRotate) {
  const auto proposal = ProposeVisits(Schools(12), Year(), {}, {DayOf("2026-08-31"), 2, 1});
  std::map<std::string, int> made;
  std::map<std::string, int> made_to;
  for (const v1::ProposedVisit& visit : proposal.visits()) {
    for (const std::string& one : visit.visitors()) {
      ++made[one];
      ++made_to[one + " to " + visit.host()];
    }
  }
  for (const auto& [school, count] : made) EXPECT_NEAR(count, 8, 1) << school;
  for (const auto& [pair, count] : made_to) EXPECT_LE(count, 2) << pair;
}

TEST(VisitSchedule, IsSpreadOverTheWeeksOfAQuarter) {
  const auto proposal = ProposeVisits(Schools(12), Year(), {}, {DayOf("2026-08-31"), 2, 1});
  std::map<Date, int> by_week;
  for (const v1::ProposedVisit& visit : proposal.visits()) ++by_week[MondayOf(DayOf(visit.date()))];
  for (const auto& [week, count] : by_week) EXPECT_LE(count, 4) << core::FormatDate(week);
}

TEST(VisitSchedule, SameSeedIsTheSameProposalAndAnotherOneIsNot) {
  const auto of = [](int64_t seed) {
    return ProposeVisits(Schools(12), Year(), {}, {DayOf("2026-08-31"), 2, seed})
        .SerializeAsString();
  };
  EXPECT_EQ(of(5), of(5));
  EXPECT_NE(of(5), of(6));
}

TEST(VisitSchedule, WhatIsPlannedCounts) {
  const auto schools = Schools(6);
  const ProposalOptions options{DayOf("2026-08-31"), 2, 3};
  const auto first = ProposeVisits(schools, Year(), {}, options);
  std::vector<PlannedVisit> planned;
  for (const v1::ProposedVisit& visit : first.visits()) {
    if (visit.quarter() > 2) continue;
    planned.push_back(
        {visit.host(), {visit.visitors().begin(), visit.visitors().end()}, DayOf(visit.date())});
  }
  const auto rest = ProposeVisits(schools, Year(), planned, options);
  EXPECT_EQ(rest.visits_size(), 12);
  for (const v1::ProposedVisit& visit : rest.visits()) EXPECT_GT(visit.quarter(), 2);
  EXPECT_EQ(rest.unplaced_size(), 0);
}

TEST(VisitSchedule, BeginsOnTheDayThatIsAsked) {
  const auto schools = Schools(6);
  const ProposalOptions options{DayOf("2027-01-15"), 2, 3};
  const auto proposal = ProposeVisits(schools, Year(), {}, options);
  ExpectRules(schools, proposal, options);
  EXPECT_LT(proposal.visits_size(), 24);
}

TEST(VisitSchedule, TooFewSchoolsAreLeftWithout) {
  const auto proposal = ProposeVisits(Schools(2), Year(), {}, {DayOf("2026-08-31"), 2, 0});
  EXPECT_EQ(proposal.visits_size(), 0);
  EXPECT_EQ(proposal.unplaced_size(), 8);
}

}  // namespace
}  // namespace throughline::cycles
