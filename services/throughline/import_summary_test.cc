#include "throughline/import_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace throughline {
namespace {

oneroster::BundleProblem Problem(int64_t line) {
  return {"results.csv", line, "score", "NOT_A_NUMBER", "The score is no number.", "abc"};
}

TEST(ImportSummary, AProblemSaysFileLineColumnAndReason) {
  EXPECT_EQ(Sentence(Problem(17)),
            "results.csv, line 17, column score: NOT_A_NUMBER: The score is no number. [abc]");
  EXPECT_EQ(Sentence({"users.csv", 0, "", "MISSING_FILE", "It is not there.", ""}),
            "users.csv: MISSING_FILE: It is not there.");
}

TEST(ImportSummary, TheFirstProblemsAreSaidAndTheRestCounted) {
  std::vector<std::string> said;
  ProblemList problems([&](const std::string& line) { said.push_back(line); });
  for (int i = 1; i <= 1021; ++i) problems.Add(Problem(i));
  EXPECT_EQ(said.size(), 20u);
  problems.Finish();
  ASSERT_EQ(said.size(), 21u);
  EXPECT_EQ(said.back(), "and 1,001 more problems");
  EXPECT_EQ(problems.first().size(), 20u);
}

TEST(ImportSummary, FewProblemsNeedNoCount) {
  std::vector<std::string> said;
  ProblemList problems([&](const std::string& line) { said.push_back(line); });
  problems.Add(Problem(1));
  problems.Finish();
  EXPECT_EQ(said.size(), 1u);
}

ImportCounts Counts() {
  ImportCounts counts;
  counts.schools = 80;
  counts.classes = 1387;
  counts.results = 26000;
  counts.seconds = 2;
  counts.outcomes = {{"accepted", 25999}, {"quarantined", 1}};
  counts.reasons = {{"STUDENT_UNKNOWN", 1}};
  counts.problems = 1;
  return counts;
}

TEST(ImportSummary, ReadsAsAFewLines) {
  std::ostringstream out;
  PrintSummary(Counts(), out);
  EXPECT_EQ(out.str(),
            "Read: 80 schools, 0 teams, 1,387 classes, 0 students, 0 assessments, 0 line items\n"
            "Results: 26,000 (25,999 accepted, 1 quarantined), 13,000 a second\n"
            "Set aside because: 1 STUDENT_UNKNOWN\n"
            "Problems in what was read: 1; the rest is unharmed\n");
  EXPECT_EQ(ProgressText(Counts()), "26,000 results (13,000 a second)");
}

}  // namespace
}  // namespace throughline
