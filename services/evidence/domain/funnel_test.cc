#include "evidence/domain/funnel.h"

#include <gtest/gtest.h>

namespace throughline::evidence {
namespace {

v1::CoverageRow CoveredTeam(const std::string& school, int32_t rostered, int32_t covered,
                            const std::string& indicator = "reading") {
  v1::CoverageRow row;
  row.set_school(school);
  row.set_indicator(indicator);
  row.set_rostered(rostered);
  row.set_covered(covered);
  row.set_as_of_ms(5);
  return row;
}

v1::CoverageRow HiddenTeam(const std::string& school) {
  v1::CoverageRow row;
  row.set_school(school);
  row.set_indicator("reading");
  row.set_suppressed(true);
  row.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
  return row;
}

TEST(FunnelOfSchools, ComparesSharesWithWhatChanceGivesAtTheirSize) {
  const auto funnels = FunnelsOf({CoveredTeam("a", 100, 80), CoveredTeam("a", 100, 82),
                                  CoveredTeam("b", 20, 14), CoveredTeam("c", 200, 160),
                                  CoveredTeam("d", 100, 55), CoveredTeam("e", 100, 100)});
  ASSERT_EQ(funnels.size(), 1U);
  const v1::Funnel& funnel = funnels[0];
  EXPECT_EQ(funnel.students(), 620);
  EXPECT_NEAR(funnel.share(), 491 / 620.0, 1e-12);
  ASSERT_EQ(funnel.schools_size(), 5);
  EXPECT_EQ(funnel.schools(0).students(), 200) << "both of its teams";
  EXPECT_EQ(funnel.schools(0).position(), v1::FUNNEL_POSITION_WITHIN);
  EXPECT_EQ(funnel.schools(1).position(), v1::FUNNEL_POSITION_WITHIN) << "70 % of 20";
  EXPECT_EQ(funnel.schools(3).position(), v1::FUNNEL_POSITION_FAR_BELOW);
  EXPECT_EQ(funnel.schools(4).position(), v1::FUNNEL_POSITION_FAR_ABOVE);
  EXPECT_EQ(funnel.sentence(),
            "Of 5 schools, 2 differ from the district's 79.2 % of students with a result by more "
            "than chance: 1 above, 1 below.");
  EXPECT_EQ(funnel.as_of_ms(), 5);
}

TEST(FunnelOfSchools, LeavesOutWhatMayNotBeShown) {
  const auto funnels = FunnelsOf({CoveredTeam("a", 30, 20), HiddenTeam("a"), HiddenTeam("b")});
  const v1::Funnel& funnel = funnels[0];
  EXPECT_EQ(funnel.schools(0).students(), 30);
  EXPECT_EQ(funnel.schools(0).hidden_teams(), 1);
  EXPECT_FALSE(funnel.schools(1).has_students());
  EXPECT_FALSE(funnel.schools(1).has_share());
  EXPECT_EQ(funnel.schools(1).absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_EQ(funnel.schools(1).position(), v1::FUNNEL_POSITION_UNSPECIFIED);
  EXPECT_EQ(funnel.sentence(),
            "Of 1 school none differs from the district's 66.7 % of students with a result by more "
            "than chance. 1 more school is not shown: too few students.");
}

TEST(FunnelOfSchools, CountsATeamWithoutAnyResultAsManyAsAreShownOfIt) {
  v1::CoverageRow nothing;
  nothing.set_school("a");
  nothing.set_indicator("reading");
  nothing.set_covered(0);
  nothing.set_rostered_at_least(20);
  nothing.set_absent(common::v1::ABSENCE_REASON_NO_RESULTS);
  const auto funnels = FunnelsOf({nothing, CoveredTeam("b", 20, 20)});
  EXPECT_EQ(funnels[0].schools(0).share(), 0);
  EXPECT_EQ(funnels[0].share(), 0.5);
  EXPECT_EQ(FunnelsOf({nothing})[0].sentence(), "No student has a result in these cycles yet.");
}

TEST(FunnelOfSchools, OfNobodySaysSo) {
  const auto funnels = FunnelsOf({HiddenTeam("a")});
  EXPECT_FALSE(funnels[0].has_share());
  EXPECT_TRUE(funnels[0].limits().empty());
  EXPECT_EQ(funnels[0].sentence(), "No school has so many students that they may be shown.");
}

TEST(FunnelOfSchools, IsOneAnIndicatorWithLimitsForEverySize) {
  const auto funnels = FunnelsOf({CoveredTeam("a", 20, 10, "writing"), CoveredTeam("a", 20, 18),
                                  CoveredTeam("b", 400, 300), CoveredTeam("c", 100, 70)});
  ASSERT_EQ(funnels.size(), 2U);
  EXPECT_EQ(funnels[0].indicator(), "reading");
  EXPECT_EQ(funnels[0].limits(0).students(), 20);
  EXPECT_EQ(funnels[0].limits().rbegin()->students(), 400);
  EXPECT_GT(funnels[0].limits(0).high_95(), funnels[0].limits().rbegin()->high_95());
  EXPECT_EQ(funnels[1].limits_size(), 1);
}

}  // namespace
}  // namespace throughline::evidence
