#include "oneroster/bundle_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oneroster/bundle_fixture.h"

namespace throughline::oneroster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST(BundleReader, ReadsEveryFileOfAFolder) {
  Kept kept;
  ASSERT_EQ(ReadFiles(SmallBundle(), kept), "");
  EXPECT_THAT(kept.Where(), IsEmpty());
  EXPECT_THAT(IdsOf(kept.orgs), ElementsAre("d", "s1"));
  EXPECT_EQ(kept.sessions.at(0).end, core::Date{2014y / 1 / 15});
  EXPECT_EQ(kept.courses.at(0).org, "s1");
  EXPECT_EQ(kept.classes.at(0).metadata.at("team"), "fives");
  EXPECT_THAT(kept.users.at(1).metadata, IsEmpty());
  EXPECT_EQ(kept.enrollments.at(1).user, "u2");
  EXPECT_EQ(kept.line_items.at(0).value_max, 20);
  EXPECT_THAT(IdsOf(kept.results), ElementsAre("r1", "r2", "r3"));
  EXPECT_EQ(kept.results[0].score, 12.5);
  EXPECT_EQ(kept.results[0].line, 2);
  EXPECT_EQ(kept.results[2].score, std::nullopt);
  EXPECT_EQ(kept.results[2].score_status, ScoreStatus::kExempt);
}

TEST(BundleReader, SaysWhatTheManifestSays) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), SmallBundle());
  auto reader = BundleReader::Open(folder.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->manifest().version, "1.2");
  EXPECT_EQ(reader->manifest().system_name, "Test SIS");
  EXPECT_EQ(reader->manifest().files.at(BundleFile::kResults), FileMode::kBulk);
}

// One thing spoilt: what is reported, and how many results are still read.
struct Spoilt {
  const char* name;
  const char* file;
  const char* what;
  const char* with;
  std::vector<std::string> problems;
  size_t results;
};

class SpoiltBundle : public ::testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltBundle, NamesFileLineAndColumnAndLeavesTheRestUnharmed) {
  const Spoilt& spoilt = GetParam();
  Files files = SmallBundle();
  Replace(files.at(spoilt.file), spoilt.what, spoilt.with);
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_EQ(kept.Where(), spoilt.problems);
  EXPECT_EQ(kept.results.size(), spoilt.results);
  EXPECT_EQ(kept.orgs.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(
    All, SpoiltBundle,
    ::testing::Values(
        Spoilt{"UnknownStudent",
               "results.csv",
               "r2,l1,u2",
               "r2,l1,u9",
               {"results.csv:3 studentSourcedId UNKNOWN_REFERENCE"},
               2},
        Spoilt{"UnknownLineItem",
               "results.csv",
               "r2,l1,u2",
               "r2,l9,u2",
               {"results.csv:3 lineItemSourcedId UNKNOWN_REFERENCE"},
               2},
        Spoilt{"UnknownClass",
               "enrollments.csv",
               "e2,c1",
               "e2,c9",
               {"enrollments.csv:3 classSourcedId UNKNOWN_REFERENCE"},
               3},
        Spoilt{"BadDate",
               "results.csv",
               "2013-09-03",
               "2013-02-30",
               {"results.csv:4 scoreDate BAD_DATE"},
               2},
        Spoilt{"BadSessionDate",
               "academicSessions.csv",
               "2013-08-01",
               "01.08.2013",
               {"academicSessions.csv:2 startDate BAD_DATE"},
               3},
        Spoilt{"NoDate",
               "results.csv",
               ",2013-09-03",
               ",",
               {"results.csv:4 scoreDate EMPTY_VALUE"},
               2},
        Spoilt{"ScoreIsWords",
               "results.csv",
               "12.5",
               "twelve",
               {"results.csv:2 score NOT_A_NUMBER"},
               2},
        Spoilt{"ScoreIsNoQuantity",
               "results.csv",
               "12.5",
               "nan",
               {"results.csv:2 score NOT_A_NUMBER"},
               2},
        Spoilt{"ScoreIsBeyondDouble",
               "results.csv",
               "12.5",
               "1e999",
               {"results.csv:2 score NOT_A_NUMBER"},
               2},
        Spoilt{"ScoreWithComma",
               "results.csv",
               "12.5",
               "\"12,5\"",
               {"results.csv:2 score NOT_A_NUMBER"},
               2},
        Spoilt{"ScoreStatus",
               "results.csv",
               "exempt",
               "excused",
               {"results.csv:4 scoreStatus UNKNOWN_VALUE"},
               2},
        Spoilt{"FieldCount",
               "results.csv",
               "r2,l1,",
               "r2,l1,,",
               {"results.csv:3  WRONG_FIELD_COUNT"},
               2},
        Spoilt{
            "Quoting", "results.csv", "r2,l1", "r2,l\"1", {"results.csv:3  MALFORMED_QUOTING"}, 2},
        Spoilt{"Latin1",
               "results.csv",
               "r2,l1",
               "r\xE9,l1",
               {"results.csv:3 sourcedId INVALID_UTF8"},
               3},
        Spoilt{"Duplicate",
               "users.csv",
               "u2,",
               "u2,\nu2,",
               {"users.csv:4 sourcedId DUPLICATE_SOURCED_ID"},
               3},
        Spoilt{"NoId", "results.csv", "r2,l1", ",l1", {"results.csv:3 sourcedId EMPTY_VALUE"}, 2},
        Spoilt{"MissingColumnOfResults",
               "results.csv",
               "scoreDate",
               "date",
               {"results.csv:0 scoreDate MISSING_COLUMN"},
               0},
        // Nothing is known of users then: what refers to them is not held against it.
        Spoilt{"MissingColumnOfUsers",
               "users.csv",
               "sourcedId",
               "id",
               {"users.csv:0 sourcedId MISSING_COLUMN"},
               3},
        Spoilt{"DuplicateColumn",
               "users.csv",
               "metadata.group.language\nu1,learner\nu2,",
               "x,x\nu1,,\nu2,,",
               {"users.csv:0 x DUPLICATE_COLUMN"},
               3}),
    [](const auto& info) { return info.param.name; });

TEST(BundleReader, SetsAsideWhatRefersToARowSetAside) {
  Files files = SmallBundle();
  Replace(files["lineItems.csv"], "l1,Fractions,c1,k1,0,20", "l1,Fractions,c1,k1,0,many");
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_EQ(kept.problems.size(), 4u);
  EXPECT_THAT(kept.results, IsEmpty());
}

TEST(BundleReader, ReportsAFileThatTheManifestNamesAndReadsTheOthers) {
  for (const char* name : {"users.csv", "results.csv"}) {
    Files files = SmallBundle();
    files.erase(name);
    Kept kept;
    ASSERT_EQ(ReadFiles(files, kept), "");
    EXPECT_THAT(kept.Where(), ElementsAre(std::string(name) + ":0  MISSING_FILE"));
    EXPECT_EQ(kept.enrollments.size(), 2u);
  }
}

TEST(BundleReader, PassesOverFilesThatTheManifestDoesNotName) {
  Files files = SmallBundle();
  Replace(files["manifest.csv"], "file.results,bulk", "file.results,absent");
  Replace(files["manifest.csv"], "file.lineItems,bulk\n", "");
  files["resources.csv"] = "\"nobody reads this";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(kept.Where(), IsEmpty());
  EXPECT_THAT(kept.results, IsEmpty());
  EXPECT_THAT(kept.line_items, IsEmpty());
}

TEST(BundleReader, LooksUpNoReferenceInAFileThatIsADelta) {
  Files files = SmallBundle();
  Replace(files["manifest.csv"], "file.users,bulk", "file.users,delta");
  Replace(files["results.csv"], "r2,l1,u2", "r2,l1,u9");
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(kept.Where(), IsEmpty());
  EXPECT_EQ(kept.results.at(1).student, "u9");
}

TEST(BundleReader, TakesARetractionWhoseLineItemIsGone) {
  Files files = SmallBundle();
  files["results.csv"] =
      "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,"
      "scoreDate\n"
      "r1,tobedeleted,2013-09-05T10:00:00Z,l9,u9,fully graded,,\n"
      "r2,toBeDeleted,2013-09-05,,,,,\n"
      "r3,active,2013-09-05T12:00:00+02:00,l1,u1,,7,2013-09-04\n"
      "r4,perhaps,,l1,u1,,7,2013-09-04\n"
      "r5,,yesterday,l1,u1,,7,2013-09-04\n";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  ASSERT_THAT(IdsOf(kept.results), ElementsAre("r1", "r2", "r3"));
  EXPECT_TRUE(kept.results[0].retracted());
  EXPECT_EQ(kept.results[0].line_item, "l9");
  EXPECT_TRUE(kept.results[1].retracted());
  EXPECT_EQ(kept.results[1].score_date, std::nullopt);
  EXPECT_FALSE(kept.results[2].retracted());
  EXPECT_EQ(kept.results[2].modified_at, core::Instant{core::Date{2013y / 9 / 5}} + 10h);
  EXPECT_THAT(kept.Where(), ElementsAre("results.csv:5 status UNKNOWN_VALUE",
                                        "results.csv:6 dateLastModified BAD_DATE"));
}

TEST(BundleReader, TakesASecondRowOfAResultForACorrection) {
  Files files = SmallBundle();
  files["results.csv"] += "r1,l1,u1,fully graded,13,2013-09-02\n";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_THAT(kept.Where(), IsEmpty());
  EXPECT_THAT(IdsOf(kept.results), ElementsAre("r1", "r2", "r3", "r1"));
}

TEST(BundleReader, NeverNamesAStudent) {
  Files files = SmallBundle();
  const std::string secret = "Ada-Lovelace";
  Replace(files["results.csv"], "r2,l1,u2,fully graded,20", secret + ",l1," + secret + ",x,20");
  Replace(files["results.csv"], "r3,l1,u1", "r3,l1," + secret);
  Replace(files["enrollments.csv"], "e1,c1,s1,u1", secret + ",c9,s1,u1");
  // No header: the first row is somebody.
  files["users.csv"] = secret + "," + secret + "\n" + secret + "2," + secret + "\n";
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  EXPECT_GE(kept.problems.size(), 3u);
  for (const BundleProblem& problem : kept.problems) {
    for (const std::string& text : {problem.column, problem.message, problem.excerpt}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << problem.file << ": " << text;
    }
  }
}

TEST(BundleReader, ShowsTheStartOfAHarmlessValueWithoutCuttingACharacter) {
  Files files = SmallBundle();
  std::string long_score;
  for (int i = 0; i < 30; ++i) long_score += "é";
  Replace(files["results.csv"], "12.5", "x" + long_score);
  Kept kept;
  ASSERT_EQ(ReadFiles(files, kept), "");
  ASSERT_EQ(kept.problems.size(), 1u);
  EXPECT_EQ(kept.problems[0].excerpt, "x" + long_score.substr(0, 38));
}

TEST(BundleReader, ReadsTheResultsAgain) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), SmallBundle());
  auto reader = BundleReader::Open(folder.path());
  ASSERT_TRUE(reader);
  for (int i = 0; i < 2; ++i) {
    auto results = reader->OpenResults([](const BundleProblem&) {});
    ASSERT_TRUE(results);
    ResultRow row;
    int rows = 0;
    for (auto more = results->Next(row); more && *more; more = results->Next(row)) ++rows;
    EXPECT_EQ(rows, 3);
  }
}

TEST(BundleReader, RefusesWhatIsNoBundle) {
  Kept kept;
  Files files = SmallBundle();
  files.erase("manifest.csv");
  EXPECT_EQ(ReadFiles(files, kept), "MANIFEST_MISSING");
  files["manifest.csv"] = "propertyName,value\noneroster.version,1.0\n";
  EXPECT_EQ(ReadFiles(files, kept), "VERSION_NOT_SUPPORTED");
  files["manifest.csv"] = "propertyName,value\noneroster.version,1.2\nfile.users,some\n";
  EXPECT_EQ(ReadFiles(files, kept), "MANIFEST_INVALID");
  files["manifest.csv"] = "propertyName,value\noneroster.version,\"1\"2\n";
  EXPECT_EQ(ReadFiles(files, kept), "MANIFEST_INVALID");
  EXPECT_EQ(ReadBundle("/nowhere/bundle.zip", kept), "FILE_NOT_FOUND");
  EXPECT_THAT(kept.orgs, IsEmpty());
}

TEST(BundleReader, SetsARowAsideWhoseFieldIsBeyondTheLimits) {
  Files files = SmallBundle();
  Replace(files["results.csv"], "r2", std::string(3'000, 'r'));
  BundleLimits limits;
  limits.csv.field_bytes = 1'000;
  Kept kept;
  EXPECT_EQ(ReadFiles(files, kept, limits), "");
  ASSERT_EQ(kept.problems.size(), 1);
  EXPECT_EQ(kept.problems[0].file, "results.csv");
  EXPECT_STREQ(kept.problems[0].reason.c_str(), kFieldTooWide);
  EXPECT_THAT(kept.results, ::testing::Not(IsEmpty())) << "the other rows";
}

TEST(ResultsFile, ReadsAResultsCsvOnItsOwn) {
  TemporaryFolder folder;
  Files files = SmallBundle();
  Replace(files["results.csv"], "20,", "much,");
  WriteFolder(folder.path(), {{"day.csv", files["results.csv"]}, {"empty.csv", ""}});
  Kept kept;
  auto problems = [&](const BundleProblem& problem) { kept.OnProblem(problem); };
  auto results = ResultsFile::Open(folder.path() / "day.csv", problems);
  ASSERT_TRUE(results);
  ResultRow row;
  for (auto more = results->Next(row); more && *more; more = results->Next(row)) {
    kept.OnResult(row);
  }
  EXPECT_THAT(IdsOf(kept.results), ElementsAre("r1", "r3"));
  EXPECT_THAT(kept.Where(), ElementsAre("results.csv:3 score NOT_A_NUMBER"));

  auto empty = ResultsFile::Open(folder.path() / "empty.csv", problems);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().reason, "HEADER_UNUSABLE");
  auto none = ResultsFile::Open(folder.path() / "none.csv", problems);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, "FILE_NOT_FOUND");
}

TEST(BundleReader, IsEndedWhenItIsAskedToStop) {
  TemporaryFolder folder;
  WriteFolder(folder.path(), SmallBundle());
  std::stop_source stop;
  BundleLimits limits;
  limits.stop = stop.get_token();
  auto reader = BundleReader::Open(folder.path(), limits);
  ASSERT_TRUE(reader);
  stop.request_stop();
  Kept kept;
  const auto read = reader->Read(kept);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().reason, "READING_STOPPED");
}

}  // namespace
}  // namespace throughline::oneroster
