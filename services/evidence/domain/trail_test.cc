#include "evidence/domain/trail.h"

#include <gmock/gmock.h>

#include "core/date.h"

namespace throughline::evidence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::TrailPoint Point(uint64_t result, int32_t day, const std::string& assessment = "check") {
  v1::TrailPoint point;
  point.set_result(result);
  point.set_day(day);
  point.set_ppm(static_cast<int32_t>(result) * 1000);
  point.set_assessment(assessment);
  return point;
}

std::vector<uint64_t> ResultsOf(const std::vector<v1::TrailPoint>& points) {
  std::vector<uint64_t> results;
  for (const v1::TrailPoint& point : points) results.push_back(point.result());
  return results;
}

TEST(Trail, GivesItsPointsBack) {
  v1::TrailRow trail;
  AddPoint(trail, Point(1, 100), "t", "c");
  AddPoint(trail, Point(2, 101, "exam"), "u", "c2");
  const auto points = PointsOf(trail);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].SerializeAsString(), Point(1, 100).SerializeAsString());
  EXPECT_EQ(points[1].SerializeAsString(), Point(2, 101, "exam").SerializeAsString());
  EXPECT_EQ(PlaceOf(trail, 1).class_id(), "c2");
}

TEST(Trail, TellsWhatWasRecordedInATeam) {
  v1::TrailRow trail;
  AddPoint(trail, Point(1, 100), "t", "c");
  AddPoint(trail, Point(2, 101), "u", "c2");
  AddPoint(trail, Point(3, 102), "t", "c3");
  EXPECT_THAT(ResultsOf(PointsIn(trail, "t")), ElementsAre(1, 3));
  EXPECT_THAT(ResultsOf(PointsIn(trail, "u")), ElementsAre(2));
  EXPECT_THAT(PointsIn(trail, "v"), IsEmpty());
}

TEST(Trail, NamesEachPlaceOnceAndForgetsOneWithoutPoints) {
  v1::TrailRow trail;
  AddPoint(trail, Point(1, 100), "t", "c");
  AddPoint(trail, Point(2, 101), "u", "c2");
  AddPoint(trail, Point(3, 102), "t", "c");
  EXPECT_EQ(trail.places_size(), 2);
  RemovePoint(trail, 1);
  EXPECT_EQ(trail.places_size(), 2) << "the third is of it";
  RemovePoint(trail, 3);
  ASSERT_EQ(trail.places_size(), 1);
  EXPECT_EQ(PlaceOf(trail, 0).team(), "u");
  RemovePoint(trail, 7);
  EXPECT_THAT(ResultsOf(PointsOf(trail)), ElementsAre(2));
  RemovePoint(trail, 2);
  EXPECT_TRUE(trail.SerializeAsString().empty());
}

TEST(Trail, IsKeptByFourWeeksThatBeginOnAMonday) {
  const auto stretch_of = [](const char* day) {
    return StretchOf(core::ToDays(*core::ParseDate(day)));
  };
  EXPECT_EQ(stretch_of("1970-01-04"), 0);
  EXPECT_EQ(stretch_of("1970-01-25"), 0);
  EXPECT_EQ(stretch_of("1970-01-26"), 1);
}

}  // namespace
}  // namespace throughline::evidence
