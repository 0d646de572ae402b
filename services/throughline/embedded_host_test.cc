// Bundles through the importer into an embedded host of their own: what is sent, what is left
// alone, and what is said of what could not be taken.
#include "throughline/embedded_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "importing/importer.h"
#include "importing/request_ids.h"
#include "oneroster/bundle_writer.h"
#include "throughline/show.h"

namespace throughline {
namespace {

using importing::ImportBundle;
using importing::ImportCounts;
using importing::ImportOptions;
using importing::ImportReferences;
using importing::ImportResults;
using importing::NewOccasion;
using oneroster::BundleFile;
using plans::v1::PlansService;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A district of one school, one class and one test, with a score for every student.
struct District {
  std::string school_name = "Lakeside";
  double scale_max = 100;
  int students = 12;
  int enrolled = 12;                        // the first ones
  std::map<int, double> other_scores = {};  // than 50 and a bit
};

template <class Row>
Row With(std::string id) {
  Row row;
  row.sourced_id = std::move(id);
  return row;
}

std::string StudentId(int i) { return "student " + std::to_string(i); }

void WriteRoster(const District& district, oneroster::BundleWriter& writer) {
  auto school = With<oneroster::Org>("s1");
  school.name = district.school_name;
  school.type = "school";
  writer.Add(school);
  auto course = With<oneroster::Course>("math");
  course.title = "Mathematics";
  writer.Add(course);
  auto one = With<oneroster::ClassRow>("k1");
  one.title = "Period 1";
  one.course = "math";
  one.school = "s1";
  writer.Add(one);
  for (int i = 0; i < district.students; ++i) {
    writer.Add(With<oneroster::User>(StudentId(i)));
  }
  for (int i = 0; i < district.enrolled; ++i) {
    auto enrollment = With<oneroster::Enrollment>("e" + std::to_string(i));
    enrollment.class_id = "k1";
    enrollment.school = "s1";
    enrollment.user = StudentId(i);
    enrollment.role = "student";
    writer.Add(enrollment);
  }
  auto item = With<oneroster::LineItem>("i1");
  item.title = "Unit 1";
  item.class_id = "k1";
  item.value_max = district.scale_max;
  item.metadata = {{"assessment", "unit-1"},
                   {"kind", "quarterly_interim"},
                   {"indicator", "math"},
                   {"scale", "units"}};
  writer.Add(item);
}

void WriteResults(const District& district, oneroster::BundleWriter& writer) {
  for (int i = 0; i < district.students; ++i) {
    auto result = With<oneroster::ResultRow>("r" + std::to_string(i));
    result.line_item = "i1";
    result.student = StudentId(i);
    result.score_status = oneroster::ScoreStatus::kFullyGraded;
    auto other = district.other_scores.find(i);
    result.score = other == district.other_scores.end() ? 50 + i : other->second;
    result.score_date = core::ParseDate("2013-02-28");
    writer.Add(result);
  }
}

class Installation : public ::testing::Test {
 protected:
  Installation() {
    folder_ = ::testing::TempDir() + "/" + NewOccasion();
    auto host = OpenEmbeddedHost({.data = folder_ / "data", .listen = "", .clock = &clock_});
    EXPECT_TRUE(host) << host.error().message;
    host_ = std::move(*host);
    connection_.emplace(host_->Channel());
  }
  ~Installation() override {
    connection_.reset();
    host_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path Write(const District& district) {
    auto writer = oneroster::BundleWriter::Create(
        folder_ / "bundle", "test",
        {{BundleFile::kLineItems, {"assessment", "kind", "indicator", "scale"}}});
    EXPECT_TRUE(writer);
    WriteRoster(district, *writer);
    WriteResults(district, *writer);
    EXPECT_TRUE(writer->Finish());
    return folder_ / "bundle";
  }

  ImportCounts Import(const District& district) { return ImportFrom(Write(district)); }
  ImportCounts ImportFrom(const std::filesystem::path& path) {
    problems_.clear();
    const auto problem = [this](const oneroster::BundleProblem& one) {
      problems_.push_back(one.file + " " + one.reason);
    };
    ImportCounts counts;
    auto bundle = oneroster::BundleReader::Open(path);
    EXPECT_TRUE(bundle) << bundle.error().message;
    auto references =
        ImportReferences(*bundle, options_, connection_->ForImport(), problem, counts);
    EXPECT_TRUE(references) << references.error().message;
    auto results = bundle->OpenResults(problem);
    EXPECT_TRUE(results);
    auto done =
        ImportResults(std::move(*results), options_, connection_->ForImport(), nullptr, counts);
    EXPECT_TRUE(done) << done.error().message;
    return counts;
  }

  evidence::v1::GetResultCountsResponse Counted() {
    evidence::v1::GetResultCountsRequest request;
    request.set_district(options_.district);
    EXPECT_TRUE(host_->WaitUntilIdle(std::chrono::minutes(1)));
    return *Call(*connection_->evidence, &evidence::v1::EvidenceService::Stub::GetResultCounts,
                 request);
  }
  plans::v1::School School() {
    plans::v1::ListSchoolsRequest request;
    request.set_district(options_.district);
    auto schools = Call(*connection_->plans, &PlansService::Stub::ListSchools, request);
    return schools->schools(0);
  }
  // What a thing shows, and nothing when it refuses.
  std::string Shown(ShowFunction show, ShowOptions options) {
    options.district = options_.district;
    std::ostringstream out;
    EXPECT_TRUE(show(*connection_, options, out));
    return out.str();
  }

  // Scores are shown some seconds after they came.
  void LetSecondsPass() {
    clock_.Set(clock_.Now() + std::chrono::seconds(10));
    for (runtime::Service* service : host_->services()) service->Wake();
    ASSERT_TRUE(host_->WaitUntilIdle(std::chrono::minutes(1)));
  }

  std::filesystem::path folder_;
  runtime::ManualClock clock_{runtime::SystemClock().Now()};
  std::unique_ptr<platform::Host> host_;
  std::optional<Connection> connection_;
  ImportOptions options_{.district = "lakeside"};
  std::vector<std::string> problems_;
};

TEST_F(Installation, ABundleIsImported) {
  const ImportCounts counts = Import({});
  EXPECT_EQ(counts.schools, 1);
  EXPECT_EQ(counts.teams, 1);
  EXPECT_EQ(counts.classes, 1);
  EXPECT_EQ(counts.students, 12);
  EXPECT_EQ(counts.assessments, 1);
  EXPECT_EQ(counts.line_items, 1);
  EXPECT_THAT(counts.outcomes, ElementsAre(Pair("accepted", 12)));
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_EQ(Counted().accepted(), 12);
}

TEST_F(Installation, ImportingTheSameBundleAgainAddsNothing) {
  Import({});
  Import({});
  EXPECT_EQ(Counted().pushed(), 12);
  EXPECT_EQ(School().version(), 1);
}

TEST_F(Installation, AScoreThatChangedIsCorrectedAndTheOthersAreDuplicates) {
  Import({});
  const ImportCounts counts = Import({.other_scores = {{3, 99}}});
  EXPECT_THAT(counts.outcomes, ElementsAre(Pair("corrected", 1), Pair("duplicate", 11)));
}

TEST_F(Installation, ARegradeThatIsUndoneByTheNextImportIsUndone) {
  const auto import = [&](const District& district) {
    auto bundle = oneroster::BundleReader::Open(Write(district));
    ImportCounts counts;
    const auto imported = ImportBundle(
        *bundle, options_, connection_->ForImport(), [](const oneroster::BundleProblem&) {},
        nullptr, counts);
    EXPECT_TRUE(imported) << (imported ? "" : imported.error().message);
    return counts.outcomes;
  };
  const District regraded{.other_scores = {{3, 99}}};
  EXPECT_THAT(import({}), ElementsAre(Pair("accepted", 12)));
  EXPECT_THAT(import(regraded), ElementsAre(Pair("corrected", 1), Pair("duplicate", 11)));
  EXPECT_THAT(import({}), ElementsAre(Pair("corrected", 1), Pair("duplicate", 11)));
  EXPECT_THAT(import({}), ElementsAre(Pair("duplicate", 12)));
  EXPECT_THAT(import(regraded), ElementsAre(Pair("corrected", 1), Pair("duplicate", 11)));
}

TEST_F(Installation, WhatWasSetAsideIsTakenWhenTheRosterIsRight) {
  ImportCounts counts = Import({.enrolled = 10});
  EXPECT_THAT(counts.outcomes, ElementsAre(Pair("accepted", 10), Pair("quarantined", 2)));
  EXPECT_THAT(counts.reasons, ElementsAre(Pair("STUDENT_UNKNOWN", 2)));
  counts = Import({});
  EXPECT_EQ(counts.outcomes["accepted"], 2);
}

TEST_F(Installation, AnAssessmentThatIsRefusedIsAProblemAndTheRestIsUnharmed) {
  Import({});
  const ImportCounts counts = Import({.school_name = "Lakeview", .scale_max = 200});
  EXPECT_THAT(problems_, ElementsAre("lineItems.csv SCALE_CHANGED"));
  EXPECT_EQ(counts.problems, 1);
  EXPECT_EQ(counts.assessments, 0);
  EXPECT_EQ(counts.line_items, 1);
  EXPECT_EQ(School().name(), "Lakeview");
}

TEST_F(Installation, ARosterThatGoesBackGoesBack) {
  Import({});
  Import({.school_name = "Lakeview"});
  Import({});
  EXPECT_EQ(School().name(), "Lakeside");
}

TEST_F(Installation, WhatASchoolSaidOfItselfStays) {
  Import({});
  plans::v1::UpsertSchoolRequest request;
  *request.mutable_school() = School();
  request.mutable_school()->add_closures("2013-03-01");
  ASSERT_TRUE(Call(*connection_->plans, &PlansService::Stub::UpsertSchool, request));
  Import({.school_name = "Lakeview"});
  EXPECT_EQ(School().name(), "Lakeview");
  EXPECT_THAT(School().closures(), ElementsAre("2013-03-01"));
}

TEST_F(Installation, AFilePushedAloneIsLookedAtEveryTime) {
  const std::filesystem::path bundle = Write({});
  ImportFrom(bundle);
  for (int i = 0; i < 2; ++i) {
    auto results = oneroster::ResultsFile::Open(bundle / "results.csv",
                                                [](const oneroster::BundleProblem&) {});
    ASSERT_TRUE(results);
    options_.occasion = NewOccasion();
    ImportCounts counts;
    ASSERT_TRUE(
        ImportResults(std::move(*results), options_, connection_->ForImport(), nullptr, counts));
    EXPECT_THAT(counts.outcomes, ElementsAre(Pair("duplicate", 12)));
  }
  EXPECT_EQ(Counted().pushed(), 36);
}

TEST_F(Installation, ABrokenRowIsSaidAndTheOthersAreTaken) {
  const std::filesystem::path bundle = Write({});
  std::ofstream(bundle / "results.csv", std::ios::app) << "one field alone\n";
  const ImportCounts counts = ImportFrom(bundle);
  EXPECT_THAT(problems_, ElementsAre("results.csv WRONG_FIELD_COUNT"));
  EXPECT_THAT(counts.outcomes, ElementsAre(Pair("accepted", 12)));
}

TEST_F(Installation, ShowsTablesForPeopleAndJsonForScripts) {
  Import({});
  LetSecondsPass();
  EXPECT_EQ(Shown(ShowAssessments, {}),
            "ASSESSMENT  TITLE   KIND                  SCALE  SCALE NAME  INDICATORS\n"
            "unit-1      Unit 1  quarterly interim  0 to 100  units       math\n");
  EXPECT_THAT(Shown(ShowVariance, {.assessment = "unit-1"}),
              HasSubstr("12 results in 1 class of 1 school, mean 56.00 points"));
  const std::string json = Shown(ShowVariance, {.assessment = "unit-1", .json = true});
  // The scores are 50 to 61. In R mean(50:61) is 55.5 and var(50:61) 13; both are rounded to what
  // ten of twelve students add to them.
  EXPECT_THAT(json, HasSubstr("\"resultCount\":\"12\""));
  EXPECT_THAT(json, HasSubstr("\"studentVariance\":10"));
  EXPECT_THAT(json, HasSubstr("\"absentReasons\":[\"ONE_CLASS"));
  EXPECT_EQ(Shown(ShowAlerts, {}), "There are no such alerts.\n");
  EXPECT_THAT(Shown(ShowAlerts, {.json = true}), ::testing::StartsWith("{\"watchAfter\":\""));
}

TEST_F(Installation, GathersEveryPageOfAList) {
  Import({});
  evidence::v1::DefineAssessmentsRequest request;
  request.set_district(options_.district);
  for (int i = 0; i < 450; ++i) {
    evidence::v1::Assessment& one = *request.add_assessments();
    one.set_assessment("more-" + std::to_string(i));
    one.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
    one.set_scale_max(10);
  }
  ASSERT_TRUE(Call(*connection_->evidence, &evidence::v1::EvidenceService::Stub::DefineAssessments,
                   request));
  const std::string table = Shown(ShowAssessments, {});
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 451);
}

TEST_F(Installation, ADirectoryHasOneHost) {
  auto second = OpenEmbeddedHost({.data = folder_ / "data", .listen = ""});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another throughline"));
}

TEST_F(Installation, WhatMustExistIsNotMade) {
  auto connection = Connection::Open({.data = folder_ / "elsewhere", .must_exist = true});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().reason, "NO_DATA");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
  std::filesystem::create_directory(folder_ / "photos");
  connection = Connection::Open({.data = folder_ / "photos", .must_exist = true});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().reason, "NO_DATA");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "photos"));
}

TEST_F(Installation, SaysWhichDistrictsItHas) {
  EXPECT_THAT(*DistrictsIn(*host_), IsEmpty());
  Import({});
  EXPECT_THAT(*DistrictsIn(*host_), ElementsAre(options_.district));
}

TEST_F(Installation, WhatIsNotThereIsNoEmptyList) {
  Import({});
  const auto refusal = [&](ShowOptions options) {
    options.district = options_.district;
    auto checked = CheckPlaces(*connection_, options);
    return checked ? "" : checked.error().reason + ": " + checked.error().message;
  };
  EXPECT_EQ(refusal({.school = "s1"}), "");
  EXPECT_EQ(refusal({.school = "s2"}), "SCHOOL_UNKNOWN: There is no school s2. There is only: s1.");
  EXPECT_THAT(refusal({.school = "s1", .team = "x"}),
              HasSubstr("TEAM_UNKNOWN: There is no team x"));
  EXPECT_EQ(refusal({.cycle = "c"}), "CYCLE_UNKNOWN: There is no cycle c. There is none yet.");
}

TEST_F(Installation, KeysWithoutTheirJournalAreNoNewInstallation) {
  connection_.reset();
  host_.reset();
  const std::filesystem::path data = folder_ / "data", journal = data / "journal.db";
  const auto refusal = [&] {
    auto opened = OpenEmbeddedHost({.data = data});
    EXPECT_FALSE(opened);
    return opened ? core::Error{} : opened.error();
  };
  for (const char* also : {"-wal", "-shm", ""}) std::filesystem::remove(journal.string() + also);
  EXPECT_EQ(refusal().reason, "JOURNAL_LOST");
  EXPECT_THAT(refusal().message, HasSubstr("pseudonyms.key and deliveries.key"));
  EXPECT_THAT(refusal().message, HasSubstr("journal.db, is missing"));
  EXPECT_THAT(refusal().message, HasSubstr("throughline restore"));
  EXPECT_FALSE(std::filesystem::exists(journal)) << "what is refused makes nothing";
  std::ofstream(journal).close();
  EXPECT_THAT(refusal().message, HasSubstr("journal.db, is empty"));
  std::filesystem::remove(data / "deliveries.key");
  EXPECT_EQ(refusal().reason, "JOURNAL_LOST");
  std::filesystem::remove(data / "pseudonyms.key");
  std::ofstream(journal.string() + "-wal") << "what was written last";
  EXPECT_THAT(refusal().message, HasSubstr("has journal.db-wal"));
  std::filesystem::remove(journal.string() + "-wal");
  EXPECT_TRUE(OpenEmbeddedHost({.data = data})) << "an empty directory is a new installation";
}

TEST_F(Installation, OpenedAgainItShowsTheSame) {
  Import({});
  LetSecondsPass();
  const std::string before = Shown(ShowVariance, {.assessment = "unit-1", .json = true});
  connection_.reset();
  host_.reset();
  auto connection = Connection::Open({.data = folder_ / "data", .must_exist = true});
  ASSERT_TRUE(connection) << connection.error().message;
  connection_.emplace(std::move(*connection));
  EXPECT_EQ(Shown(ShowVariance, {.assessment = "unit-1", .json = true}), before);
}

}  // namespace
}  // namespace throughline
