// What readers are shown of gaps of schools and of the district, and of the sums that they rest on.
#include <gtest/gtest.h>

#include "disclosure/disclose.h"
#include "district.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::disclosure {
namespace {

using evidence::v1::EvidenceMoved;
using evidence::v1::Result;

// Of a school of six teams of 24, in which the learners, who were behind, fell further behind.
District::Events Widened() {
  District district;
  for (int t = 0; t < 6; ++t) {
    const std::string team = "t" + std::to_string(t), class_id = team + "-class";
    district.OpenClass("s", class_id, team);
    district.Schedule("s", team, "c1", "2024-08-01", "2024-09-02", "2024-09-20");
    std::vector<Result> before, now;
    for (int i = 0; i < 24; ++i) {
      const bool learner = i % 2 == 0;
      const std::string student = team + "-" + std::to_string(i);
      district.Enroll("s", student, {class_id}, {learner ? "language:learner" : "language:other"});
      const double score = (learner ? 50 : 60) + i * 7 % 11;
      const double change = 3 + i * 5 % 9 - (learner ? 4 : 0);
      before.push_back(district.Of("s", class_id, student, "2024-08-20", score, "before"));
      now.push_back(district.Of("s", class_id, student, "2024-09-05", score + change, "now"));
    }
    district.Push(before);
    district.Push(now);
  }
  district.Wait();
  return district.TakeStreamed();
}

TEST(SchoolGaps, AreShownInWholeCellsAndTheirSumsNotAtAll) {
  const District::Events streamed = Widened();
  for (const auto& one : AllOf<evidence::v1::ChangesSummed>(streamed)) {
    EXPECT_TRUE(one.teams().empty() && one.sums().empty());
  }
  for (const auto& one : AllOf<evidence::v1::DistrictChangesSummed>(streamed)) {
    EXPECT_TRUE(one.sums().empty());
  }
  int gaps = 0;
  for (const EvidenceMoved& moved : AllOf<EvidenceMoved>(streamed)) {
    if (!moved.team().empty() || !moved.met()) continue;
    ++gaps;
    EXPECT_EQ(moved.gap().group_count(), 70) << "of 72";
    EXPECT_EQ(moved.gap().complement_count(), 70);
    EXPECT_FALSE(moved.gap().has_shown());
    EXPECT_LT(moved.gap().difference_high(), 0);
    EXPECT_EQ(moved.gap().teams(), 6);
    EvidenceMoved of_larger_cells = moved;
    EXPECT_TRUE(HideSmallCells(of_larger_cells, 100));
    EXPECT_EQ(of_larger_cells.gap().absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
    EXPECT_FALSE(of_larger_cells.gap().has_difference());
    EXPECT_FALSE(of_larger_cells.gap().has_group_count());
  }
  EXPECT_EQ(gaps, 2) << "of the school, and of the district";
}

}  // namespace
}  // namespace throughline::disclosure
