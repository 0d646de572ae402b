#include "evidence/domain/student_standing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::evidence {
namespace {

using ::testing::ElementsAre;

v1::ContributionRow Row(bool struggling, bool has_result = true) {
  v1::ContributionRow row;
  if (has_result) row.mutable_current()->set_day(20);
  row.set_struggling(struggling);
  return row;
}

class Standings : public ::testing::Test {
 protected:
  const v1::ContributionRow low_ = Row(true), over_ = Row(false), none_ = Row(false, false);

  static std::string Of(const std::vector<const v1::ContributionRow*>& cycles) {
    const Standing standing = StandingOf(cycles);
    if (standing.struggling == v1::STRUGGLING_UNSPECIFIED) return "";
    return v1::Struggling_Name(standing.struggling).substr(11) + " " +
           std::to_string(standing.cycle);
  }
};

TEST_F(Standings, AreNewPersistingOrRecovered) {
  EXPECT_EQ(Of({&low_}), "NEW 0");
  EXPECT_EQ(Of({&low_, &over_}), "NEW 0");
  EXPECT_EQ(Of({&low_, nullptr}), "NEW 0");
  EXPECT_EQ(Of({&low_, &low_}), "PERSISTING 0");
  EXPECT_EQ(Of({&over_, &low_}), "RECOVERED 0");
  EXPECT_EQ(Of({&over_, &over_, &low_}), "");
  EXPECT_EQ(Of({}), "");
}

TEST_F(Standings, StayAsTheyWereUntilThereIsAResult) {
  EXPECT_EQ(Of({nullptr, &low_, &low_}), "PERSISTING 1");
  EXPECT_EQ(Of({&none_, &low_, &over_}), "NEW 1");
  EXPECT_EQ(Of({nullptr, &over_, &low_}), "") << "recovered a cycle ago";
  EXPECT_EQ(Of({nullptr, nullptr, &low_}), "");
}

TEST(CyclesOnAnIndicator, AreTheLatestThatHaveBegun) {
  v1::TeamRow team;
  const auto add = [&](const char* cycle, int32_t start, const char* indicator) {
    v1::Watch& watch = *team.add_watches();
    watch.set_cycle(cycle);
    watch.set_start(start);
    watch.add_indicators()->set_indicator(indicator);
  };
  add("@2024", 0, "reading");
  add("c1", 10, "reading");
  add("c2", 20, "reading");
  add("c3", 30, "writing");
  add("c4", 40, "reading");
  add("c5", 50, "reading");
  add("c6", 60, "reading");
  std::vector<std::string> cycles;
  for (const v1::Watch* one : CyclesOn(team, "reading", 59)) cycles.push_back(one->cycle());
  EXPECT_THAT(cycles, ElementsAre("c5", "c4", "c2"));
}

}  // namespace
}  // namespace throughline::evidence
