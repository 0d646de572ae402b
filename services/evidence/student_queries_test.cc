// Who is told which students by name, and what is on record of it.
#include "evidence/student_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "evidence/domain/district_fixture.h"
#include "evidence/routing_fixture.h"
#include "identities/vault_fixture.h"
#include "runtime/base64.h"
#include "throughline/cycles/v1/cycles_events.pb.h"

namespace throughline::evidence {
namespace {

using namespace common::v1;
using platform::Principal;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int kStudents = 24;  // those of even numbers in class 4a, the others in 4b
constexpr char kPurpose[] = "absences before the unit test";

class NamedStudents : public testing::Test {
 protected:
  NamedStudents() {
    fixture_.Give(AdoptedDistrict());
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_title("Weekly check");
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.add_indicators("reading");
    fixture_.Give(define);
    std::vector<identities::Named> named;
    for (int i = 0; i < kStudents; ++i) named.push_back({Id(i), Name(i)});
    pseudonyms_ = identities::Must(vault_->Enter("d", named, 0));
    fixture_.Give(Roster());
  }

  static std::string Id(int i) { return "sis-" + std::to_string(100 + i); }
  // In another order than their ids.
  static std::string Name(int i) { return "Student " + std::to_string(999 - i); }

  v1::UpdateRosterRequest Roster() const {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    for (const char* id : {"4a", "4b"}) {
      roster.add_classes()->set_class_id(id);
      roster.mutable_classes()->rbegin()->set_team("t");
    }
    const auto teach = [&](const char* teacher, const char* class_id) {
      roster.add_teachers()->set_teacher(teacher);
      roster.mutable_teachers()->rbegin()->add_class_ids(class_id);
    };
    teach("ana", "4a");
    teach("ben", "4b");
    for (int i = 0; i < kStudents; ++i) {
      auto& student = *roster.add_students();
      student.set_student(pseudonyms_[static_cast<size_t>(i)]);
      student.add_groups("income:low");
      student.add_class_ids(i % 2 == 0 ? "4a" : "4b");
    }
    return roster;
  }

  void Schedule(const std::string& cycle, const std::string& start, const std::string& end) {
    cycles::v1::CycleScheduled scheduled;
    auto& one = *scheduled.mutable_cycle();
    one.set_district("d");
    one.set_school("s");
    one.set_team("t");
    one.set_cycle(cycle);
    one.set_start(start);
    one.set_end(end);
    one.set_baseline_from("2024-07-01");
    one.set_mid_cycle(end);
    one.add_indicators()->set_indicator("reading");
    fixture_.Give(scheduled);
  }
  v1::Result Of(int i, const std::string& date, double score) const {
    v1::Result result;
    result.set_source_id(date + "/" + std::to_string(i));
    result.set_student(pseudonyms_[static_cast<size_t>(i)]);
    result.set_school("s");
    result.set_class_id(i % 2 == 0 ? "4a" : "4b");
    result.set_assessment("check");
    result.set_date(date);
    result.set_score(score);
    return result;
  }
  void Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const v1::Result& result : results) *batch.add_results() = result;
    fixture_.Give(batch);
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(2));  // the cut follows
  }
  // Everybody has a result but those who are `absent`; those who are `low` are under the cut.
  void Check(const std::string& day, const std::set<int>& low, const std::set<int>& absent = {}) {
    fixture_.AdvanceTo(*core::ParseInstant(day + "T12:00:00Z"));
    std::vector<v1::Result> results;
    for (int i = 0; i < kStudents; ++i) {
      if (!absent.contains(i)) results.push_back(Of(i, day, low.contains(i) ? 2 : 90 - i));
    }
    Push(results);
  }
  // 0 and 1 struggle still, 4 does anew, 2 no longer, and of 6 nothing is known in the last cycle.
  void ThreeCycles() {
    Schedule("c1", "2024-08-12", "2024-08-30");
    Check("2024-08-20", {0, 1, 2, 6});
    Schedule("c2", "2024-09-02", "2024-09-20");
    Check("2024-09-05", {0, 1, 2, 4, 6});
    Schedule("c3", "2024-09-23", "2024-10-11");
    Check("2024-09-26", {0, 1, 4}, {6, 7});
  }

  static Principal Teacher(const std::string& who) {
    Principal teacher = As(ROLE_TEAM_MEMBER);
    teacher.subject = who;
    teacher.team = "t";
    return teacher;
  }
  static Principal As(Role role) {
    Principal caller;
    caller.subject = "somebody";
    caller.district = "d";
    caller.role = role;
    caller.school = "s";
    return caller;
  }
  static v1::ListStudentsRequest Ask(v1::StudentQuestion question,
                                     const std::string& purpose = "") {
    v1::ListStudentsRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team("t");
    request.set_question(question);
    request.set_purpose(purpose);
    return request;
  }
  core::Result<v1::ListStudentsResponse> List(const Principal& caller,
                                              const v1::ListStudentsRequest& request) {
    clock_.Set(fixture_.now());
    record_ = audit::v1::AuditRecord();
    return queries_.List(caller, request, record_);
  }
  core::Result<v1::GetStudentResponse> Get(const Principal& caller, const std::string& student,
                                           const std::string& purpose = "") {
    clock_.Set(fixture_.now());
    v1::GetStudentRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team("t");
    request.set_student(student);
    request.set_purpose(purpose);
    record_ = audit::v1::AuditRecord();
    return queries_.Get(caller, request, record_);
  }
  // Students in order, each with what is said of them; or the reason of the refusal.
  static std::vector<std::string> Said(const core::Result<v1::ListStudentsResponse>& answer) {
    if (!answer) return {answer.error().reason};
    std::vector<std::string> said;
    for (const v1::Student& one : answer->students()) {
      said.push_back(one.display_name() + " " + one.student());
      for (const auto& of : one.indicators()) {
        said.back() += " " + of.cycle() + "/" + of.indicator();
        if (of.struggling() != 0) said.back() += " " + v1::Struggling_Name(of.struggling());
      }
      for (const std::string& reason : one.quarantine_reasons()) said.back() += " " + reason;
    }
    return said;
  }

  std::vector<std::string> pseudonyms_;
  identities::MemoryIdentityStore identities_;
  std::unique_ptr<identities::Vault> vault_ = identities::OpenedOn(identities_);
  EvidenceDecider decider_;
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-08-01T12:00:00Z")};
  FixtureStore store_{fixture_};
  runtime::ManualClock clock_{fixture_.now()};
  audit::v1::AuditRecord record_;  // of the last call
  StudentQueries queries_{runtime::Rows(store_, "evidence", 1), *vault_, clock_};
};

TEST_F(NamedStudents, WhoStrugglesIsToldToThoseWhoTeachThem) {
  ThreeCycles();
  EXPECT_THAT(Said(List(Teacher("ana"), Ask(v1::STUDENT_QUESTION_STRUGGLING))),
              ElementsAre("Student 993 sis-106 c2/reading STRUGGLING_NEW",
                          "Student 995 sis-104 c3/reading STRUGGLING_NEW",
                          "Student 997 sis-102 c3/reading STRUGGLING_RECOVERED",
                          "Student 999 sis-100 c3/reading STRUGGLING_PERSISTING"));
  EXPECT_THAT(Said(List(Teacher("ben"), Ask(v1::STUDENT_QUESTION_STRUGGLING))),
              ElementsAre("Student 998 sis-101 c3/reading STRUGGLING_PERSISTING"));
  EXPECT_THAT(Said(List(Teacher("eve"), Ask(v1::STUDENT_QUESTION_STRUGGLING))),
              ElementsAre("NOT_TAUGHT_BY_CALLER"));
}

TEST_F(NamedStudents, ACredentialMaySayAsWhomTheRosterKnowsATeacher) {
  Principal teacher = Teacher("a.very.long@address");
  teacher.teacher = "ben";
  EXPECT_THAT(Said(List(teacher, Ask(v1::STUDENT_QUESTION_ROSTER))), SizeIs(kStudents / 2));
}

TEST_F(NamedStudents, AClassIsTaughtUntilTheDayThatTheRosterSaysAndNotUntilTheNextRoster) {
  v1::UpdateRosterRequest roster = Roster();
  auto& end = *roster.mutable_teachers(0)->add_ends();
  end.set_class_id("4a");
  end.set_over(core::ToDays(*core::ParseDate("2024-08-05")));
  fixture_.Give(roster);
  const auto ask = Ask(v1::STUDENT_QUESTION_ROSTER);
  fixture_.AdvanceTo(*core::ParseInstant("2024-08-04T12:00:00Z"));
  EXPECT_THAT(Said(List(Teacher("ana"), ask)), SizeIs(kStudents / 2));
  fixture_.AdvanceTo(*core::ParseInstant("2024-08-05T12:00:00Z"));
  EXPECT_THAT(Said(List(Teacher("ana"), ask)), ElementsAre("NOT_TAUGHT_BY_CALLER"));
  EXPECT_THAT(Said(List(Teacher("ben"), ask)), SizeIs(kStudents / 2));
}

TEST_F(NamedStudents, WhoHasNoResultInTheOpenCycleIsToldByIndicator) {
  ThreeCycles();
  EXPECT_THAT(Said(List(Teacher("ana"), Ask(v1::STUDENT_QUESTION_WITHOUT_RESULT))),
              AllOf(testing::Contains("Student 993 sis-106 c3/reading"), SizeIs(1)));
  auto other = Ask(v1::STUDENT_QUESTION_WITHOUT_RESULT);
  other.set_indicator("writing");
  EXPECT_THAT(Said(List(Teacher("ana"), other)), ElementsAre("INDICATOR_UNKNOWN"));
}

// Nobody would know otherwise that the question was about nothing.
TEST_F(NamedStudents, AFilterThatNamesNothingIsRefused) {
  const auto refusal = [this](auto change) {
    auto ask = Ask(v1::STUDENT_QUESTION_ROSTER);
    change(ask);
    const auto answer = List({}, ask);
    return answer ? "" : answer.error().reason + ": " + answer.error().message;
  };
  EXPECT_THAT(refusal([](auto& ask) { ask.set_team("u"); }),
              AllOf(HasSubstr("TEAM_UNKNOWN"), HasSubstr("There is only: t.")));
  EXPECT_THAT(refusal([](auto& ask) { ask.set_class_id("4z"); }),
              AllOf(HasSubstr("CLASS_UNKNOWN"), HasSubstr("There are: 4a, 4b.")));
  EXPECT_THAT(refusal([](auto& ask) { ask.set_indicator("writing"); }),
              AllOf(HasSubstr("INDICATOR_UNKNOWN"), HasSubstr("There is only: reading.")));
  EXPECT_THAT(refusal([](auto& ask) { ask.set_school("r"); }), HasSubstr("SCHOOL_UNKNOWN"));
  EXPECT_EQ(refusal([](auto& ask) { ask.set_indicator("reading"); }), "");
}

TEST_F(NamedStudents, WhoseResultsAreSetAsideIsToldWithTheReasons) {
  fixture_.AdvanceTo(*core::ParseInstant("2024-08-20T12:00:00Z"));
  Push({Of(0, "2024-08-20", 101), Of(0, "2024-08-19", 101), Of(1, "2024-08-20", 102)});
  EXPECT_THAT(Said(List(Teacher("ana"), Ask(v1::STUDENT_QUESTION_IN_QUARANTINE))),
              ElementsAre("Student 999 sis-100 SCORE_OFF_SCALE"));
}

TEST_F(NamedStudents, APurposeNamesNobodyWhomItIsAbout) {
  const std::string by_id = "talk about " + Id(1) + " tomorrow";
  EXPECT_EQ(Get(As(ROLE_SCHOOL_LEADER), Id(1), by_id).error().reason, "PURPOSE_NAMES_STUDENT");
  EXPECT_EQ(Get(As(ROLE_SCHOOL_LEADER), "nobody", "where is nobody now").error().reason,
            "PURPOSE_NAMES_STUDENT");
  EXPECT_THAT(Said(List(As(ROLE_SCHOOL_LEADER), Ask(v1::STUDENT_QUESTION_ROSTER, by_id))),
              ElementsAre("PURPOSE_NAMES_STUDENT"));
}

TEST_F(NamedStudents, ASchoolLeaderSaysAPurpose) {
  EXPECT_THAT(Said(List(As(ROLE_SCHOOL_LEADER), Ask(v1::STUDENT_QUESTION_ROSTER))),
              ElementsAre("PURPOSE_MISSING"));
  EXPECT_THAT(Said(List(As(ROLE_SCHOOL_LEADER), Ask(v1::STUDENT_QUESTION_ROSTER, kPurpose))),
              SizeIs(kStudents));
}

TEST_F(NamedStudents, TheDistrictIsToldNobodyWithoutEmergencyAccess) {
  EXPECT_THAT(
      Said(List(As(ROLE_DISTRICT_ADMINISTRATOR), Ask(v1::STUDENT_QUESTION_ROSTER, kPurpose))),
      ElementsAre("EMERGENCY_ACCESS_MISSING"));
}

TEST_F(NamedStudents, WhoeverHoldsEmergencyAccessIsToldForAPurposeUntilItIsOver) {
  plans::v1::EmergencyAccessTaken taken;
  auto& access = *taken.mutable_access();
  access.set_access("a1");
  access.set_district("d");
  access.set_school("s");
  access.set_subject("somebody");
  access.set_until_ms(core::ToMillis(fixture_.now() + std::chrono::hours(1)));
  fixture_.Give(taken);
  const auto ask = Ask(v1::STUDENT_QUESTION_ROSTER, kPurpose);
  EXPECT_THAT(Said(List(As(ROLE_DISTRICT_LEADER), ask)), SizeIs(kStudents));
  EXPECT_THAT(Said(List(As(ROLE_DISTRICT_LEADER), Ask(v1::STUDENT_QUESTION_ROSTER))),
              ElementsAre("PURPOSE_MISSING"));
  Principal other = As(ROLE_DISTRICT_LEADER);
  other.subject = "somebody else";
  EXPECT_THAT(Said(List(other, ask)), ElementsAre("EMERGENCY_ACCESS_MISSING"));
  fixture_.AdvanceTo(fixture_.now() + std::chrono::hours(1));
  EXPECT_THAT(Said(List(As(ROLE_DISTRICT_LEADER), ask)), ElementsAre("EMERGENCY_ACCESS_MISSING"));
}

TEST_F(NamedStudents, WhatIsNotUnderstoodIsRefused) {
  EXPECT_THAT(Said(List({}, Ask(v1::STUDENT_QUESTION_UNSPECIFIED))),
              ElementsAre("QUESTION_MISSING"));
  auto unknown = Ask(v1::STUDENT_QUESTION_ROSTER);
  unknown.set_district("e");
  EXPECT_THAT(Said(List({}, unknown)), ElementsAre("DISTRICT_UNKNOWN"));
  auto of_class = Ask(v1::STUDENT_QUESTION_ROSTER);
  of_class.set_class_id("4b");
  EXPECT_THAT(Said(List(Teacher("ana"), of_class)), ElementsAre("NOT_TAUGHT_BY_CALLER"));
  EXPECT_THAT(Said(List(Teacher("ben"), of_class)), SizeIs(kStudents / 2));
}

TEST_F(NamedStudents, PagesAreInOrderOfNameAndTheirTokensTellNothing) {
  auto ask = Ask(v1::STUDENT_QUESTION_ROSTER);
  std::vector<std::string> all;
  ask.set_page_size(7);
  do {
    const auto page = List({}, ask);
    ASSERT_TRUE(page);
    EXPECT_LE(page->students_size(), 7);
    for (const std::string& one : Said(page)) all.push_back(one);
    ask.set_page_token(page->next_page_token());
    if (ask.page_token().empty()) break;
    const auto text = runtime::FromBase64(ask.page_token(), runtime::Base64::kUrlSafe);
    ASSERT_TRUE(text);
    EXPECT_THAT(*text, AllOf(Not(HasSubstr("Student")), Not(HasSubstr("sis-"))));
  } while (true);
  EXPECT_THAT(all, SizeIs(kStudents));
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  ask.set_page_token("forged");
  EXPECT_THAT(Said(List({}, ask)), ElementsAre("PAGE_TOKEN_INVALID"));
  ask.set_page_size(1001);
  EXPECT_THAT(Said(List({}, ask)), ElementsAre("PAGE_INVALID"));
}

TEST_F(NamedStudents, TheRecordOfAReadingSaysWhatWasReadAndOfHowMany) {
  auto ask = Ask(v1::STUDENT_QUESTION_ROSTER, kPurpose);
  ask.set_page_size(10);
  ASSERT_TRUE(List(As(ROLE_SCHOOL_LEADER), ask));
  EXPECT_EQ(record_.count(), 10);
  EXPECT_THAT(record_.objects(), ElementsAre("question=STUDENT_QUESTION_ROSTER"));
  EXPECT_THAT(record_.fields(), ElementsAre("class_ids", "display_name", "groups", "student"));
  EXPECT_THAT(record_.Utf8DebugString(), Not(HasSubstr("sis-")));
  EXPECT_EQ(record_.outcome(), audit::v1::OUTCOME_UNSPECIFIED) << "which the guard has said";
}

TEST_F(NamedStudents, TheRecordOfAReadingSaysWhomByPseudonymAlone) {
  ASSERT_TRUE(List(Teacher("ben"), Ask(v1::STUDENT_QUESTION_ROSTER)));
  std::vector<std::string> whom;
  for (int i = 1; i < kStudents; i += 2) whom.push_back(pseudonyms_[static_cast<size_t>(i)]);
  EXPECT_THAT(record_.students(), testing::UnorderedElementsAreArray(whom));
  EXPECT_TRUE(std::is_sorted(record_.students().begin(), record_.students().end()));
}

TEST_F(NamedStudents, ThatAStudentIsUnknownToTheCallerIsOnRecord) {
  std::vector<audit::v1::AuditRecord> records;
  const auto ask = [&](const Principal& caller, const std::string& student) {
    EXPECT_FALSE(Get(caller, student));
    records.push_back(record_);
  };
  ask(Teacher("ana"), Id(1));
  ask(Teacher("ana"), "nobody");
  ask(As(ROLE_SCHOOL_LEADER), Id(1));
  ask(Teacher("eve"), Id(1));
  EXPECT_EQ(records[0].reason(), "STUDENT_UNKNOWN");
  EXPECT_THAT(records[0].objects(), ElementsAre("student=" + pseudonyms_[1]));
  EXPECT_EQ(records[1].reason(), "STUDENT_UNKNOWN");
  EXPECT_THAT(records[1].objects(), IsEmpty());
  EXPECT_EQ(records[2].reason(), "PURPOSE_MISSING");
  EXPECT_EQ(records[3].reason(), "NOT_TAUGHT_BY_CALLER");
  for (const auto& record : records) {
    EXPECT_EQ(record.action(), audit::v1::ACTION_ACCESS_REFUSED);
    EXPECT_EQ(record.outcome(), audit::v1::OUTCOME_REFUSED);
    EXPECT_THAT(record.fields(), IsEmpty());
  }
}

TEST_F(NamedStudents, OneStudentIsToldWithTheirOwnResults) {
  ThreeCycles();
  const auto answer = Get(Teacher("ana"), Id(2));
  ASSERT_TRUE(answer) << answer.error().reason;
  const v1::StudentRecord& record = answer->record();
  EXPECT_EQ(record.student().display_name(), Name(2));
  EXPECT_THAT(record.student().class_ids(), ElementsAre("4a"));
  std::vector<std::string> results;
  for (const auto& one : record.results()) {
    results.push_back(one.day() + " " + one.title() + " " + one.class_id() + " " +
                      std::to_string(static_cast<int>(one.percent())));
    EXPECT_THAT(one.indicators(), ElementsAre("reading"));
  }
  EXPECT_THAT(results, ElementsAre("2024-08-20 Weekly check 4a 2", "2024-09-05 Weekly check 4a 2",
                                   "2024-09-26 Weekly check 4a 88"));
  ASSERT_EQ(record.indicators_size(), 3);
  EXPECT_EQ(record.indicators(1).struggling(), v1::STRUGGLING_NEW);
  EXPECT_EQ(record.indicators(2).struggling(), v1::STRUGGLING_RECOVERED);
  EXPECT_EQ(record_.count(), 1);
}

TEST_F(NamedStudents, OneWhomTheCallerDoesNotTeachIsAsUnknownAsOneWhoIsNotThere) {
  const auto other = Get(Teacher("ana"), Id(1)), none = Get(Teacher("ana"), "nobody");
  ASSERT_FALSE(other || none);
  EXPECT_EQ(other.error().reason, "STUDENT_UNKNOWN");
  EXPECT_EQ(other.error().message, none.error().message);
  EXPECT_EQ(Get(As(ROLE_SCHOOL_LEADER), Id(1)).error().reason, "PURPOSE_MISSING");
  EXPECT_TRUE(Get(As(ROLE_SCHOOL_LEADER), Id(1), kPurpose));
}

TEST_F(NamedStudents, WhoIsErasedIsListedNoMore) {
  identities::Must(vault_->Erase("d", {pseudonyms_[0]}));
  EXPECT_THAT(Said(List(Teacher("ana"), Ask(v1::STUDENT_QUESTION_ROSTER))),
              AllOf(SizeIs(kStudents / 2 - 1), Each(Not(HasSubstr("sis-100")))));
  EXPECT_EQ(Get(Teacher("ana"), Id(0)).error().reason, "STUDENT_UNKNOWN");
}

}  // namespace
}  // namespace throughline::evidence
