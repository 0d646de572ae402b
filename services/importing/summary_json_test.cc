#include "importing/summary_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::importing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SummaryJson, SaysCountsAndTheFirstProblems) {
  ImportCounts counts;
  counts.outcomes = {{"accepted", 25999}, {"quarantined", 1}};
  counts.problems = 1;
  const std::string json = SummaryJson(
      counts, {{"results.csv", 17, "score", "NOT_A_NUMBER", "The score is no number.", "abc"}});
  EXPECT_THAT(json, HasSubstr("\"outcomes\":{\"accepted\":25999,\"quarantined\":1}"));
  EXPECT_THAT(json, HasSubstr("\"problemCount\":1"));
  EXPECT_THAT(json, HasSubstr("\"line\":17"));
  // What a value was is for the terminal of whoever has the bundle, not for what is kept.
  EXPECT_THAT(json, Not(HasSubstr("abc")));
}

}  // namespace
}  // namespace throughline::importing
