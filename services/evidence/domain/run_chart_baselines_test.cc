#include "evidence/domain/run_chart_baselines.h"

#include <gtest/gtest.h>

#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

// A school of one team that is registered, on 20 September 2024.
class RunChartBaselines : public testing::Test {
 protected:
  RunChartBaselines() {
    plans::v1::SchoolChanged changed;
    changed.mutable_school()->set_district("d");
    changed.mutable_school()->set_school("s");
    changed.mutable_school()->set_version(1);
    school_.fixture.Give(changed);
    school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z"));
  }

  static v1::SetRunChartBaselineRequest From(const std::string& day,
                                             const std::string& reason = "A new reading block.") {
    v1::SetRunChartBaselineRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team("t");
    request.set_indicator("reading");
    request.set_from(day);
    request.set_reason(reason);
    return request;
  }
  // The reason of the refusal and its field; empty when it is recorded.
  std::string Set(const v1::SetRunChartBaselineRequest& request) {
    const auto outcome = school_.fixture.Give(request);
    return outcome.refusal ? outcome.refusal->reason + " " + outcome.refusal->field : "";
  }
  const v1::RunChartBaselinesRow* Row(const std::string& team) const {
    return school_.fixture.state().Find(kRunChartBaselines,
                                        RunChartKey({"d", "s", team}, "reading"));
  }

  School school_;
};

TEST_F(RunChartBaselines, AreDecisionsWithTheirReason) {
  const auto outcome = school_.fixture.Give(From("2024-09-09"));
  ASSERT_EQ(outcome.All<v1::RunChartBaselineSet>().size(), 1U);
  EXPECT_EQ(outcome.All<v1::RunChartBaselineSet>()[0]->decision().reason(), "A new reading block.");
  ASSERT_NE(Row("t"), nullptr);
  EXPECT_EQ(Row("t")->decisions(0).from(), "2024-09-09");
  EXPECT_EQ(Row(""), nullptr) << "the school has its own";
  ExpectFolded(school_);
}

TEST_F(RunChartBaselines, AreKeptInOrderOfTheDayAndOneADay) {
  EXPECT_EQ(Set(From("2024-09-16")), "");
  EXPECT_EQ(Set(From("2024-09-02")), "");
  EXPECT_EQ(Set(From("2024-09-16", "Said better than before.")), "");
  ASSERT_EQ(Row("t")->decisions_size(), 2);
  EXPECT_EQ(Row("t")->decisions(0).from(), "2024-09-02");
  EXPECT_EQ(Row("t")->decisions(1).reason(), "Said better than before.");
}

TEST_F(RunChartBaselines, OfASchoolAreItsOwn) {
  auto request = From("2024-09-16");
  request.clear_team();
  EXPECT_EQ(Set(request), "");
  EXPECT_EQ(Row("")->decisions_size(), 1);
  EXPECT_EQ(Row("t"), nullptr);
}

TEST_F(RunChartBaselines, AreRefusedWhereThereIsNoSuchChart) {
  auto request = From("2024-09-16");
  request.set_team("nobody");
  EXPECT_EQ(Set(request), "TEAM_UNKNOWN team");
  request = From("2024-09-16");
  request.set_indicator("writing");
  EXPECT_EQ(Set(request), "INDICATOR_UNKNOWN indicator");
  request = From("2024-09-16");
  request.set_school("elsewhere");
  EXPECT_EQ(Set(request), "SCHOOL_UNKNOWN school");
  request = From("2024-09-16");
  request.set_indicator("");
  EXPECT_EQ(Set(request), "ID_INVALID indicator");
}

TEST_F(RunChartBaselines, AreRefusedOfADayThatIsNoneOrIsStillToCome) {
  EXPECT_EQ(Set(From("soon")), "BASELINE_DAY_INVALID from");
  EXPECT_EQ(Set(From("2024-09-21")), "BASELINE_DAY_INVALID from");
  EXPECT_EQ(Set(From("2024-09-20")), "") << "today";
}

TEST_F(RunChartBaselines, AreRefusedOutsideTheSchoolYear) {
  plans::v1::DistrictAdopted adopted = AdoptedDistrict();
  adopted.mutable_district()->set_version(2);
  auto& term = *adopted.mutable_district()->mutable_calendar()->add_terms();
  term.set_first("2024-08-12");
  term.set_last("2025-06-13");
  school_.fixture.Give(adopted);
  EXPECT_EQ(Set(From("2024-08-09")), "BASELINE_DAY_INVALID from");
  EXPECT_EQ(Set(From("2024-08-12")), "");
}

TEST_F(RunChartBaselines, AreRefusedWithoutAReason) {
  EXPECT_EQ(Set(From("2024-09-16", "")), "REASON_MISSING reason");
  EXPECT_EQ(Set(From("2024-09-16", "because")), "REASON_MISSING reason");
}

TEST_F(RunChartBaselines, AreRefusedWhenNothingChanges) {
  EXPECT_EQ(Set(From("2024-09-16")), "");
  EXPECT_EQ(Set(From("2024-09-16")), "BASELINE_UNCHANGED from");
}

TEST_F(RunChartBaselines, KeepThoseOfTheLatestFiftyDays) {
  for (int day = 0; day < 60; ++day) {
    const auto date = *core::ParseDate("2024-07-01") + std::chrono::days{day};
    EXPECT_EQ(Set(From(core::FormatDate(date))), "");
  }
  EXPECT_EQ(Row("t")->decisions_size(), 50);
  EXPECT_EQ(Row("t")->decisions(0).from(), "2024-07-11");
  ExpectFolded(school_);
}

}  // namespace
}  // namespace throughline::evidence
