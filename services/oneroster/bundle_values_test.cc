// Values as real systems export them: enumerations in any case, columns that nobody reads, files in
// other encodings. What is not needed never costs a row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csv/text.h"
#include "oneroster/bundle_fixture.h"
#include "oneroster/conventions.h"

namespace throughline::oneroster {
namespace {

using std::chrono_literals::operator""y;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Read without a problem of any kind.
Kept Clean(const Files& files) {
  Kept kept;
  EXPECT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(kept.Where(), IsEmpty());
  return kept;
}

std::string Capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string Capital(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

class InThreeCasings : public ::testing::TestWithParam<std::string (*)(std::string)> {
 protected:
  static std::string As(const std::string& word) { return GetParam()(word); }
};

INSTANTIATE_TEST_SUITE_P(All, InThreeCasings,
                         ::testing::Values([](std::string text) { return text; }, &Capital,
                                           &Capitals));

TEST_P(InThreeCasings, EveryEnumerationIsTheSameValue) {
  Files files = SmallBundle();
  Replace(files["orgs.csv"], "District,district", "District," + As("district"));
  Replace(files["orgs.csv"], "North,school", "North," + As("school"));
  Replace(files["academicSessions.csv"], "Term,term", "Term," + As("gradingPeriod"));
  files["classes.csv"] = "sourcedId,title,courseSourcedId,schoolSourcedId,classType\nc1,5a,m5,s1," +
                         As("homeroom") + "\n";
  files["users.csv"] = "sourcedId,status,enabledUser,role\nu1," + As("active") + "," + As("true") +
                       "," + As("student") + "\nu2,,,\n";
  files["enrollments.csv"] =
      "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n"
      "e1,c1,s1,u1," +
      As("student") + "\ne2,c1,s1,u2, " + As("student") + " \n";
  files["demographics.csv"] = "sourcedId,sex,asian\nu1," + As("female") + "," + As("true") + "\n";
  files["roles.csv"] =
      "sourcedId,userSourcedId,role,orgSourcedId\nq1,u1," + As("siteAdministrator") + ",s1\n";
  files["manifest.csv"] += "file.demographics," + As("bulk") + "\nfile.roles," + As("bulk") + "\n";
  Replace(files["results.csv"], "r3,l1,u1,exempt", "r3,l1,u1," + As("exempt"));
  const Kept kept = Clean(files);
  EXPECT_EQ(kept.orgs.at(0).type, "district");
  EXPECT_EQ(kept.orgs.at(1).type, "school");
  EXPECT_EQ(kept.sessions.at(0).type, "gradingPeriod");
  EXPECT_EQ(kept.classes.at(0).type, "homeroom");
  EXPECT_EQ(kept.users.at(0).role, "student");
  EXPECT_TRUE(kept.users.at(0).enabled);
  EXPECT_EQ(kept.enrollments.at(0).role, "student");
  EXPECT_EQ(kept.enrollments.at(1).role, "student");
  EXPECT_EQ(kept.demographics.at(0).sex, "female");
  EXPECT_THAT(kept.demographics.at(0).flags, ElementsAre("asian"));
  EXPECT_EQ(kept.roles.at(0).role, "siteAdministrator");
  EXPECT_EQ(kept.results.at(2).score_status, ScoreStatus::kExempt);
}

TEST_P(InThreeCasings, ARowIsDeleted) {
  for (const char* status : {"tobedeleted", "inactive"}) {
    Files files = SmallBundle();
    files["users.csv"] = "sourcedId,status\nu1," + As(status) + "\nu2,\n";
    EXPECT_EQ(Clean(files).users.at(0).status, RowStatus::kToBeDeleted);
  }
}

TEST_P(InThreeCasings, TheManifestSaysHowFilesAreMeant) {
  Files files = SmallBundle();
  Replace(files["manifest.csv"], "file.orgs,bulk", "file.orgs," + As("bulk"));
  Replace(files["manifest.csv"], "file.courses,bulk", "file.courses," + As("delta"));
  Replace(files["manifest.csv"], "file.results,bulk", "file.results," + As("absent"));
  const Kept kept = Clean(files);
  EXPECT_THAT(kept.orgs, SizeIs(2));
  EXPECT_THAT(kept.courses, SizeIs(1));
  EXPECT_THAT(kept.results, IsEmpty());
}

TEST_P(InThreeCasings, AKindOfAssessmentIsTheSameKind) {
  EXPECT_EQ(ParseKind(As("daily_check")), AssessmentKind::kDailyCheck);
  EXPECT_EQ(ParseKind(" " + As("annual_summative")), AssessmentKind::kAnnualSummative);
}

TEST(BundleValues, AValueOfNoEnumerationIsToldAndNeverPassedOverInSilence) {
  Files files = SmallBundle();
  Replace(files["orgs.csv"], "North,school", "North,campus");
  Replace(files["academicSessions.csv"], "Term,term", "Term,summer");
  Replace(files["enrollments.csv"], "u1,student", "u1,pupil");
  Replace(files["enrollments.csv"], "u2,student", "u2,");
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(
      kept.Where(),
      ElementsAre("orgs.csv:3 type UNKNOWN_VALUE", "academicSessions.csv:2 type UNKNOWN_VALUE",
                  "enrollments.csv:2 role UNKNOWN_VALUE", "enrollments.csv:3 role EMPTY_VALUE"));
  EXPECT_THAT(kept.enrollments, SizeIs(2));
}

TEST(BundleValues, AnExtensionOfAnEnumerationIsNoProblem) {
  Files files = SmallBundle();
  Replace(files["enrollments.csv"], "u2,student", "u2,ext:coach");
  EXPECT_THAT(Clean(files).enrollments, SizeIs(2));
}

TEST(BundleValues, WhatNobodyReadsCostsNoRow) {
  Files files = SmallBundle();
  files["orgs.csv"] =
      "sourcedId,dateLastModified,name,type\nd,08/25/2013,District,district\n"
      "s1,,,school\n";
  Replace(files["courses.csv"], "m5,Mathematics 5,s1", "m5,,s9");
  files["users.csv"] = "sourcedId,familyName,dateLastModified\nu1,Mu\xf1oz,8/25/13\nu2,Jos\xe9,\n";
  files["enrollments.csv"] =
      "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate\n"
      "e1,c1,s9,u1,student,08/25/2013,\n"
      "e2,c1,s1,u2,student,2013-08-25T00:00:00,2014-01-15 00:00:00.000\n";
  files["lineItems.csv"] =
      "sourcedId,title,classSourcedId,categorySourcedId,resultValueMin,resultValueMax,assignDate,"
      "dueDate\nl1,Fractions,c1,k1,,20,25.8.2013,tomorrow\n";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(kept.orgs, SizeIs(2));
  EXPECT_THAT(kept.courses, SizeIs(1));
  EXPECT_THAT(kept.users, SizeIs(2));
  ASSERT_THAT(kept.enrollments, SizeIs(2));
  EXPECT_EQ(kept.enrollments[0].begin, std::nullopt);
  EXPECT_EQ(kept.enrollments[1].begin, core::Date{2013y / 8 / 25});
  EXPECT_EQ(kept.enrollments[1].end, core::Date{2014y / 1 / 15});
  ASSERT_THAT(kept.line_items, SizeIs(1));
  EXPECT_EQ(kept.line_items[0].value_min, 0);
  EXPECT_THAT(kept.results, SizeIs(3));
  EXPECT_THAT(
      kept.Where(),
      ElementsAre("orgs.csv:2 dateLastModified BAD_DATE", "orgs.csv:3 name EMPTY_VALUE",
                  "courses.csv:2 title EMPTY_VALUE", "courses.csv:2 orgSourcedId UNKNOWN_REFERENCE",
                  "users.csv:2 familyName INVALID_UTF8", "users.csv:2 dateLastModified BAD_DATE",
                  "enrollments.csv:2 schoolSourcedId UNKNOWN_REFERENCE",
                  "enrollments.csv:2 beginDate BAD_DATE", "lineItems.csv:2 assignDate BAD_DATE",
                  "lineItems.csv:2 dueDate BAD_DATE",
                  "lineItems.csv:2 resultValueMin EMPTY_VALUE"));
}

TEST(BundleValues, ADayWithATimeOfDayIsADayAndNonsenseBehindOneIsNone) {
  for (const char* day : {"2013-09-02T00:00:00Z", "2013-09-02T10:15:30.123+02:00",
                          "2013-09-02 00:00:00", " 2013-09-02 "}) {
    Files files = SmallBundle();
    Replace(files["results.csv"], "20,2013-09-02", std::string("20,") + day);
    EXPECT_EQ(Clean(files).results.at(1).score_date, core::Date{2013y / 9 / 2}) << day;
  }
  for (const char* day : {"2013-09-02Tuesday", "2013-09-0210:00", "2013-09-31T00:00:00Z"}) {
    Files files = SmallBundle();
    Replace(files["results.csv"], "20,2013-09-02", std::string("20,") + day);
    Kept kept;
    ASSERT_EQ(ReadFiles(files, kept), "");
    EXPECT_THAT(kept.Where(), ElementsAre("results.csv:3 scoreDate BAD_DATE")) << day;
  }
}

TEST(BundleValues, AFileInWindows1252IsReadAndEachColumnIsToldOnce) {
  Files files = SmallBundle();
  Replace(files["orgs.csv"], "North",
          "Pe\xf1"
          "asco \x96 K\x80");
  files["users.csv"] =
      "sourcedId,metadata.group.l\xe4nge\nu1,gro\xdf\nu2,gr\xf6\xdf"
      "er\n";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_EQ(kept.orgs.at(1).name, "Peñasco – K€");
  EXPECT_EQ(kept.users.at(1).metadata.at("group.länge"), "größer");
  EXPECT_THAT(kept.Where(), ElementsAre("orgs.csv:3 name INVALID_UTF8",
                                        "users.csv:2 metadata.group.länge INVALID_UTF8"));
}

// Bytes of a text in UTF-16.
std::string Utf16(std::string_view text, bool little, bool marked) {
  std::string bytes;
  const auto add = [&](uint32_t unit) {
    const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  };
  if (marked) add(0xfeff);
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t code = more == 0 ? lead : lead & (0x3fu >> more);
    for (size_t j = 1; j <= more; ++j) {
      code = code << 6 | (static_cast<unsigned char>(text[i + j]) & 0x3fu);
    }
    if (code >= 0x10000) {
      add(0xd800 + ((code - 0x10000) >> 10));
      add(0xdc00 + ((code - 0x10000) & 0x3ff));
    } else {
      add(code);
    }
    i += more + 1;
  }
  return bytes;
}

TEST(BundleValues, FilesInUtf16AreRead) {
  for (const bool little : {true, false}) {
    for (const bool marked : {true, false}) {
      Files files = SmallBundle();
      Replace(files["orgs.csv"], "North", "Peñasco 𝄞");
      for (auto& [name, text] : files) text = Utf16(text, little, marked);
      const Kept kept = Clean(files);
      EXPECT_EQ(kept.orgs.at(1).name, "Peñasco 𝄞");
      EXPECT_THAT(kept.results, SizeIs(3));
    }
  }
}

TEST(BundleValues, HalvesOfCharactersInUtf16AreMarked) {
  Files files = SmallBundle();
  std::string orgs = Utf16(files["orgs.csv"], true, true);
  const size_t at = orgs.find(Utf16("North", true, false));
  orgs.replace(at, 2, "\x00\xd8", 2);
  files["orgs.csv"] = orgs + "\x00";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_EQ(kept.orgs.at(1).name, "\uFFFDorth");
}

}  // namespace
}  // namespace throughline::oneroster
