#include "gateway/csv/results.h"

#include <gmock/gmock.h>

#include "gateway/csv/tally.h"
#include "gateway/intake/errors.h"

namespace throughline::gateway::csv {
namespace {

constexpr char kPlain[] = R"({
  "source": "v",
  "columns": {"student": "Student", "score": "Points", "date": "Day", "class": "Class"},
  "constants": {"assessment": "fall"}, "score_status": {"absent": "not submitted"},
  "no_score": ["-"]})";

core::Result<Results> Open(std::string_view text, std::string_view mapping = kPlain,
                           const oneroster::CsvLimits& limits = kLimits) {
  return Results::Open(std::make_unique<TextStream>(text),
                       ReadMapping(ReadJson(mapping).value()).value(), limits);
}

std::vector<Row> AllOf(std::string_view text, std::string_view mapping = kPlain) {
  Results results = Open(text, mapping).value();
  std::vector<Row> rows;
  for (auto row = results.Next().value(); row; row = results.Next().value()) {
    rows.push_back(*std::move(row));
  }
  return rows;
}

std::string ReasonOf(const core::Result<Results>& results) {
  return results ? "open" : results.error().reason + " " + results.error().field;
}

std::string ReasonOf(const Row& row) {
  return std::to_string(row.line) + " " +
         (row.result ? "read" : row.result.error().reason + " " + row.result.error().field);
}

TEST(CsvResults, AreReadThroughTheMapping) {
  const auto rows = AllOf(
      "Day,Class,Extra,Student,Points\n"
      "2026-03-02,7b,x,\"554,433\", 85.10 \n");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].line, 2);
  const evidence::v1::Result& result = rows[0].result.value();
  EXPECT_EQ(result.student(), "554,433");
  EXPECT_EQ(result.assessment(), "fall");
  EXPECT_EQ(result.class_id(), "7b");
  EXPECT_EQ(result.score_text(), "85.10");
  EXPECT_EQ(result.date(), "2026-03-02");
  EXPECT_TRUE(result.hide_source_id()) << "it has the student in it";
}

TEST(CsvResults, OfAVendorWithItsOwnHabits) {
  const auto rows =
      AllOf("554433;M\xFCller 7;12,50;02.03.26 10:00;abs;20,5\n",
            R"({"source": "v", "header": false, "delimiter": ";", "encoding": "windows-1252",
          "decimal": ",", "date_format": "DD.MM.YY *", "score_status": {"abs": "submitted"},
          "columns": {"student": 1, "line_item": 2, "score": 3, "date": 4, "score_status": 5,
                      "scale_max": 6, "source_id": 1},
          "constants": {"scale_min": "0.5"}})");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].line, 1);
  const evidence::v1::Result& result = rows[0].result.value();
  EXPECT_EQ(result.line_item(), "Müller 7");
  EXPECT_EQ(result.score_text(), "12.50");
  EXPECT_EQ(result.scale_min_text() + ".." + result.scale_max_text(), "0.5..20.5");
  EXPECT_EQ(result.date(), "2026-03-02");
  EXPECT_EQ(result.score_status(), evidence::v1::SCORE_STATUS_SUBMITTED);
  EXPECT_EQ(result.source_id(), "554433");
  EXPECT_FALSE(result.hide_source_id());
}

TEST(CsvResults, AreRefusedRowByRowWithTheLine) {
  std::vector<std::string> reasons;
  for (const Row& row : AllOf("Student,Points,Day,Class\n"
                              "1,85,2026-03-02,c\n"
                              ",85,2026-03-02,c\n"
                              "1,\"85,5\",2026-03-02,c\n"
                              "1,\"8\"5,2026-03-02,c\n"
                              "\n"
                              "1,85,03/02/2026,c\n"
                              "1,85\n"
                              "\xFF,85,2026-03-02,c\n"
                              "1,-,2026-03-02,c\n"
                              "1,,2026-03-02,\n")) {
    reasons.push_back(ReasonOf(row));
  }
  EXPECT_THAT(reasons, testing::ElementsAre("2 read", "3 FIELD_MISSING student",
                                            "4 SCORE_INVALID score", "5 ROW_MALFORMED ",
                                            "7 FIELD_INVALID date", "8 FIELD_MISSING date",
                                            "9 ENCODING_INVALID student", "10 read", "11 read"));
}

TEST(CsvResults, NeedTheColumnsThatAreMapped) {
  EXPECT_EQ(ReasonOf(Open("")), "FILE_EMPTY ");
  EXPECT_EQ(ReasonOf(Open("Student,Points,Day\n")), "COLUMN_MISSING Class");
  EXPECT_EQ(ReasonOf(Open("Student,Points,Day,Class,Day\n")), "COLUMN_AMBIGUOUS Day");
  EXPECT_EQ(ReasonOf(Open("\"Student,Points\n")), "ROW_MALFORMED ");
  EXPECT_EQ(ReasonOf(Open("\xEF\xBB\xBFStudent, Points ,Day,Class\n")), "open");
}

TEST(CsvResults, HoldToTheirLimits) {
  const std::string wide = "Student,Points,Day,Class\n" + std::string(5 << 10, '1') + ",5\n";
  Results results = Open(wide).value();
  EXPECT_EQ(results.Next().error().reason, "FIELD_TOO_WIDE");
  oneroster::CsvLimits few = kLimits;
  few.rows = 2;
  Results three =
      Open("Student,Points,Day,Class\n1,1,2026-03-02,c\n2,1,2026-03-02,c\n", kPlain, few).value();
  EXPECT_TRUE(three.Next());
  EXPECT_EQ(three.Next().error().reason, "TOO_MANY_ROWS");
}

TEST(CsvResults, AreKnownByWhatTheyAreOfWhenNothingNamesThem) {
  const auto rows = AllOf(
      "Student,Points,Day,Class\n"
      "1,85,2026-03-02,c\n"
      "1,90,2026-03-02,c\n"
      "1,85,2026-03-03,c\n");
  EXPECT_EQ(rows[0].result->source_id(), rows[1].result->source_id()) << "a correction";
  EXPECT_NE(rows[0].result->source_id(), rows[2].result->source_id());
}

TEST(Preview, SaysWhatWouldHappen) {
  Results results = Open(
                        "Student,Points,Day,Class\n"
                        "1,85,2026-03-02,c\n"
                        "2,-,2026-03-05,d\n"
                        "3,x,2026-03-02,c\n"
                        "4,y,2026-03-02,c\n")
                        .value();
  Preview preview;
  ASSERT_TRUE(TryOut(results, preview));
  const Answer answer = preview.ToAnswer();
  EXPECT_EQ(answer.status, 200);
  const Json body = Json::parse(answer.body);
  EXPECT_EQ(body["rows"], 4);
  EXPECT_EQ(body["results"], 2);
  EXPECT_EQ(body["without_a_score"], 1);
  EXPECT_EQ(body["names"]["classes"], Json::parse(R"({"c": 1, "d": 1})"));
  EXPECT_EQ(body["names"]["assessments"], Json::parse(R"({"fall": 2})"));
  EXPECT_EQ(body["days"], Json::parse(R"({"first": "2026-03-02", "last": "2026-03-05"})"));
  ASSERT_EQ(body["rejected"].size(), 1);
  EXPECT_EQ(body["rejected"][0]["reason"], "SCORE_INVALID");
  EXPECT_EQ(body["rejected"][0]["rows"], 2);
  EXPECT_EQ(body["rejected"][0]["first_lines"], Json::parse("[4, 5]"));
  EXPECT_EQ(body["sample"][0]["score"], "85");
}

TEST(Tally, NamesEveryRow) {
  Tally tally;
  tally.Add(2, {evidence::v1::RESULT_OUTCOME_ACCEPTED, {}});
  tally.Add(3, {evidence::v1::RESULT_OUTCOME_UNSPECIFIED, FieldMissing("student")});
  const Json body = Json::parse(tally.ToAnswer().body);
  EXPECT_EQ(body["outcomes"], Json::parse(R"({"accepted": 1, "rejected": 1})"));
  EXPECT_EQ(body["named"][0], Json::parse(R"({"line": 2, "outcome": "accepted"})"));
  EXPECT_EQ(body["named"][1]["field"], "student");
  EXPECT_EQ(body["all_named"], true);
  const core::Error too_many{core::Code::kResourceExhausted, "TOO_MANY_ROWS", "Too many.", ""};
  EXPECT_EQ(tally.ToAnswer(&too_many).status, 413);
}

TEST(CsvResults, OfAnyBytesAreSurvived) {
  for (const char* text : {"", "\"", "s,p,d\n\"\"\"", "s;p\r\n1;2", "s,p,d,x\n1,2,2026-03-02,c"}) {
    ExerciseFile(text);
    ExerciseMapping(text);
  }
  ExerciseMapping(kPlain);
}

}  // namespace
}  // namespace throughline::gateway::csv
