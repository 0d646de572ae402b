#include "gateway/intake/mapping.h"

#include <gmock/gmock.h>

namespace throughline::gateway::csv {
namespace {

constexpr char kWhole[] = R"({
  "source": "iready",
  "columns": {"student": "Student ID", "score": "Points", "date": "Taken", "class": 4},
  "constants": {"assessment": "fall-reading"},
  "scale": {"min": "0", "max": 40.5},
  "score_status": {"abs": "not submitted"},
  "no_score": ["-"],
  "delimiter": ";", "encoding": "windows-1252", "decimal": ",", "date_format": "DD.MM.YYYY"})";

// The whole mapping with one member replaced; null takes it out.
std::string ReasonOf(const char* name, const char* value) {
  Json declared = ReadJson(kWhole).value();
  declared.erase(name);
  if (std::string_view(value) != "null") declared[name] = ReadJson(value).value();
  auto read = ReadMapping(declared);
  return read ? "read" : read.error().reason + " " + read.error().field;
}

TEST(Mapping, SaysWhereEachFieldIs) {
  const Mapping mapping = ReadMapping(ReadJson(kWhole).value()).value();
  EXPECT_EQ(mapping.places.at(Field::kStudent).column, "Student ID");
  EXPECT_EQ(mapping.places.at(Field::kClass).number, 4);
  EXPECT_EQ(mapping.places.at(Field::kAssessment).constant, "fall-reading");
  EXPECT_EQ(mapping.places.at(Field::kScaleMax).constant, "40.5");
  EXPECT_EQ(mapping.statuses.at("abs"), evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
  EXPECT_TRUE(mapping.no_score.contains("-"));
  EXPECT_EQ(mapping.delimiter, ';');
  EXPECT_EQ(mapping.encoding, Encoding::kWindows1252);
}

TEST(Mapping, IsRefusedWithTheField) {
  const std::tuple<const char*, const char*, const char*> wrong[] = {
      {"source", "null", "MAPPING_INVALID source"},
      {"sources", "\"a\"", "FIELD_UNKNOWN sources"},
      {"columns", "[]", "MAPPING_INVALID columns"},
      {"columns", R"({"pupil": "a"})", "FIELD_UNKNOWN columns.pupil"},
      {"columns", R"({"student": 0})", "MAPPING_INVALID columns.student"},
      {"columns", R"({"student": "", "date": "d"})", "MAPPING_INVALID columns.student"},
      {"columns", R"({"date": "d"})", "FIELD_UNMAPPED student"},
      {"columns", R"({"student": "s"})", "FIELD_UNMAPPED date"},
      {"constants", "null", "FIELD_UNMAPPED assessment"},
      {"constants", R"({"student": "s"})", "MAPPING_INVALID constants.student"},
      {"constants", R"({"scale_max": "5", "assessment": "a"})", "MAPPING_INVALID scale"},
      {"scale", R"({"min": 5, "max": 5})", "SCALE_INVALID scale"},
      {"scale", R"({"min": 5})", "MAPPING_INVALID scale"},
      {"scales", R"({"a b": "rit"})", "MAPPING_INVALID scales.a b"},
      {"scales", R"({"fall": 7})", "MAPPING_INVALID scales.fall"},
      {"scales", R"({"fall": "r\u202eit"})", "MAPPING_INVALID scales.fall"},
      {"score_status", R"({"x": "good"})", "MAPPING_INVALID score_status.x"},
      {"no_score", "\"-\"", "MAPPING_INVALID no_score"},
      {"header", "1", "MAPPING_INVALID header"},
      {"header", "false", "MAPPING_INVALID columns.date"},
      {"delimiter", "\"\\\"\"", "MAPPING_INVALID delimiter"},
      {"encoding", "\"utf-16\"", "MAPPING_INVALID encoding"},
      {"decimal", "\"x\"", "MAPPING_INVALID decimal"},
      {"date_format", "\"DD.MM\"", "MAPPING_INVALID date_format"},
      {"scale", "null", "read"},
      {"title_lines", "-1", "MAPPING_INVALID title_lines"},
      {"title_lines", "3", "read"},
      {"widths", "[]", "MAPPING_INVALID widths"},
      {"widths", "[3, 0]", "MAPPING_INVALID widths"},
      {"levels", "\"yes\"", "MAPPING_INVALID levels"},
      {"thousands", "\",\"", "MAPPING_INVALID thousands"},
      {"thousands", "\";\"", "MAPPING_INVALID thousands"},
      {"thousands", "\".\"", "read"},
      {"day", "32", "MAPPING_INVALID day"},
      {"dates", R"({"BOY": "9/15"})", "MAPPING_INVALID dates.BOY"},
      {"results", "[]", "MAPPING_INVALID results"},
      {"results", "[7]", "MAPPING_INVALID results"},
      {"results", R"([{"colums": {}}])", "FIELD_UNKNOWN results[0].colums"},
      {"results", R"([{}, {"columns": {"score": ""}}])",
       "MAPPING_INVALID results[1].columns.score"},
      {"results", R"([{"constants": {"x": "y"}}])", "FIELD_UNKNOWN results[0].constants.x"},
      {"results", R"([{"scale": {"min": 1, "max": 0}}])", "SCALE_INVALID results[0].scale"},
      {"only", R"({"Subject": []})", "MAPPING_INVALID only.Subject"},
      {"except", R"({"0": ["x"]})", "MAPPING_INVALID except.0"},
  };
  for (const auto& [name, value, reason] : wrong) {
    EXPECT_EQ(ReasonOf(name, value), reason) << name << " " << value;
  }
}

TEST(DateFormat, ReadsWhatVendorsWrite) {
  const auto read = [](const char* format, const char* date) {
    const auto day = DateFormat::Parse(format).value().Read(date);
    return day ? core::FormatDate(*day) : "refused";
  };
  EXPECT_EQ(read("YYYY-MM-DD", "2026-03-02"), "2026-03-02");
  EXPECT_EQ(read("M/D/YYYY", "3/12/2026"), "2026-03-12");
  EXPECT_EQ(read("DD.MM.YY", "02.03.26"), "2026-03-02");
  EXPECT_EQ(read("YYYYMMDD", "20260302"), "2026-03-02");
  EXPECT_EQ(read("M/D/YYYY *", "3/2/2026 9:15 AM"), "2026-03-02");
  EXPECT_EQ(read("MM/DD/YYYY", "3/2/2026"), "refused") << "two digits are two digits";
  EXPECT_EQ(read("M/D/YYYY", "3/2/2026 9:15"), "refused");
  EXPECT_EQ(read("M/D/YYYY", "13/2/2026"), "refused");
  EXPECT_EQ(read("D.M.YYYY", "30.2.2026"), "refused");
  EXPECT_EQ(read("D.M.YYYY", ""), "refused");
}

TEST(DateFormat, MayLeaveOutTheDayWhereOneIsDeclared) {
  EXPECT_FALSE(DateFormat::Parse("MM/YYYY"));
  EXPECT_FALSE(DateFormat::Parse("YYYY", 15)) << "not the month";
  const DateFormat format = DateFormat::Parse("M/YYYY", 30).value();
  EXPECT_EQ(core::FormatDate(*format.Read("2/2024")), "2024-02-29");
  EXPECT_EQ(core::FormatDate(*format.Read("12/2025")), "2025-12-30");
  EXPECT_FALSE(format.Read("13/2025"));
  const DateFormat whole = DateFormat::Parse("YYYY-MM-DD", 30).value();
  EXPECT_EQ(core::FormatDate(*whole.Read("2026-03-02")), "2026-03-02") << "what is said counts";
}

TEST(DateFormat, SaysYearMonthAndDayOnceEach) {
  for (const char* format : {"", "YYYY-MM", "YYYY-MM-DD-DD", "YYY-M-D", "YYYY-MMM-DD", "Y-M-D",
                             "a very long format with YYYY-MM-DD inside it"}) {
    EXPECT_FALSE(DateFormat::Parse(format)) << format;
  }
}

TEST(Encoding, OfWindowsBecomesUtf8) {
  EXPECT_EQ(ToUtf8("M\xFCller \x80 \x9C", Encoding::kWindows1252), "Müller € œ");
  EXPECT_EQ(ToUtf8("\x81", Encoding::kWindows1252), std::nullopt);
  EXPECT_EQ(ToUtf8("Müller", Encoding::kUtf8), "Müller");
  EXPECT_EQ(ToUtf8("M\xFCller", Encoding::kUtf8), std::nullopt);
}

}  // namespace
}  // namespace throughline::gateway::csv
