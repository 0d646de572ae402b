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
                           const throughline::csv::CsvLimits& limits = kLimits) {
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
         (row.ignored  ? "ignored"
          : row.result ? "read"
                       : row.result.error().reason + " " + row.result.error().field);
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
                              "3,-,2026-03-02,c\n"
                              "1,,2026-03-02,\n")) {
    reasons.push_back(ReasonOf(row));
  }
  EXPECT_THAT(reasons, testing::ElementsAre("2 read", "3 FIELD_MISSING student",
                                            "4 SCORE_INVALID score", "5 ROW_MALFORMED ",
                                            "7 FIELD_INVALID date", "8 FIELD_MISSING date",
                                            "9 ENCODING_INVALID student", "10 read", "11 ignored"));
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
  Results results = Open(wide + "2,5,2026-03-02,c\n").value();
  EXPECT_EQ(ReasonOf(**results.Next()), "2 FIELD_TOO_WIDE student");
  EXPECT_EQ(ReasonOf(**results.Next()), "3 read") << "the row behind it";
  throughline::csv::CsvLimits few = kLimits;
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
  const Answer answer = preview.ToAnswer(0);
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

TEST(Preview, SaysWhichRowsReplaceEachOtherAndWhichSayNothing) {
  Results results = Open(
                        "Student,Points,Day,Class\n"
                        "1,85,2026-03-02,c\n"
                        "1,86,2026-03-02,c\n"
                        "2,,2026-03-02,c\n"
                        "1,-,2026-03-02,c\n")
                        .value();
  Preview preview;
  ASSERT_TRUE(TryOut(results, preview));
  const Json body = Json::parse(preview.ToAnswer(3).body);
  EXPECT_EQ(body["rows"], 4);
  EXPECT_EQ(body["results"], 2);
  EXPECT_EQ(body["filtered"], 3);
  EXPECT_EQ(body["ignored"], Json::parse(R"({"rows": 1, "first_lines": [4]})"));
  EXPECT_EQ(body["replacing"],
            Json::parse(R"({"rows": 1, "first": [{"line": 3, "replaces_line": 2}]})"));
  EXPECT_EQ(body["rejected"][0]["reason"], "SCORE_IN_ANOTHER_ROW");
}

TEST(Tally, NamesEveryRow) {
  const auto row = [](int64_t line) { return Row{.line = line, .result = evidence::v1::Result()}; };
  const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
  Tally tally;
  tally.Add(row(2), accepted);
  tally.Add(row(3), {evidence::v1::RESULT_OUTCOME_UNSPECIFIED, FieldMissing("student")});
  Row blank = row(4), second = row(4);
  blank.ignored = true;
  second.part = 1;
  second.replaces_line = 2;
  tally.Add(blank, {});
  tally.Add(second, accepted);
  const Json body = Json::parse(tally.ToAnswer(7).body);
  EXPECT_EQ(body["rows"], 3);
  EXPECT_EQ(body["filtered"], 7);
  EXPECT_EQ(body["outcomes"], Json::parse(R"({"accepted": 2, "rejected": 1, "ignored": 1})"));
  EXPECT_EQ(body["named"][0], Json::parse(R"({"line": 2, "outcome": "accepted"})"));
  EXPECT_EQ(body["named"][1]["field"], "student");
  EXPECT_EQ(body["named"][2], Json::parse(R"({"line": 4, "outcome": "ignored"})"));
  EXPECT_EQ(body["named"][3]["result"], 2);
  EXPECT_EQ(body["named"][3]["replaces_line"], 2);
  EXPECT_EQ(body["all_named"], true);
  const core::Error too_many{core::Code::kResourceExhausted, "TOO_MANY_ROWS", "Too many.", ""};
  EXPECT_EQ(tally.ToAnswer(0, &too_many).status, 413);
}

// "line score" of what is read, "line reason" of what is not.
std::vector<std::string> RowsOf(std::string_view text, std::string_view mapping = kPlain) {
  std::vector<std::string> rows;
  for (const Row& row : AllOf(text, mapping)) {
    std::string one = ReasonOf(row);
    if (!row.ignored && row.result) one = std::to_string(row.line) + " " + row.result->score_text();
    if (row.replaces_line > 0) one += " for line " + std::to_string(row.replaces_line);
    rows.push_back(one);
  }
  return rows;
}

using testing::ElementsAre;

TEST(CsvResults, WithoutAScoreReplaceNone) {
  const std::string head = "Student,Points,Other,Day,Class\n";
  EXPECT_THAT(RowsOf(head + "1,71,,2026-03-02,c\n1,,88,2026-03-02,c\n"),
              ElementsAre("2 71", "3 ignored"))
      << "a blank is no result";
  EXPECT_THAT(RowsOf(head + "1,,88,2026-03-02,c\n1,71,,2026-03-02,c\n"),
              ElementsAre("2 ignored", "3 71"));
  EXPECT_THAT(RowsOf(head + "1,71,,2026-03-02,c\n1,-,,2026-03-02,c\n2,-,,2026-03-02,c\n"),
              ElementsAre("2 71", "3 SCORE_IN_ANOTHER_ROW score", "4 "))
      << "nor is what the mapping calls none, of the same result";
  EXPECT_THAT(RowsOf(head + "1,-,,2026-03-02,c\n1,71,,2026-03-02,c\n"), ElementsAre("2 ", "3 71"));
  EXPECT_THAT(RowsOf(head + ",,,,\n"), ElementsAre("2 ignored"));
}

TEST(CsvResults, SayWhichScoreTheyReplace) {
  EXPECT_THAT(RowsOf("Student,Points,Day,Class\n"
                     "1,71,2026-03-02,c\n"
                     "2,50,2026-03-02,c\n"
                     "1,88,2026-03-02,c\n"
                     "1,88,2026-03-02,c\n"
                     "1,90,2026-03-02,c\n"),
              ElementsAre("2 71", "3 50", "4 88 for line 2", "5 88", "6 90 for line 5"));
}

TEST(CsvResults, SayByAWordThatThereIsNoScore) {
  const auto status = [](const char* score, const char* mapping) {
    const auto rows = AllOf(std::string("s,p,d\n1,") + score + ",2026-03-02\n", mapping);
    return rows[0].ignored ? -1 : static_cast<int>(rows[0].result->score_status());
  };
  constexpr char kWord[] = R"({"source": "v", "constants": {"assessment": "a"},
    "columns": {"student": "s", "score": "p", "date": "d"}, "no_score": ["-"]})";
  constexpr char kBlank[] = R"({"source": "v", "constants": {"assessment": "a"},
    "columns": {"student": "s", "score": "p", "date": "d"}, "no_score": [""]})";
  EXPECT_EQ(status("-", kWord), evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
  EXPECT_EQ(status("", kWord), -1);
  EXPECT_EQ(status("", kBlank), evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
}

TEST(CsvResults, OfWideFilesAreRead) {
  std::string head = "Student,Points,Day,Class", row = "1,85,2026-03-02,c";
  for (int i = 0; i < 2'135; ++i) {
    head += ",a column that nobody ever needs, no " + std::to_string(i);
    row += i == 7 ? "," + std::string(9'000, 'x') : ",,";
    head += ",";
  }
  EXPECT_GT(head.size(), 87'000);
  EXPECT_THAT(RowsOf(head + "\n" + row + "\n2,70,2026-03-02,c\n"), ElementsAre("2 85", "3 70"));
}

TEST(CsvResults, BehindAStrayQuotationMarkAreRead) {
  EXPECT_THAT(RowsOf("Student,Note,Points,Day,Class\n"
                     "1,\"tall 5 ft,7,2026-03-02,c\n"
                     "2,ok,8,2026-03-02,c\n"
                     "3,\"well, ok\",9,2026-03-02,c\n"
                     "4,ok,\"5,2026-03-02,c\n"
                     "5,ok,6,2026-03-02,c\n"),
              ElementsAre("2 ROW_MALFORMED ", "3 8", "4 9", "5 ROW_MALFORMED ", "6 6"));
}

TEST(CsvResults, OfAVendorsReportAreRead) {
  EXPECT_THAT(RowsOf("Report of scores,,,\n\nprinted on 2026-03-09,,,\nstudent , POINTS,day,Class\n"
                     "1,85,2026-03-02,c\n"),
              ElementsAre("5 85"))
      << "titles stand before the names of the columns, which are in any case";
  constexpr char kTitles[] = R"({"source": "v", "title_lines": 2, "header": false,
    "columns": {"student": 1, "score": 2, "date": 3}, "constants": {"assessment": "a"}})";
  EXPECT_THAT(RowsOf("a title\n9,9,2026-03-02\n1,85,2026-03-02\n", kTitles), ElementsAre("3 85"));
  EXPECT_THAT(RowsOf("a title\n", kTitles), ElementsAre());
}

TEST(CsvResults, OfAFileOfFixedWidthAreRead) {
  constexpr char kFixed[] = R"({"source": "v", "header": false, "widths": [6, 3, 10, 2],
    "columns": {"student": 1, "score": 2, "date": 3, "assessment": 4}})";
  const auto rows = AllOf("ann\xC3\xA9  85 2026-03-02ma\nbo\"  ,7  2026-03-02sc\nx\n", kFixed);
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].result->student(), "anné");
  EXPECT_EQ(rows[0].result->assessment(), "ma");
  EXPECT_EQ(rows[1].result->student(), "bo\"  ,");
  EXPECT_EQ(rows[1].result->score_text(), "7");
  EXPECT_TRUE(rows[2].ignored) << "a line that is shorter";
}

// The score of one row, with its scale and what is kept.
std::string ScoreOf(const std::string& score, const std::string& members) {
  const auto rows = AllOf("s,p,d\n1,\"" + score + "\",2026-03-02\n",
                          R"({"source": "v", "constants": {"assessment": "a"},
                              "columns": {"student": "s", "score": "p", "date": "d"})" +
                              members + "}");
  if (!rows[0].result) return rows[0].result.error().reason;
  const auto& result = *rows[0].result;
  std::string text = result.score_text();
  if (!result.scale_max_text().empty()) text += " of " + result.scale_max_text();
  for (const auto& kept : result.kept()) {
    text += "[" + kept.method() + "/" + kept.kind() + "/" + kept.value() + "]";
  }
  return text;
}

TEST(CsvResults, HaveTheNumbersThatVendorsWrite) {
  EXPECT_EQ(ScoreOf("85%", ""), "85 of 100");
  EXPECT_EQ(ScoreOf("85.5 %", ""), "85.5 of 100");
  EXPECT_EQ(ScoreOf("85%", R"(, "scale": {"min": 0, "max": 40})"), "85 of 40");
  EXPECT_EQ(ScoreOf("%", ""), "SCORE_INVALID");
  const std::string comma = R"(, "thousands": ",")";
  EXPECT_EQ(ScoreOf("1,250", comma), "1250");
  EXPECT_EQ(ScoreOf("-1,234,567.50", comma), "-1234567.50");
  EXPECT_EQ(ScoreOf("125", comma), "125");
  for (const char* wrong : {"1,25", "12,50", ",250", "1,,250", "1234,567", "1,250,", "0.1,250"}) {
    EXPECT_EQ(ScoreOf(wrong, comma), "SCORE_INVALID") << wrong;
  }
  EXPECT_EQ(ScoreOf("1.250,5", R"(, "thousands": ".", "decimal": ",")"), "1250.5");
  EXPECT_EQ(ScoreOf("1'250.5", R"(, "thousands": "'")"), "1250.5");
  EXPECT_EQ(ScoreOf("1,250", ""), "SCORE_INVALID") << "nobody said what the comma is";
}

TEST(CsvResults, KeepLevelsAsLevels) {
  const std::string levels = R"(, "levels": true)";
  EXPECT_EQ(ScoreOf("<400", levels), "[p/Range/<400]");
  EXPECT_EQ(ScoreOf("\xE2\x89\xA5 850", levels), "[p/Range/\xE2\x89\xA5 850]");
  EXPECT_EQ(ScoreOf("B+", levels), "[p/Level/B+]");
  EXPECT_EQ(ScoreOf("85", levels), "85");
  EXPECT_EQ(ScoreOf("<400", ""), "SCORE_INVALID");
  const auto rows = AllOf("s,p,d,l\n1,85,2026-03-02,On Grade\n2,,2026-03-02,Below\n",
                          R"({"source": "v", "constants": {"assessment": "a"},
      "columns": {"student": "s", "score": "p", "date": "d", "level": "l"}})");
  EXPECT_EQ(rows[0].result->score_text(), "85");
  EXPECT_EQ(rows[0].result->kept(0).value(), "On Grade");
  EXPECT_FALSE(rows[1].ignored) << "a level is something said";
  EXPECT_EQ(rows[1].result->score_status(), evidence::v1::SCORE_STATUS_UNSPECIFIED);
}

TEST(CsvResults, AreOfDaysThatVendorsName) {
  const auto day = [](const std::string& date) {
    const auto rows = AllOf("s,p,d\n1,5," + date + "\n",
                            R"({"source": "v", "constants": {"assessment": "a"},
        "columns": {"student": "s", "score": "p", "date": "d"}, "date_format": "MM/YYYY", "day": 31,
        "dates": {"BOY": "2025-09-15", "MOY": "2026-01-20"}})");
    return rows[0].result ? rows[0].result->date() : rows[0].result.error().reason;
  };
  EXPECT_EQ(day("BOY"), "2025-09-15");
  EXPECT_EQ(day("10/2025"), "2025-10-31");
  EXPECT_EQ(day("02/2026"), "2026-02-28") << "the last of a shorter month";
  EXPECT_EQ(day("EOY"), "FIELD_INVALID");
}

TEST(CsvResults, MayBeSeveralOfARow) {
  const std::string mapping = R"({"source": "v", "columns": {"student": "ID", "date": "Day"},
    "results": [
      {"columns": {"score": "Reading"}, "constants": {"assessment": "reading"},
       "scale": {"min": 0, "max": 100}},
      {"columns": {"score": "Math", "date": "Math day"}, "constants": {"assessment": "math"}}]})";
  const auto rows = AllOf(
      "ID,Day,Reading,Math,Math day\n"
      "1,2026-03-02,71,8,2026-03-05\n"
      "2,2026-03-02,,9,2026-03-05\n"
      "3,2026-03-02,80,,\n",
      mapping);
  ASSERT_EQ(rows.size(), 6);
  EXPECT_EQ(rows[0].result->assessment() + " " + rows[0].result->score_text(), "reading 71");
  EXPECT_EQ(rows[0].result->scale_max_text(), "100");
  EXPECT_EQ(rows[1].result->assessment() + " " + rows[1].result->date(), "math 2026-03-05");
  EXPECT_EQ(rows[1].result->scale_max_text(), "");
  EXPECT_EQ(rows[1].part, 1);
  EXPECT_TRUE(rows[2].ignored);
  EXPECT_EQ(rows[3].result->score_text(), "9");
  EXPECT_TRUE(rows[5].ignored) << "without a day, as there is no score";

  const std::string with_id = R"({"source": "v", "header": false,
    "columns": {"student": 1, "date": 2, "source_id": 1}, "results": [
      {"columns": {"score": 3}, "constants": {"assessment": "reading"}},
      {"columns": {"score": 4}, "constants": {"assessment": "math"}}]})";
  const auto of_one = AllOf("7,2026-03-02,1,2\n", with_id);
  EXPECT_EQ(of_one[0].result->source_id(), of_one[1].result->source_id());
  EXPECT_EQ(of_one[0].result->part() + of_one[1].result->part(), "readingmath");
}

TEST(CsvResults, OfRowsThatAreNotWantedAreLeftOut) {
  Results results = Open(
                        "Student,Points,Day,Class,Subject,State\n"
                        "1,1,2026-03-02,c,Reading,\n"
                        "2,2,2026-03-02,c,Math,\n"
                        "3,3,2026-03-02,c, Reading ,Voided\n",
                        R"({"source": "v", "constants": {"assessment": "fall"},
        "columns": {"student": "Student", "score": "Points", "date": "Day"},
        "only": {"Subject": ["Reading", "ELA"]}, "except": {"6": ["Voided"]}})")
                        .value();
  EXPECT_EQ(results.Next().value()->line, 2);
  EXPECT_FALSE(results.Next().value());
  EXPECT_EQ(results.filtered(), 2);
  EXPECT_EQ(ReasonOf(Open("Student,Points,Day\n", R"({"source": "v", "columns":
      {"student": "Student", "score": "Points", "date": "Day", "assessment": 1},
      "only": {"Subject": ["Reading"]}})")),
            "COLUMN_MISSING Subject");
}

TEST(CsvResults, OfAnyBytesAreSurvived) {
  for (const char* text : {"", "\"", "s,p,d\n\"\"\"", "s;p\r\n1;2", "s,p,d,x\n1,2,2026-03-02,c"}) {
    FuzzFile(text);
    FuzzMapping(text);
  }
  FuzzMapping(kPlain);
}

}  // namespace
}  // namespace throughline::gateway::csv
