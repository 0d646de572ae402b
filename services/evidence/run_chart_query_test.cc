#include "evidence/run_chart_query.h"

#include <gtest/gtest.h>

#include "evidence/domain/school_fixture.h"
#include "evidence/funnel_query.h"
#include "evidence/gap_trend_query.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::evidence {
namespace {

// A school of one team of 24 with a result of everybody every week from 2 September to 6 December.
class RunChartQuery : public testing::Test {
 protected:
  RunChartQuery() {
    plans::v1::SchoolChanged changed;
    changed.mutable_school()->set_district("d");
    changed.mutable_school()->set_school("s");
    changed.mutable_school()->set_version(1);
    school_.fixture.Give(changed);
    school_.fixture.AdvanceTo(*core::ParseInstant("2024-12-06T12:00:00Z"));
    school_.Schedule("c1", "2024-12-02", "2024-12-20");
    school_.Schedule("c2", "2025-01-06", "2025-01-24");
    for (int week = 0; week < 14; ++week) {
      const auto day = *core::ParseDate("2024-09-02") + std::chrono::days{7 * week};
      const double score = week < 6 ? 50 + week % 2 : 70;
      school_.PushAll(kClassSize, core::FormatDate(day), score, score);
    }
  }

  // `moment` where the answer depends on it.
  template <class Request, class Response, class... Moment>
  std::string AskOf(const Request& request, Response& response, Moment... moment) {
    runtime::SimulatedStore store;
    runtime::Commit commit;
    commit.token = "1";
    commit.rows = school_.fixture.Rows();
    EXPECT_TRUE(store.Apply({"evidence", 0}, commit));
    auto answered = Query(runtime::Rows(store, "evidence", 1), request, moment..., response);
    return answered ? "" : answered.error().reason;
  }
  template <class Request, class Response>
  std::string Ask(const Request& request, Response& response) {
    return AskOf(request, response, school_.fixture.now());
  }
  static v1::GetRunChartRequest OfTeam() {
    v1::GetRunChartRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team("t");
    request.set_indicator("reading");
    return request;
  }

  School school_;
};

TEST_F(RunChartQuery, ShowsTheSchoolYearOfToday) {
  v1::GetRunChartResponse response;
  ASSERT_EQ(Ask(OfTeam(), response), "");
  const v1::RunChart& chart = response.chart();
  EXPECT_EQ(chart.school(), "s");
  EXPECT_EQ(chart.team(), "t");
  EXPECT_EQ(chart.indicator(), "reading");
  EXPECT_EQ(chart.year(), 2024);
  EXPECT_EQ(chart.points(0).week(), "2024-07-01") << "without terms it begins in July";
  EXPECT_EQ(chart.points().rbegin()->week(), "2024-12-02");
  EXPECT_NEAR(chart.points().rbegin()->mean(), 72, 0.2);
  EXPECT_EQ(chart.points().rbegin()->students_at_least(), 20);
  EXPECT_TRUE(chart.has_signal());
  EXPECT_GT(chart.as_of_ms(), 0);
  EXPECT_NE(chart.sentence(), "");
}

TEST_F(RunChartQuery, ShowsAllStudentsOfASchool) {
  auto request = OfTeam();
  request.clear_team();
  v1::GetRunChartResponse response;
  ASSERT_EQ(Ask(request, response), "");
  EXPECT_EQ(response.chart().team(), "");
  EXPECT_TRUE(response.chart().points().rbegin()->has_mean());
}

TEST_F(RunChartQuery, ShowsAnotherYearWhenItIsAsked) {
  auto request = OfTeam();
  request.set_year(2023);
  v1::GetRunChartResponse response;
  ASSERT_EQ(Ask(request, response), "");
  EXPECT_EQ(response.chart().points(0).week(), "2023-06-26");
  for (const auto& point : response.chart().points()) EXPECT_FALSE(point.has_mean());
}

TEST_F(RunChartQuery, TakesTheGrowthOfThePlanInForce) {
  plans::v1::SitePlanPublished published;
  auto& plan = *published.mutable_plan();
  plan.set_district("d");
  plan.set_school("s");
  plan.set_plan("p");
  plan.set_year(2024);
  plan.add_indicators()->set_indicator("reading");
  plan.mutable_indicators(0)->set_desired_growth_per_year(0.36);
  v1::GetRunChartResponse before, after;
  ASSERT_EQ(Ask(OfTeam(), before), "");
  EXPECT_EQ(before.chart().desired().per_year(), 0.2);
  school_.fixture.Give(published);
  ASSERT_EQ(Ask(OfTeam(), after), "");
  EXPECT_EQ(after.chart().desired().per_year(), 0.36);
  EXPECT_DOUBLE_EQ(after.chart().desired().per_week(),
                   after.chart().baselines(0).centre() * 0.36 * 5 / 180);
}

TEST_F(RunChartQuery, ShowsTheBaselineThatWasDecided) {
  v1::SetRunChartBaselineRequest set;
  set.set_district("d");
  set.set_school("s");
  set.set_team("t");
  set.set_indicator("reading");
  set.set_from("2024-10-14");
  set.set_reason("The new reading block stays.");
  ASSERT_FALSE(school_.fixture.Give(set).refusal);
  v1::GetRunChartResponse response;
  ASSERT_EQ(Ask(OfTeam(), response), "");
  ASSERT_EQ(response.chart().baselines_size(), 2);
  EXPECT_EQ(response.chart().baselines(1).decision().from(), "2024-10-14");
  EXPECT_FALSE(response.chart().has_signal()) << "only eight weeks of it so far";
}

TEST_F(RunChartQuery, RefusesWhatIsNotThere) {
  v1::GetRunChartResponse response;
  auto request = OfTeam();
  request.set_team("nobody");
  EXPECT_EQ(Ask(request, response), "TEAM_UNKNOWN");
  request = OfTeam();
  request.set_indicator("writing");
  EXPECT_EQ(Ask(request, response), "INDICATOR_UNKNOWN");
  request = OfTeam();
  request.set_school("elsewhere");
  EXPECT_EQ(Ask(request, response), "SCHOOL_UNKNOWN");
  request = OfTeam();
  request.set_year(3000);
  EXPECT_EQ(Ask(request, response), "YEAR_INVALID");
  request = OfTeam();
  request.clear_indicator();
  EXPECT_EQ(Ask(request, response), "ID_INVALID");
}

TEST_F(RunChartQuery, ShowsTheClassesOfATeamAsTheyMayBeShown) {
  v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school("s");
  for (const char* class_id : {"b", "small"}) {
    auto& one = *roster.add_classes();
    one.set_class_id(class_id);
    one.set_team("t");
  }
  school_.fixture.Give(roster);
  std::vector<v1::Result> results;
  for (int i = 0; i < kClassSize; ++i) {
    results.push_back(School::Of(i, "2024-12-05", 40 + i % 5));
    results.back().set_class_id(i < 12 ? "c" : "b");
  }
  school_.Push(results);
  v1::ListClassRunChartsRequest request;
  request.set_district("d");
  request.set_school("s");
  request.set_team("t");
  request.set_indicator("reading");
  v1::ListClassRunChartsResponse response;
  ASSERT_EQ(Ask(request, response), "");
  ASSERT_EQ(response.charts_size(), 3);
  EXPECT_EQ(response.charts(0).class_id(), "b");
  EXPECT_EQ(response.charts(1).class_id(), "c");
  EXPECT_EQ(response.charts(2).class_id(), "small");
  EXPECT_TRUE(response.charts(1).points(10).has_mean()) << "the class of all of them in September";
  EXPECT_TRUE(response.charts(1).has_signal());
  // In December students went from the one class to the other within a week.
  for (const v1::RunChart& chart : response.charts()) {
    EXPECT_EQ(chart.points().rbegin()->absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
    EXPECT_FALSE(chart.points().rbegin()->held_back());
    EXPECT_EQ(chart.points(0).absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
    EXPECT_NE(chart.sentence(), "");
  }
  request.clear_team();
  EXPECT_EQ(Ask(request, response), "ID_INVALID");
}

TEST_F(RunChartQuery, GapTrendsHaveTheWindowOfEachCycle) {
  v1::ListGapTrendsRequest request;
  request.set_district("d");
  request.set_school("s");
  request.set_team("t");
  v1::ListGapTrendsResponse response;
  ASSERT_EQ(AskOf(request, response), "");
  ASSERT_EQ(response.trends_size(), 2) << "income:low and income:other";
  const v1::GapTrend& trend = response.trends(0);
  EXPECT_EQ(trend.group(), "income:low");
  ASSERT_EQ(trend.points_size(), 1);
  EXPECT_EQ(trend.points(0).first_day(), "2024-12-02");
  EXPECT_EQ(trend.points(0).last_day(), "2024-12-20");
  EXPECT_NE(trend.sentence(), "");
  request.set_indicator("writing");
  v1::ListGapTrendsResponse other;
  ASSERT_EQ(AskOf(request, other), "");
  EXPECT_TRUE(other.trends().empty());
}

TEST_F(RunChartQuery, FunnelsOfProficiencyAreOfThisSchoolYear) {
  v1::DefineAssessmentsRequest define;
  define.set_district("d");
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("check");
  assessment.set_title("Reading check");
  assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.set_proficiency_cut(60);
  assessment.add_indicators("reading");
  school_.fixture.Give(define);
  v1::GetFunnelRequest request;
  request.set_district("d");
  v1::GetFunnelResponse response;
  ASSERT_EQ(Ask(request, response), "");
  ASSERT_EQ(response.proficiency_size(), 1);
  EXPECT_EQ(response.proficiency(0).title(), "Reading check");
  ASSERT_EQ(response.proficiency(0).schools_size(), 1);
  EXPECT_EQ(response.proficiency(0).schools(0).students(), 20);
  EXPECT_EQ(response.proficiency(0).schools(0).share(), 1);
  request.set_indicator("writing");
  v1::GetFunnelResponse other;
  ASSERT_EQ(Ask(request, other), "");
  EXPECT_TRUE(other.proficiency().empty());
}

TEST_F(RunChartQuery, FunnelsCountTheCycleThatHasBegunAndNotTheNextOne) {
  v1::GetFunnelRequest request;
  request.set_district("d");
  v1::GetFunnelResponse response;
  ASSERT_EQ(Ask(request, response), "");
  ASSERT_EQ(response.funnels_size(), 1);
  const v1::Funnel& funnel = response.funnels(0);
  EXPECT_EQ(funnel.indicator(), "reading");
  ASSERT_EQ(funnel.schools_size(), 1);
  EXPECT_EQ(funnel.schools(0).students(), 24);
  EXPECT_EQ(funnel.schools(0).covered(), 24);
  EXPECT_EQ(funnel.schools(0).hidden_teams(), 0);
  request.set_indicator("writing");
  v1::GetFunnelResponse other;
  ASSERT_EQ(Ask(request, other), "");
  EXPECT_TRUE(other.funnels().empty());
}

}  // namespace
}  // namespace throughline::evidence
