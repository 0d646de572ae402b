#include "gateway/bundles/lines.h"

#include <gtest/gtest.h>

#include "gateway/json/json_reader.h"

namespace throughline::gateway::bundles {
namespace {

Json Read(const std::string& line) {
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = ReadJson(line);
  EXPECT_TRUE(json);
  return json ? *json : Json();
}

TEST(Lines, SayHowFarItIs) {
  importing::ImportCounts counts;
  counts.schools = 2;
  counts.results = 1500;
  counts.problems = 1;
  const Json progress = Read(ProgressLine(counts))["progress"];
  EXPECT_EQ(progress["schools"].dump(), "2");
  EXPECT_EQ(progress["results"].dump(), "1500");
  EXPECT_EQ(progress["problemCount"].dump(), "1");
}

TEST(Lines, EndWithASummaryOrAnError) {
  EXPECT_EQ(SummaryLine("{\"results\":3}"), "{\"summary\":{\"results\":3}}\n");
  const Json error = Read(ErrorLine({core::Code::kInvalidArgument, "ARCHIVE_BROKEN",
                                     "It cannot\nbe unpacked: \xFF.", "users.csv"}))["error"];
  EXPECT_EQ(error["reason"], "ARCHIVE_BROKEN");
  EXPECT_EQ(error["field"], "users.csv");
}

}  // namespace
}  // namespace throughline::gateway::bundles
