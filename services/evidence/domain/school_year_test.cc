// A team's growth over the school year, as scripts in time on one school.
#include "evidence/domain/school_year.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "evidence/domain/contribution.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const EvidenceKey kYear{{"d", "s", "t"}, "@2024", "reading"};

void AdoptTerms(School& school, const std::string& first, const std::string& last,
                int baseline_days = 30) {
  plans::v1::DistrictAdopted adopted = AdoptedDistrict();
  adopted.mutable_district()->set_version(2);
  adopted.mutable_district()->mutable_policy()->set_year_baseline_days(baseline_days);
  auto& term = *adopted.mutable_district()->mutable_calendar()->add_terms();
  term.set_first(first);
  term.set_last(last);
  school.fixture.Give(adopted);
}

// A school whose year of one term began on 12 August, on a day of November.
School& InNovember(School& school, int baseline_days = 30) {
  AdoptTerms(school, "2024-08-12", "2025-06-13", baseline_days);
  school.fixture.AdvanceTo(*core::ParseInstant("2024-11-15T12:00:00Z"));
  return school;
}

const v1::EvidenceRow& YearRow(const School& school) {
  return *school.fixture.state().Find(kEvidence, RowKeyOf(kYear));
}

// Whether it was found that the team is behind for the year (true), or no longer, in order.
std::vector<bool> Behind(const decider::Fixture::Outcome& outcome) {
  std::vector<bool> behind;
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->trigger() == common::v1::TRIGGER_BEHIND_FOR_YEAR) behind.push_back(moved->met());
  }
  return behind;
}

const v1::EvidenceMoved* BehindEvent(const decider::Fixture::Outcome& outcome) {
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->trigger() == common::v1::TRIGGER_BEHIND_FOR_YEAR) return moved;
  }
  return nullptr;
}

// 0.9 on the 22nd day of 180, 10 September, of a mean of 56.75.
constexpr double kDesiredAYear = 0.9 / 56.75 * 180 / 22;

TEST(SchoolYear, GrowthSinceItsFirstResultsIsHeldToWhatWasDesiredSinceItsFirstDay) {
  School school;
  InNovember(school);
  school.Schedule("c1", "2024-09-09", "2024-09-27", 7, kDesiredAYear);
  school.Push(School::OfEach("2024-08-14", kTwelveBefore));
  const auto outcome = school.Push(School::OfEach("2024-09-10", kTwelveNow));
  const auto* moved = BehindEvent(outcome);
  ASSERT_NE(moved, nullptr);
  EXPECT_TRUE(moved->met());
  EXPECT_EQ(moved->team(), "t");
  EXPECT_EQ(moved->cycle(), "");
  EXPECT_EQ(moved->indicator(), "reading");
  EXPECT_EQ(moved->evidence().matched(), 12);
  EXPECT_NEAR(moved->evidence().desired_to_date(), 0.9, 1e-9);
  const common::v1::TriggerTest& test = moved->test();
  EXPECT_NEAR(test.t(), -5.510138, 1e-6);
  EXPECT_EQ(test.degrees_of_freedom(), 11);
  EXPECT_EQ(test.information(), 12);
  EXPECT_NEAR(test.log_evidence(), 4.105100, 1e-6);
  EXPECT_NEAR(test.log_threshold(), std::log(10), 1e-9) << "whatever the number of indicators";
  EXPECT_EQ(test.questions(), 1);
  for (const auto* other : outcome.All<v1::EvidenceMoved>()) {
    EXPECT_NE(other->trigger(), common::v1::TRIGGER_OFF_TRACK) << "of seven, log(7 / 0.1) = 4.2";
  }
  ExpectFolded(school);
}

TEST(SchoolYear, BeginsWithTheFirstResultOfItsFirstDaysAndGoesToTheLatest) {
  School school;
  InNovember(school, 10);  // to 23 August
  school.Schedule("c1", "2024-11-04", "2024-11-22");
  school.Push({School::Of(0, "2024-08-12", 40), School::Of(0, "2024-08-20", 50),
               School::Of(0, "2024-10-01", 60)});
  school.Push({School::Of(1, "2024-08-23", 30), School::Of(1, "2024-08-24", 35)});
  school.Push({School::Of(2, "2024-08-26", 70)});                                   // too late
  school.Push({School::Of(3, "2024-08-13", 80)});                                   // the only one
  school.Push({School::Of(4, "2024-08-09", 90), School::Of(4, "2024-11-01", 91)});  // of summer
  const v1::EvidenceRow& row = YearRow(school);
  EXPECT_EQ(row.covered(), 4) << "whoever has a result of a later day than the first";
  const auto contribution = [&](int student) {
    return *school.fixture.state().Find(kContributions,
                                        ContributionKey(kYear, "p" + std::to_string(student)));
  };
  EXPECT_EQ(contribution(0).baseline().ppm(), 400000);
  EXPECT_EQ(contribution(0).current().ppm(), 600000);
  EXPECT_EQ(contribution(1).baseline().ppm(), 300000);
  EXPECT_EQ(contribution(1).current().ppm(), 350000);
  EXPECT_FALSE(contribution(2).has_baseline());
  EXPECT_FALSE(HasCurrent(contribution(3)));
  EXPECT_FALSE(contribution(4).has_baseline());
  EXPECT_EQ(contribution(4).current().ppm(), 910000);
  ExpectFolded(school);
}

// The numbers without what depends on when they were said.
std::string NumbersOf(v1::EvidenceRow row) {
  row.clear_shown();
  row.clear_last();
  row.clear_met();
  return row.SerializeAsString();
}

TEST(SchoolYear, OrderDuplicatesAndCorrectionsLeaveNoTrace) {
  std::vector<v1::Result> results;
  const char* days[] = {"2024-08-12", "2024-08-13", "2024-09-20", "2024-10-15", "2024-11-11"};
  std::mt19937 random(7);
  for (int student = 0; student < kClassSize; ++student) {
    for (const char* day : days) {
      if (random() % 3 == 0) continue;
      v1::Result one = School::Of(student, day, static_cast<double>(random() % 100));
      results.push_back(one);
      if (random() % 4 != 0) continue;
      one.set_source_id(one.source_id() + "/again");  // of the same day
      one.set_score(static_cast<double>(random() % 100));
      results.push_back(one);
    }
  }
  School in_order;
  InNovember(in_order);
  in_order.Schedule("c1", "2024-09-09", "2024-09-27");
  in_order.Push(results);
  for (int seed = 0; seed < 10; ++seed) {
    School school;
    InNovember(school);
    if (seed % 2 == 0) school.Schedule("c1", "2024-09-09", "2024-09-27");
    std::shuffle(results.begin(), results.end(), random);
    for (size_t i = 0; i < results.size(); ++i) {
      v1::Result wrong = results[i];
      wrong.set_score(1);
      if (i % 5 == 0) school.Push({wrong});
      if (i % 7 == 0) {
        wrong.set_date("2024-08-12");
        wrong.set_modified_at_ms(2);
        school.Push({wrong});
      }
      v1::Result right = results[i];
      right.set_modified_at_ms(3);
      school.Push({right, right});
    }
    if (seed % 2 != 0) school.Schedule("c1", "2024-09-09", "2024-09-27");
    EXPECT_EQ(NumbersOf(YearRow(school)), NumbersOf(YearRow(in_order))) << seed;
    ExpectFolded(school);
  }
}

TEST(SchoolYear, NobodyIsBehindForAYearThatIsOver) {
  School school;
  InNovember(school);
  school.Schedule("c1", "2024-09-09", "2024-09-27", 1, kDesiredAYear);
  school.Push(School::OfEach("2024-08-14", kTwelveBefore));
  ASSERT_THAT(Behind(school.Push(School::OfEach("2024-09-10", kTwelveNow))), ElementsAre(true));
  EXPECT_THAT(Behind(school.fixture.AdvanceTo(*core::ParseInstant("2025-06-13T23:59:59Z"))),
              IsEmpty());
  EXPECT_THAT(Behind(school.fixture.AdvanceTo(*core::ParseInstant("2025-06-14T00:00:00Z"))),
              ElementsAre(false));
  std::vector<v1::Result> late = School::OfEach("2024-09-11", kTwelveNow);
  EXPECT_THAT(Behind(school.Push(late)), IsEmpty()) << "what comes late finds nothing";
  ExpectFolded(school);
}

TEST(SchoolYear, IsNoLongerBehindWhenACorrectionTakesTheEvidenceAway) {
  School school;
  InNovember(school);
  school.Schedule("c1", "2024-09-09", "2024-09-27", 1, kDesiredAYear);
  school.Push(School::OfEach("2024-08-14", kTwelveBefore));
  ASSERT_THAT(Behind(school.Push(School::OfEach("2024-09-10", kTwelveNow))), ElementsAre(true));
  std::vector<double> better = kTwelveBefore;
  for (double& score : better) score += 5;
  std::vector<v1::Result> corrected = School::OfEach("2024-09-10", better);
  for (v1::Result& result : corrected) result.set_modified_at_ms(2);
  EXPECT_THAT(Behind(school.Push(corrected)), ElementsAre(false));
  EXPECT_THAT(YearRow(school).met(), IsEmpty());
}

TEST(SchoolYear, HasTheIndicatorsOfAllItsCyclesAndIsForgottenInTheNext) {
  School school;
  plans::v1::DistrictAdopted adopted = AdoptedDistrict();
  adopted.mutable_district()->set_version(2);
  for (const auto& [first, last] :
       {std::pair("2024-08-12", "2024-12-20"), std::pair("2025-01-06", "2025-06-13"),
        std::pair("2025-08-11", "2026-06-12")}) {
    auto& term = *adopted.mutable_district()->mutable_calendar()->add_terms();
    term.set_first(first);
    term.set_last(last);
  }
  school.fixture.Give(adopted);
  const auto years = [&] {
    std::vector<std::string> said;
    const v1::TeamRow& team = *school.fixture.state().Find(kTeams, "d/s/t");
    for (const v1::Watch& watch : team.watches()) {
      if (!IsSchoolYear(watch.cycle())) continue;
      said.push_back(watch.cycle() + " to " + core::FormatDate(core::FromDays(watch.end())));
      for (const auto& one : watch.indicators()) said.back() += " " + one.indicator();
    }
    return said;
  };
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  school.Schedule("c2", "2025-02-03", "2025-02-21", 2);
  EXPECT_THAT(years(), ElementsAre("@2024 to 2025-06-13 reading other1"));
  school.fixture.AdvanceTo(*core::ParseInstant("2025-06-02T12:00:00Z"));
  school.Schedule("c3", "2025-08-18", "2025-09-05");
  EXPECT_THAT(years(),
              ElementsAre("@2024 to 2025-06-13 reading other1", "@2025 to 2026-06-12 reading"));
  school.fixture.AdvanceTo(*core::ParseInstant("2025-09-08T12:00:00Z"));
  school.Schedule("c4", "2025-09-08", "2025-09-26");
  EXPECT_THAT(years(), ElementsAre("@2025 to 2026-06-12 reading"));
}

TEST(SchoolYear, ThereIsNoneWithoutTerms) {
  School school;
  school.Schedule("c1", "2024-09-09", "2024-09-27");
  EXPECT_EQ(school.fixture.state().Find(kTeams, "d/s/t")->watches_size(), 1);
}

}  // namespace
}  // namespace throughline::evidence
