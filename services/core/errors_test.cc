#include "core/errors.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

std::string Said(const Error& error) {
  return error.reason + " " + error.field + ": " + error.message;
}

TEST(Errors, SayWhatIsWrongWithAnId) {
  EXPECT_EQ(Said(IdInvalid("plan.plan")),
            "ID_INVALID plan.plan: plan.plan must be 1 to 64 letters, digits, or any of . _ : -");
  EXPECT_EQ(Said(SchoolUnknown("lee")),
            "SCHOOL_UNKNOWN school: There is no school lee; register it first.");
  EXPECT_EQ(Said(DistrictUnknown("star")),
            "DISTRICT_UNKNOWN district: There is no district star; create it first.");
  EXPECT_EQ(DistrictUnknown("star").code, Code::kNotFound);
}

TEST(Errors, DistinguishAnIdThatIsLeftOutFromOneThatIsNotThere) {
  EXPECT_EQ(Said(DistrictUnknown("")), "ID_MISSING district: district is missing.");
  EXPECT_EQ(DistrictUnknown("").code, Code::kInvalidArgument);
}

TEST(Errors, NameWhatIsNotThere) {
  EXPECT_EQ(Said(Unknown("plan", "p")), "PLAN_UNKNOWN plan: There is no plan p.");
  EXPECT_EQ(Unknown("plan", "p").code, Code::kNotFound);
}

TEST(Errors, CountTextInBytesAsItIsCompared) {
  EXPECT_EQ(Said(TextTooLong("reason", 2000)),
            "TEXT_TOO_LONG reason: reason may have at most 2000 bytes.");
}

TEST(Errors, SayWhichVersionThereIs) {
  EXPECT_EQ(Said(VersionStale("plan.version", 3, 5)),
            "VERSION_STALE plan.version: It is at version 5 by now, not 3; read it again.");
  EXPECT_EQ(VersionStale("plan.version", 3, 5).code, Code::kAborted);
}

TEST(CheckIds, NamesTheFirstThatIsNone) {
  EXPECT_FALSE(CheckIds({{"district", "star"}, {"school", "", true}}));
  EXPECT_EQ(CheckIds({{"district", "star"}, {"school", ""}, {"team", "/"}})->field, "school");
  EXPECT_EQ(CheckIds({{"district", "star"}, {"school", "a b", true}})->field, "school");
}

}  // namespace
}  // namespace throughline::core
