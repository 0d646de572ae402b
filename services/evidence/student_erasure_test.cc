// Erasures as an officer asks for them, on one partition in memory.
#include "evidence/student_erasure.h"

#include <gmock/gmock.h>

#include "evidence/domain/kept_scores.h"
#include "evidence/erasure_queries.h"
#include "evidence/quarantine_release.h"
#include "evidence/routing_fixture.h"
#include "evidence/student_export.h"

namespace throughline::evidence {
namespace {

using testing::HasSubstr;

class Trail : public platform::Audit {
 public:
  core::Result<void> Record(audit::v1::AuditRecord record) override {
    records.push_back(std::move(record));
    return {};
  }
  void Note(audit::v1::AuditRecord /*record*/) override {}

  std::vector<audit::v1::AuditRecord> records;
};

class StudentErasure : public Routing {
 protected:
  StudentErasure() {
    auto batch = Batch();
    *batch.add_results() = Of("1", "604821");
    batch.mutable_results(0)->add_kept()->set_value("Ada did well");
    *batch.add_results() = Of("2", "604899");
    Send(batch);
  }

  v1::CertifyErasureRequest Asked(const std::string& request_id) {
    v1::EraseStudentsRequest request;
    request.set_district("d");
    request.set_reason("A parent asked for it.");
    return CertificateAsked(request, {.caller = "officer", .id = request_id, .digest = {}},
                            "officer", *students_.ConcealmentIn("d"));
  }
  v1::EraseStudentsResponse Erase(const std::vector<std::string>& students,
                                  const std::string& request_id = "one") {
    auto erased = EraseStudents(students, Asked(request_id), context_);
    EXPECT_TRUE(erased) << erased.error().message;
    return erased.value();
  }
  std::vector<v1::ErasureCertificate> Certificates() {
    v1::ListErasuresRequest request;
    request.set_district("d");
    v1::ListErasuresResponse response;
    EXPECT_TRUE(Query(rows_, request, response));
    return {response.certificates().begin(), response.certificates().end()};
  }
  std::vector<v1::QuarantinedResult> SetAside() {
    return Listed(common::v1::ROLE_DISTRICT_ADMINISTRATOR, "ada");
  }
  v1::RecordedResult Result(const std::string& school, const std::string& id) {
    return fixture_.state().Find(kResults, KeyOf(school, id))->recorded();
  }

  Trail trail_;
  ErasureContext context_{students_.privacy, commands_, rows_, trail_};
};

// Another process's, which ended before it was certified, or that of retention.
TEST_F(StudentErasure, OfSomebodyElseIsNotOnRecordUnderTheNameOfWhoFindsIt) {
  auto others = Asked("another");
  others.set_requested_by("colleague");
  ASSERT_TRUE(students_.privacy.vault->Erase("d", {students_.Of("d", "604899")},
                                             others.SerializeAsString()));
  context_.record.mutable_actor()->set_subject("officer");
  Erase({"604821"});
  ASSERT_EQ(trail_.records.size(), 2U);
  EXPECT_EQ(trail_.records[0].actor().subject(), "colleague");
  EXPECT_EQ(trail_.records[1].actor().subject(), "officer");
}

TEST_F(StudentErasure, LeavesNumbersAndNobodyBehindThem) {
  const std::string before = Result("a", "1").student();
  ASSERT_EQ(before, students_.Of("d", "604821"));
  const auto recorded = Recorded();
  const auto erased = Erase({"604821", "nobody"});
  EXPECT_EQ(erased.certificate().students(), 1);
  EXPECT_EQ(erased.certificate().reason(), "A parent asked for it.");
  EXPECT_EQ(erased.certificate().requested_by(), "officer");
  EXPECT_FALSE(erased.certificate().by_retention());
  EXPECT_EQ(Recorded(), recorded);
  EXPECT_EQ(Result("a", "1").student(), before) << "under the pseudonym as it was";
  EXPECT_NE(students_.Of("d", "604821"), before) << "which nothing comes to any more";
  EXPECT_FALSE(students_.privacy.vault->Find("d", before).value());
  const std::string sealed = Result("a", "1").kept(0).sealed().substr(kSealMark);
  EXPECT_FALSE(students_.privacy.vault->Open("d", kAboutKept, sealed));
  EXPECT_FALSE(
      students_.ConcealmentIn("d")->Open("d", kAboutKept, Result("a", "1").kept(0).sealed()));
  EXPECT_EQ(Result("b", "2").student(), students_.Of("d", "604899")) << "others stay who they are";
}

TEST_F(StudentErasure, IsCertifiedOnceHoweverOftenItIsAskedFor) {
  const auto first = Erase({"604821"});
  EXPECT_EQ(Erase({"604821"}).certificate().certificate(), first.certificate().certificate());
  EXPECT_FALSE(Erase({"604821"}, "two").has_certificate()) << "nobody is known under the id";
  EXPECT_EQ(Certificates().size(), 1u);
  EXPECT_EQ(Written().find("604821"), std::string::npos);
}

TEST_F(StudentErasure, IsCertifiedWhenTheProcessEndedRightAfterIt) {
  const auto asked = Asked("one");
  ASSERT_TRUE(students_.privacy.vault->Erase("d", {students_.Of("d", "604821")},
                                             asked.SerializeAsString()));
  EXPECT_TRUE(Certificates().empty());
  const auto again = Erase({"604821"});
  EXPECT_EQ(again.certificate().students(), 1) << "the same request is answered as if it had ended";
  EXPECT_EQ(Certificates().size(), 1u);
  ASSERT_TRUE(students_.privacy.vault->Erase("d", {students_.Of("d", "604899")},
                                             Asked("two").SerializeAsString()));
  ASSERT_TRUE(CertifyErasures("d", context_)) << "without the request, too";
  EXPECT_EQ(Certificates().size(), 2u);
  EXPECT_TRUE(students_.privacy.vault->Unacknowledged("d").value().empty());
  ASSERT_EQ(trail_.records.size(), 2u) << "each is on record, whoever finishes it";
  EXPECT_EQ(trail_.records[1].actor().subject(), "officer");
  EXPECT_EQ(trail_.records[1].count(), 1);
}

TEST_F(StudentErasure, OfNobodyIsOnRecordWithoutTheIds) {
  v1::EraseStudentsRequest request;
  request.set_district("d");
  request.add_students("typo-604812");
  request.add_students("typo-604813");
  request.set_reason("A parent asked for it.");
  context_.record.mutable_actor()->set_subject("officer");
  const auto erased = EraseStudents(request, {}, "officer", context_);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_FALSE(erased->has_certificate());
  ASSERT_EQ(trail_.records.size(), 1u);
  const auto& record = trail_.records[0];
  EXPECT_EQ(record.action(), audit::v1::ACTION_STUDENTS_ERASED);
  EXPECT_EQ(record.actor().subject(), "officer");
  EXPECT_EQ(record.purpose(), "A parent asked for it.");
  EXPECT_EQ(record.count(), 0);
  EXPECT_THAT(record.objects(), testing::ElementsAre("asked=2"));
  EXPECT_THAT(record.Utf8DebugString(), testing::Not(HasSubstr("typo")));
  request.set_reason("A parent asked for typo-604812.");
  EXPECT_EQ(EraseStudents(request, {}, "officer", context_).error().reason,
            "PURPOSE_NAMES_STUDENT");
}

TEST_F(StudentErasure, TakesNoReasonThatNamesWhoIsErased) {
  auto asked = Asked("one");
  asked.set_reason("The parents of 604821 asked.");
  EXPECT_EQ(EraseStudents({"604821"}, asked, context_).error().reason, "PURPOSE_NAMES_STUDENT");
  EXPECT_TRUE(Certificates().empty());
  EXPECT_TRUE(EraseStudents({"604899"}, asked, context_)) << "it is about somebody else";
}

TEST_F(StudentErasure, MakesSomebodyNewOfAStudentWhoComesAgain) {
  const std::string before = Result("a", "1").student();
  Erase({"604821"});
  Enroll("a", "604821");
  auto batch = Batch();
  *batch.add_results() = Of("3", "604821");
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_NE(Result("a", "3").student(), before);
  EXPECT_EQ(Result("a", "1").student(), before);
}

TEST_F(StudentErasure, KeepsHowResultsOfOthersCameThatAreSetAside) {
  auto batch = Batch();
  *batch.add_results() = Of("3", "604821");
  batch.mutable_results(0)->set_score_text("301");  // off the scale
  *batch.add_results() = Of("4", "604899");
  batch.mutable_results(1)->set_score_text("302");
  Send(batch);
  Erase({"604821"});
  const auto aside = SetAside();
  ASSERT_EQ(aside.size(), 2u);
  EXPECT_EQ(aside[0].result().student(), "") << "who it is of is gone";
  EXPECT_EQ(aside[0].result().source_id(), "");
  EXPECT_THAT(aside[0].problem().message(), HasSubstr("not known any more"));
  EXPECT_EQ(aside[1].result().student(), "604899");
  EXPECT_EQ(aside[1].result().source_id(), "4");
}

TEST_F(StudentErasure, FindsUnknownStudentsOfTheQuarantineStillWhenTheirRosterComes) {
  auto batch = Batch();
  *batch.add_results() = Of("3", "604777");
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_QUARANTINED);
  Erase({"604821"});
  Enroll("a", "604777");
  v1::ReleaseQuarantineRequest release;
  release.set_district("d");
  release.add_entries(SetAside()[0].entry());
  v1::ReleaseQuarantineResponse response;
  ReleaseWithoutSchool(
      release, {}, routing_,
      [&](core::Result<v1::ReleaseQuarantineResponse> done) { response = done.value(); });
  EXPECT_EQ(response.outcomes(0), v1::RESULT_OUTCOME_ACCEPTED);
}

TEST_F(StudentErasure, RenamesAnUnknownStudentWhoWasSentUnderAKeyThatIsGone) {
  auto batch = Batch();
  *batch.add_results() = Of("3", "604777");
  const std::string sent_as = students_.Of("d", "604777");
  commands_.meanwhile = [&] { Erase({"604821"}); };
  EXPECT_EQ(Send(batch).outcomes(0), v1::RESULT_OUTCOME_QUARANTINED);
  std::vector<std::string> students;
  fixture_.state().ForEach(kQuarantine, "d/",
                           [&](const std::string&, const v1::QuarantinedResult& entry) {
                             students.push_back(entry.result().student());
                           });
  ASSERT_EQ(students.size(), 1u);
  EXPECT_NE(students[0], sent_as);
  EXPECT_EQ(students[0], students_.Of("d", "604777"));
  EXPECT_EQ(SetAside()[0].result().student(), "604777");
}

TEST_F(StudentErasure, ErasesWhoIsOnlyInTheQuarantine) {
  auto batch = Batch();
  *batch.add_results() = Of("first-604777", "604777");
  Send(batch);
  EXPECT_EQ(Erase({"604777"}).certificate().students(), 1);
  EXPECT_EQ(SetAside()[0].result().student(), "");
}

TEST_F(StudentErasure, AnswersABatchAsAtFirstAfterwards) {
  const auto digest_of = [&] {
    auto batch = Batch();
    *batch.add_results() = Of("7", "604821");
    std::string digest;
    DigestingCommands digests(commands_, digest);
    const RoutingContext routing{rows_, digests, [](const std::function<void()>& work) { work(); }};
    Ingest(batch, {.caller = "sis", .id = "1", .digest = {}}, "sis", students_.privacy, routing,
           [](const core::Result<v1::IngestResultsResponse>&) {});
    return digest;
  };
  const std::string before = digest_of();
  Erase({"604821"});
  EXPECT_EQ(digest_of(), before) << "it is not taken for another one under the same id";
}

TEST_F(StudentErasure, IsOfWhomNoRosterHasHadForTheYearsOfThePolicy) {
  clock_.Set(*core::ParseInstant("2031-09-30T12:00:00Z"));
  ASSERT_TRUE(EraseByRetention("d", context_));
  EXPECT_TRUE(Certificates().empty()) << "not yet";
  clock_.Set(*core::ParseInstant("2031-10-05T12:00:00Z"));
  ASSERT_TRUE(EraseByRetention("d", context_));
  EXPECT_TRUE(Certificates().empty()) << "both are in a class still";
  v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school("a");
  roster.add_students()->set_student(students_.Of("d", "604821"));
  fixture_.Give(roster);  // has left, in 2024
  ASSERT_TRUE(EraseByRetention("d", context_));
  ASSERT_EQ(Certificates().size(), 1u);
  EXPECT_EQ(Certificates()[0].students(), 1);
  EXPECT_TRUE(Certificates()[0].by_retention());
  EXPECT_THAT(Certificates()[0].reason(), HasSubstr("7 years"));
  ASSERT_TRUE(EraseByRetention("d", context_));
  EXPECT_EQ(Certificates().size(), 1u) << "once";
}

TEST_F(StudentErasure, IsOfADistrictThatIsThere) {
  auto asked = Asked("one");
  asked.set_district("elsewhere");
  const auto refused = EraseStudents({"604821"}, asked, context_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "DISTRICT_UNKNOWN");
}

TEST_F(StudentErasure, GoesThroughWhatIsHeldBeforeItWhenItIsExported) {
  ASSERT_TRUE(students_.privacy.vault->Enter("d", {{"604821", "Ada"}}, 0));
  auto batch = Batch();
  *batch.add_results() = Of("3", "604821");
  batch.mutable_results(0)->set_score_text("301");
  Send(batch);
  const auto record = ExportOf("d", "604821", "A parent asked.", students_.privacy, rows_);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->student().student(), "604821");
  EXPECT_EQ(record->student().display_name(), "Ada");
  EXPECT_THAT(record->student().class_ids(), testing::ElementsAre("c-a"));
  EXPECT_THAT(record->schools(), testing::ElementsAre("a"));
  ASSERT_EQ(record->results_size(), 1);
  EXPECT_EQ(record->results(0).score(), "210");
  EXPECT_EQ(record->results(0).percent(), 70);
  EXPECT_EQ(record->results(0).source(), "edfi");
  EXPECT_THAT(record->quarantine_reasons(), testing::ElementsAre("SCORE_OFF_SCALE"));
  ASSERT_EQ(record->results(0).kept_size(), 1);
  EXPECT_EQ(record->results(0).kept(0).value(), "Ada did well");
  ASSERT_EQ(record->set_aside_size(), 1);
  EXPECT_EQ(record->set_aside(0).result().source_id(), "3") << "as it came";
  EXPECT_EQ(record->set_aside(0).result().student(), "604821");
  EXPECT_EQ(record->set_aside(0).result().score_text(), "301");
  EXPECT_EQ(record->set_aside(0).sealed(), "");
  Erase({"604899"}, "another");
  const auto later = ExportOf("d", "604821", "A parent asked.", students_.privacy, rows_);
  EXPECT_EQ(later->results(0).kept_size(), 0);
  EXPECT_EQ(later->results(0).kept_lost(), 1) << "the key went with the other student";
  EXPECT_EQ(later->set_aside(0).result().source_id(), "3");
  Erase({"604821"});
  EXPECT_EQ(ExportOf("d", "604821", "A parent asked.", students_.privacy, rows_).error().reason,
            "STUDENT_UNKNOWN");
}

}  // namespace
}  // namespace throughline::evidence
