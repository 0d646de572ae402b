// Rosters and calendars through the importer into an embedded host of their own: what a full export
// no longer has, what a new year's adds, and days of enrolments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "importing/importer.h"
#include "importing/request_ids.h"
#include "throughline/connection.h"
#include "throughline/embedded_host.h"

namespace throughline {
namespace {

using evidence::v1::EvidenceService;
using importing::ImportCounts;
using plans::v1::PlansService;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Enrolled {
  std::string student;
  std::string class_id = "3a";
  std::string status = "active";
  std::string begin = "";
  std::string end = "";
};

// Forty students n1 … n40 in class 3a of north, and as many in 3s of south.
std::vector<Enrolled> Everybody() {
  std::vector<Enrolled> all;
  for (int i = 1; i <= 40; ++i) {
    all.push_back({"n" + std::to_string(i), "3a"});
    all.push_back({"s" + std::to_string(i), "3s"});
  }
  return all;
}

// Without n29 … n38; n39 and n40 went to south.
std::vector<Enrolled> WithoutTwelve() {
  std::vector<Enrolled> left;
  for (Enrolled one : Everybody()) {
    const int number = std::stoi(one.student.substr(1));
    if (one.class_id == "3a" && number > 28 && number < 39) continue;
    if (one.class_id == "3a" && number > 38) one.class_id = "3s";
    left.push_back(one);
  }
  return left;
}

class ImportedRosters : public ::testing::Test {
 protected:
  ImportedRosters() {
    folder_ = std::filesystem::path(::testing::TempDir()) / importing::NewOccasion();
    auto host = OpenEmbeddedHost({.data = folder_ / "data", .listen = "", .clock = &clock_});
    EXPECT_TRUE(host) << host.error().message;
    host_ = std::move(*host);
    connection_.emplace(host_->Channel());
    options_.district = "lakeside";
  }
  ~ImportedRosters() override {
    connection_.reset();
    host_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Put(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(folder_ / "bundle");
    std::ofstream(folder_ / "bundle" / (name + ".csv")) << text;
  }
  // `more` is appended to enrollments.csv as it is.
  void Write(const std::vector<Enrolled>& enrolled, const std::string& more = "") {
    std::string manifest = "propertyName,value\noneroster.version,1.2\n";
    for (const char* file : {"orgs", "academicSessions", "courses", "classes", "users",
                             "enrollments", "categories", "lineItems"}) {
      manifest += std::string("file.") + file + ",bulk\n";
    }
    Put("manifest", manifest);
    Put("orgs", "sourcedId,name,type\nnorth,North,school\nsouth,South,school\n");
    Put("courses", "sourcedId,title,orgSourcedId\nr3,Reading 3,\n");
    Put("classes", "sourcedId,title,courseSourcedId,schoolSourcedId\n3a,3A,r3,north\n" +
                       std::string("3s,3S,r3,south\n"));
    Put("academicSessions", "sourcedId,title,type,startDate,endDate\n" + sessions_);
    Put("categories", "sourcedId,title\nq,Quiz\n");
    Put("lineItems",
        "sourcedId,title,classSourcedId,categorySourcedId,resultValueMin,resultValueMax,"
        "metadata.assessment\nl1,Quiz,3a,q,0,20,quiz\n");
    std::string users = "sourcedId\n", enrollments =
                                           "sourcedId,status,classSourcedId,schoolSourcedId,"
                                           "userSourcedId,role,beginDate,endDate\n";
    std::set<std::string> named;
    for (const Enrolled& one : enrolled) {
      if (named.insert(one.student).second) users += one.student + "\n";
      enrollments += "e-" + one.student + one.class_id + one.begin + "," + one.status + "," +
                     one.class_id + ",," + one.student + ",student," + one.begin + "," + one.end +
                     "\n";
    }
    Put("users", users);
    Put("enrollments", enrollments + more);
  }
  ImportCounts Import() {
    problems_.clear();
    messages_.clear();
    ImportCounts counts;
    auto bundle = oneroster::BundleReader::Open(folder_ / "bundle");
    EXPECT_TRUE(bundle) << bundle.error().message;
    auto done = ImportReferences(
        *bundle, options_, connection_->ForImport(),
        [this](const oneroster::BundleProblem& one) {
          problems_.push_back(one.file + " " + one.reason);
          messages_ += one.message + "\n";
        },
        counts);
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_TRUE(host_->WaitUntilIdle(std::chrono::minutes(1)));
    return counts;
  }
  ImportCounts Import(const std::vector<Enrolled>& enrolled) {
    Write(enrolled);
    return Import();
  }
  // The school of a result that names the student and the day alone; empty when it cannot be told.
  // It is off the scale, so that the quarantine says where it went.
  std::string SchoolOfResult(const std::string& student, const std::string& date) {
    evidence::v1::IngestResultsRequest request;
    request.set_district(options_.district);
    request.set_source("edfi");
    request.set_request_id(importing::NewOccasion());
    evidence::v1::Result& result = *request.add_results();
    result.set_source_id(request.request_id());
    result.set_student(student);
    result.set_assessment("quiz");
    result.set_date(date);
    result.set_score(1e6);
    const auto before = SetAside();
    EXPECT_TRUE(Call(*connection_->evidence, &EvidenceService::Stub::IngestResults, request));
    std::string school;
    for (const auto& [entry, in_school] : SetAside()) {
      if (!before.contains(entry)) school = in_school;
    }
    return school;
  }
  // Schools by entry.
  std::map<std::string, std::string> SetAside() {
    evidence::v1::ListQuarantineRequest request;
    request.set_district(options_.district);
    auto listed = Call(*connection_->evidence, &EvidenceService::Stub::ListQuarantine, request);
    EXPECT_TRUE(listed) << listed.error().message;
    std::map<std::string, std::string> entries;
    for (const auto& one : listed->results()) entries.emplace(one.entry(), one.school());
    return entries;
  }
  std::vector<std::string> Terms() {
    plans::v1::GetDistrictRequest request;
    request.set_district(options_.district);
    auto district = Call(*connection_->plans, &PlansService::Stub::GetDistrict, request);
    std::vector<std::string> terms;
    for (const auto& term : district->district().calendar().terms()) {
      terms.push_back(term.first() + "/" + term.last());
    }
    return terms;
  }

  std::filesystem::path folder_;
  runtime::ManualClock clock_{*core::ParseInstant("2026-10-01T17:00:00Z")};
  std::unique_ptr<platform::Host> host_;
  std::optional<Connection> connection_;
  importing::ImportOptions options_;
  std::string sessions_;
  std::vector<std::string> problems_;
  std::string messages_;
};

TEST_F(ImportedRosters, ABulkEndsWhatItNoLongerHasUnaskedUpToATenth) {
  ImportCounts counts = Import(Everybody());
  EXPECT_EQ(counts.enrolments_known, 0);
  auto fewer = Everybody();
  fewer.erase(fewer.begin(), fewer.begin() + 8);  // n1 … n4 and s1 … s4: a tenth
  counts = Import(fewer);
  EXPECT_EQ(counts.enrolments_known, 80);
  EXPECT_EQ(counts.enrolments_missing, 8);
  EXPECT_EQ(counts.enrolments_ended, 8);
  EXPECT_THAT(problems_, IsEmpty());
  counts = Import(fewer);
  EXPECT_EQ(counts.enrolments_known, 72);
  EXPECT_EQ(counts.enrolments_missing, 0);
}

TEST_F(ImportedRosters, ABulkIsAskedBeforeItEndsMoreThanATenth) {
  Import(Everybody());
  ImportCounts counts = Import(WithoutTwelve());
  EXPECT_EQ(counts.enrolments_missing, 12);
  EXPECT_EQ(counts.enrolments_ended, 0);
  EXPECT_THAT(problems_, ElementsAre("enrollments.csv REMOVAL_UNCONFIRMED"));
  EXPECT_THAT(messages_, HasSubstr("12 of the district's 80 enrolments"));
  EXPECT_EQ(SchoolOfResult("n40", "2026-10-01"), "") << "In both, for all that is known.";
  options_.confirm_removal = true;
  counts = Import();
  EXPECT_EQ(counts.enrolments_known, 82);
  EXPECT_EQ(counts.enrolments_missing, 12);
  EXPECT_EQ(counts.enrolments_ended, 12);
  EXPECT_THAT(problems_, IsEmpty());
  options_.confirm_removal = false;
  counts = Import();
  EXPECT_EQ(counts.enrolments_known, 70);
  EXPECT_EQ(counts.enrolments_missing, 0);
  EXPECT_EQ(SchoolOfResult("n40", "2026-10-01"), "south");
  EXPECT_EQ(SchoolOfResult("n30", "2026-10-01"), "north") << "The last one.";
}

TEST_F(ImportedRosters, ABulkMissesNobodyWhoWasErased) {
  Import(Everybody());
  evidence::v1::EraseStudentsRequest erase;
  erase.set_district(options_.district);
  erase.set_reason("A parent asked for it.");
  for (int i = 1; i <= 10; ++i) erase.add_students("n" + std::to_string(i));
  const auto erased = Call(*connection_->evidence, &EvidenceService::Stub::EraseStudents, erase);
  ASSERT_TRUE(erased) << erased.error().message;
  ASSERT_EQ(erased->certificate().students(), 10);
  ImportCounts counts = Import(Everybody());
  EXPECT_EQ(counts.enrolments_known, 70);
  EXPECT_EQ(counts.enrolments_missing, 0);
  EXPECT_THAT(problems_, IsEmpty());
  counts = Import(Everybody());
  EXPECT_EQ(counts.enrolments_known, 80) << "as somebody new, and once";
  EXPECT_EQ(counts.enrolments_missing, 0);
}

TEST_F(ImportedRosters, ThePolicySaysHowManyAreAskedFor) {
  Import(Everybody());
  plans::v1::UpdateDistrictRequest update;
  update.set_district("lakeside");
  update.mutable_policy()->set_unasked_removal(0.5);
  ASSERT_TRUE(Call(*connection_->plans, &PlansService::Stub::UpdateDistrict, update));
  EXPECT_EQ(Import(WithoutTwelve()).enrolments_ended, 12);
}

TEST_F(ImportedRosters, WhatABulkSaysToBeGoneIsGoneHoweverMuchThatIs) {
  Import(Everybody());
  auto all = Everybody();
  for (Enrolled& one : all) {
    if (one.class_id == "3a" && std::stoi(one.student.substr(1)) > 28) one.status = "ToBeDeleted";
  }
  ImportCounts counts = Import(all);
  EXPECT_EQ(counts.enrolments_missing, 0);
  EXPECT_EQ(Import(all).enrolments_known, 68);
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(ImportedRosters, ABulkWithRowsThatCannotBeReadIsAskedBeforeItEndsAnything) {
  Import(Everybody());
  auto fewer = Everybody();
  fewer.pop_back();
  Write(fewer, "e-s40,active,3s\n");
  const ImportCounts counts = Import();
  EXPECT_EQ(counts.enrolments_missing, 1);
  EXPECT_EQ(counts.enrolments_ended, 0);
  EXPECT_THAT(problems_, ElementsAre("enrollments.csv WRONG_FIELD_COUNT",
                                     "enrollments.csv REMOVAL_UNCONFIRMED"));
  EXPECT_THAT(messages_, HasSubstr("1 rows could not be read"));
}

TEST_F(ImportedRosters, ABulkWithAFileThatCannotBeReadEndsNothing) {
  Import(Everybody());
  options_.confirm_removal = true;
  Write(WithoutTwelve());
  Put("enrollments", "id,classSourcedId\n1,3a\n");
  EXPECT_EQ(Import().enrolments_known, 0);
  EXPECT_EQ(Import(Everybody()).enrolments_known, 80);
}

TEST_F(ImportedRosters, DaysOfEnrolmentsSayWhereAResultBelongs) {
  auto all = Everybody();
  for (Enrolled& one : all) one.begin = "2026-07-01";
  for (Enrolled& one : all) {
    if (one.student == "n40") one.end = "2026-09-01";
  }
  all.push_back({"n40", "3s", "active", "2026-09-01", ""});
  all.push_back({"n41", "3a", "active", "2026-10-05", ""});
  Import(all);
  EXPECT_EQ(SchoolOfResult("n40", "2026-08-03"), "north");
  EXPECT_EQ(SchoolOfResult("n40", "2026-10-01"), "south");
  EXPECT_EQ(Import(all).enrolments_known, 81) << "n40 in south, and n41, who is to come.";
}

TEST_F(ImportedRosters, ANewYearsSessionsAreAddedToTheCalendar) {
  sessions_ = "a,Fall,term,2025-09-01,2025-12-20\nb,Spring,Term,2026-01-05,2026-06-20\n";
  Import(Everybody());
  EXPECT_THAT(Terms(), ElementsAre("2025-09-01/2025-12-19", "2026-01-05/2026-06-19"));
  sessions_ = "c,Fall,TERM,2026-08-31,2026-12-19\nd,Spring,term,2027-01-11,2027-06-19\n";
  for (int i = 0; i < 2; ++i) {
    Import(Everybody());
    EXPECT_THAT(Terms(), ElementsAre("2025-09-01/2025-12-19", "2026-01-05/2026-06-19",
                                     "2026-08-31/2026-12-18", "2027-01-11/2027-06-18"));
    EXPECT_THAT(problems_, IsEmpty());
  }
}

TEST_F(ImportedRosters, SessionsThatDifferFromTheCalendarAreLeftOutAndTold) {
  sessions_ = "a,Fall,term,2026-08-31,2026-12-19\n";
  Import(Everybody());
  sessions_ = "a,Fall,term,2026-08-31,2026-12-24\n";
  Import(Everybody());
  EXPECT_THAT(problems_, ElementsAre("academicSessions.csv SESSION_DIFFERS"));
  EXPECT_THAT(Terms(), ElementsAre("2026-08-31/2026-12-18"));
  sessions_ = "a,Fall,term,2026-08-31,2026-12-24\nb,Late,term,2026-12-01,2027-06-19\n";
  Import(Everybody());
  EXPECT_THAT(problems_, ElementsAre("academicSessions.csv SESSIONS_OVERLAP"));
}

}  // namespace
}  // namespace throughline
