// A school year is watched as a cycle is, and nobody is shown it as one.
#include <gtest/gtest.h>

#include "district.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::disclosure {
namespace {

TEST(SchoolYear, IsNoCycleThatReadersAreShown) {
  District district;
  district.AdoptTerm("2024-08-12", "2025-06-13");
  district.OpenClass("s", "k", "t");
  district.EnrollMany("s", "k", 24, {"g:a"});
  district.Schedule("s", "t", "c1", "2024-08-01", "2024-09-02", "2024-09-20");
  district.PushMany("s", "k", 24, "2024-08-20", 60);
  district.PushMany("s", "k", 24, "2024-09-05", 40);
  district.Wait();
  ASSERT_EQ(district.Growth().size(), 1u);
  EXPECT_EQ(district.Growth()[0].cycle(), "c1");
  ASSERT_EQ(district.Coverage().size(), 1u);
  EXPECT_EQ(district.Coverage()[0].cycle(), "c1");
  for (const auto& row : district.Gaps()) EXPECT_EQ(row.cycle(), "c1");
  int behind = 0;
  for (const auto& event : district.TakeStreamed()) {
    EXPECT_EQ(event->ShortDebugString().find("@2024"), std::string::npos) << event->DebugString();
    const auto* moved = dynamic_cast<const evidence::v1::EvidenceMoved*>(event.get());
    if (moved == nullptr || moved->trigger() != common::v1::TRIGGER_BEHIND_FOR_YEAR) continue;
    ++behind;
    EXPECT_EQ(moved->evidence().matched(), 24);
    EXPECT_EQ(moved->test().students(), 24);
  }
  EXPECT_EQ(behind, 1);
}

}  // namespace
}  // namespace throughline::disclosure
