// Who is in which class on which day, as enrolments with days say: they take effect when their day
// comes, results go where the student was on theirs, and what whole lists no longer have ends.
#include "evidence/domain/enrolments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

int32_t Day(const char* date) { return core::ToDays(*core::ParseDate(date)); }

// `first` and `over` may be null: not said.
v1::Enrolment In(const char* class_id, const char* first, const char* over) {
  v1::Enrolment one;
  one.set_class_id(class_id);
  if (first != nullptr) one.set_first(Day(first));
  if (over != nullptr) one.set_over(Day(over));
  return one;
}

// District d in Chicago on 2026-10-01; schools north (class 3a of team t, 3b of u), south (3s of
// t).
class EnrolmentDays : public ::testing::Test {
 protected:
  EnrolmentDays() : fixture_(decider_, *core::ParseInstant("2026-10-01T17:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("America/Chicago");
    adopted.mutable_district()->set_version(1);
    fixture_.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.add_indicators("reading");
    fixture_.Give(define);
    for (const char* school : {"north", "south"}) {
      v1::UpdateRosterRequest classes = Roster(school);
      const bool north = classes.school() == "north";
      Add(classes, north ? "3a" : "3s", "t");
      if (north) Add(classes, "3b", "u");
      fixture_.Give(classes);
    }
  }
  ~EnrolmentDays() override { EXPECT_EQ(RowsOf(fixture_.FoldedAgain()), RowsOf(fixture_.Rows())); }

  // A fixture keeps the timers that fired for nothing when it folds.
  static std::map<decider::RowKey, std::string> RowsOf(
      const std::vector<decider::RowChange>& changes) {
    std::map<decider::RowKey, std::string> rows;
    for (const decider::RowChange& one : changes) {
      if (one.row.table != "_timer") rows[one.row] = one.value.value_or("");
    }
    return rows;
  }
  static void Add(v1::UpdateRosterRequest& request, const char* class_id, const char* team) {
    request.add_classes()->set_class_id(class_id);
    request.mutable_classes()->rbegin()->set_team(team);
  }
  static v1::UpdateRosterRequest Roster(const char* school) {
    v1::UpdateRosterRequest request;
    request.set_district("d");
    request.set_school(school);
    return request;
  }
  static v1::RosterStudent& AddStudent(v1::UpdateRosterRequest& request, const char* student,
                                       std::vector<v1::Enrolment> enrolments,
                                       std::vector<std::string> undated = {}) {
    v1::RosterStudent& one = *request.add_students();
    one.set_student(student);
    one.mutable_enrolments()->Assign(enrolments.begin(), enrolments.end());
    one.mutable_class_ids()->Assign(undated.begin(), undated.end());
    return one;
  }
  int32_t Give(const v1::UpdateRosterRequest& request) {
    const auto outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->reason << " " << outcome.refusal->field;
    if (outcome.refusal) return -1;
    return outcome.AnswerAs<v1::UpdateRosterResponse>().students_changed();
  }
  int32_t Say(const char* school, const char* student, std::vector<v1::Enrolment> enrolments,
              std::vector<std::string> undated = {}) {
    v1::UpdateRosterRequest request = Roster(school);
    AddStudent(request, student, std::move(enrolments), std::move(undated));
    return Give(request);
  }
  // Noon in the district.
  void On(const char* date) {
    fixture_.AdvanceTo(*core::ParseInstant(std::string(date) + "T17:00:00Z"));
  }
  int32_t Rostered(const std::string& school, const std::string& team) const {
    const auto* row = fixture_.state().Find(kTeams, "d/" + school + "/" + team);
    return row == nullptr ? 0 : row->rostered();
  }
  std::vector<std::string> ClassesOf(const std::string& school, const std::string& student) const {
    const auto* row = fixture_.state().Find(kStudents, "d/" + school + "/" + student);
    if (row == nullptr) return {};
    return {row->class_ids().begin(), row->class_ids().end()};
  }
  std::string SchoolOf(const std::string& student, const char* date) const {
    const auto* place = fixture_.state().Find(kStudentPlaces, "d/" + student);
    return place == nullptr ? "" : SchoolOn(*place, *core::ParseDate(date));
  }
  // The class in which a result that names none is recorded, or why it is set aside.
  std::string ClassOfResult(const std::string& school, const char* date) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("edfi");
    v1::Result& result = *batch.add_results();
    result.set_source_id("r" + std::to_string(++results_));
    result.set_student("p");
    result.set_school(school);
    result.set_assessment("check");
    result.set_date(date);
    result.set_score_text("50");
    const auto outcome = fixture_.Give(batch);
    const auto& problems = outcome.AnswerAs<v1::IngestResultsResponse>().problems();
    if (!problems.empty()) return problems[0].reason();
    return fixture_.state()
        .Find(kResults, "d/" + school + "/edfi/" + result.source_id())
        ->recorded()
        .class_id();
  }
  v1::EndMissingEnrolmentsResponse End(const v1::EndMissingEnrolmentsRequest& request) {
    const auto outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->reason << " " << outcome.refusal->field;
    return outcome.AnswerAs<v1::EndMissingEnrolmentsResponse>();
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_;
  int results_ = 0;
};

TEST_F(EnrolmentDays, WhoHasLeftAndWhoHasNotBegunIsNotRostered) {
  v1::UpdateRosterRequest roster = Roster("north");
  AddStudent(roster, "gone", {In("3a", "2026-08-01", "2026-09-01")});
  AddStudent(roster, "later", {In("3a", "2026-11-01", nullptr)});
  AddStudent(roster, "there", {In("3a", "2026-08-01", "2027-06-01")});
  AddStudent(roster, "always", {}, {"3a"});
  AddStudent(roster, "ended_today", {In("3a", "2026-08-01", "2026-10-01")});
  AddStudent(roster, "begins_today", {In("3a", "2026-10-01", nullptr)});
  EXPECT_EQ(Give(roster), 6);
  EXPECT_EQ(Rostered("north", "t"), 3);
  EXPECT_THAT(ClassesOf("north", "gone"), IsEmpty());
  EXPECT_THAT(ClassesOf("north", "later"), IsEmpty());
  EXPECT_THAT(ClassesOf("north", "there"), ElementsAre("3a"));
  EXPECT_THAT(ClassesOf("north", "ended_today"), IsEmpty());
  EXPECT_THAT(ClassesOf("north", "begins_today"), ElementsAre("3a"));
  EXPECT_EQ(Give(roster), 0) << "The same again is nothing new.";
}

TEST_F(EnrolmentDays, TakeEffectWhenTheirDayComesInTheDistrict) {
  Say("north", "p", {In("3a", "2026-08-01", "2026-10-05"), In("3b", "2026-10-05", "2026-10-09")});
  Say("south", "q", {In("3s", "2026-10-05", nullptr)});
  EXPECT_EQ(Rostered("south", "t"), 0);
  fixture_.AdvanceTo(*core::ParseInstant("2026-10-05T04:59:59Z"));  // a second to midnight
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3a"));
  fixture_.AdvanceTo(*core::ParseInstant("2026-10-05T05:00:00Z"));
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3b"));
  EXPECT_EQ(Rostered("north", "t"), 0);
  EXPECT_EQ(Rostered("north", "u"), 1);
  EXPECT_EQ(Rostered("south", "t"), 1);
  On("2026-10-09");
  EXPECT_THAT(ClassesOf("north", "p"), IsEmpty());
  EXPECT_EQ(Rostered("north", "u"), 0);
  EXPECT_THAT(fixture_.state().Find(kStudents, "d/north/p")->last_class_ids(), ElementsAre("3b"));
}

TEST_F(EnrolmentDays, AChangeOfOneStudentForgetsNoOneElses) {
  Say("north", "p", {In("3a", nullptr, "2026-10-05")});
  Say("north", "q", {In("3a", nullptr, "2026-10-07")});
  Say("north", "r", {In("3a", "2026-10-06", "2026-10-07")});
  EXPECT_EQ(Rostered("north", "t"), 2);
  On("2026-10-05");
  EXPECT_EQ(Rostered("north", "t"), 1);
  On("2026-10-06");
  EXPECT_EQ(Rostered("north", "t"), 2);
  On("2026-10-07");
  EXPECT_EQ(Rostered("north", "t"), 0);
}

TEST_F(EnrolmentDays, ThoseThatAreSaidAnewTakeThePlaceOfWhatWasToCome) {
  Say("north", "p", {In("3a", "2026-08-01", "2026-10-05")});
  EXPECT_EQ(Say("north", "p", {In("3a", "2026-08-01", nullptr)}), 1);
  On("2026-10-06");
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3a"));
  EXPECT_EQ(Say("north", "p", {}, {"3a"}), 1) << "No day is known any more.";
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3a"));
  EXPECT_EQ(Say("north", "p", {In("3a", "2026-08-01", "2026-10-05")}, {"3a"}), 0)
      << "A class without days stands above one with them.";
}

TEST_F(EnrolmentDays, AResultGoesWhereTheStudentWasOnItsDay) {
  Say("north", "p", {In("3a", "2026-07-01", "2026-08-20"), In("3b", "2026-08-20", "2026-09-10")});
  Say("south", "p", {In("3s", "2026-09-10", nullptr)});
  EXPECT_EQ(SchoolOf("p", "2026-08-05"), "north");
  EXPECT_EQ(SchoolOf("p", "2026-09-09"), "north");
  EXPECT_EQ(SchoolOf("p", "2026-09-10"), "south");
  EXPECT_EQ(SchoolOf("p", "2026-10-01"), "south");
  EXPECT_EQ(SchoolOf("p", "2026-06-01"), "north") << "Before all of them, the first.";
  EXPECT_EQ(ClassOfResult("north", "2026-08-05"), "3a");
  EXPECT_EQ(ClassOfResult("north", "2026-08-20"), "3b");
  EXPECT_EQ(ClassOfResult("north", "2026-09-20"), "3b") << "After the last one, the last.";
  EXPECT_EQ(ClassOfResult("south", "2026-10-01"), "3s");
}

TEST_F(EnrolmentDays, AResultOfAMoverGoesTheSameWayWhicheverSchoolSpeaksFirst) {
  Say("south", "p", {In("3s", "2026-09-10", nullptr)});
  Say("north", "p", {In("3a", "2026-07-01", "2026-09-10")});
  EXPECT_EQ(SchoolOf("p", "2026-08-05"), "north");
  EXPECT_EQ(SchoolOf("p", "2026-10-01"), "south");
}

TEST_F(EnrolmentDays, WhoLeftTheDistrictIsOfTheLastSchool) {
  Say("north", "p", {In("3a", "2026-07-01", "2026-09-10")});
  EXPECT_EQ(SchoolOf("p", "2026-10-01"), "north");
  EXPECT_EQ(ClassOfResult("north", "2026-10-01"), "3a");
}

TEST_F(EnrolmentDays, DaysOfARosterTakeThePlaceOfWhatRostersWithoutThemLetOneThink) {
  Say("north", "p", {}, {"3a"});
  EXPECT_EQ(SchoolOf("p", "2026-09-01"), "north");
  Say("north", "p", {In("3a", "2026-07-01", "2026-09-10")});
  Say("south", "p", {In("3s", "2026-09-10", nullptr)});
  EXPECT_EQ(SchoolOf("p", "2026-10-01"), "south");
  EXPECT_EQ(fixture_.state().Find(kStudentPlaces, "d/p")->stays_size(), 2);
}

TEST_F(EnrolmentDays, WhatALaterRosterLeavesOutIsRememberedForResultsOfItsDays) {
  Say("north", "p", {In("3a", "2026-07-01", nullptr)});
  EXPECT_EQ(Say("north", "p", {In("3b", "2026-10-01", nullptr)}), 1);
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3b"));
  EXPECT_EQ(ClassOfResult("north", "2026-09-01"), "3a");
  EXPECT_EQ(ClassOfResult("north", "2026-10-01"), "3b");
  EXPECT_EQ(Say("north", "p", {In("3b", "2026-10-01", nullptr)}), 0);
}

TEST_F(EnrolmentDays, WhoWasToComeAndDoesNotIsNowhere) {
  Say("north", "p", {In("3a", "2026-07-01", nullptr)});
  Say("south", "p", {In("3s", "2026-11-01", nullptr)});
  EXPECT_EQ(SchoolOf("p", "2026-11-01"), "south");
  EXPECT_EQ(Say("south", "p", {}), 1);
  EXPECT_EQ(SchoolOf("p", "2026-11-01"), "north");
}

TEST_F(EnrolmentDays, MovesSayThemToo) {
  Say("north", "p", {In("3a", "2026-07-01", nullptr)});
  v1::UpdateRosterRequest request = Roster("north");
  v1::RosterMove& move = *request.add_moves();
  move.set_student("p");
  *move.add_enrolments() = In("3b", "2026-10-05", nullptr);
  move.add_left("3a");
  EXPECT_EQ(Give(request), 1);
  EXPECT_THAT(ClassesOf("north", "p"), IsEmpty());
  On("2026-10-05");
  EXPECT_THAT(ClassesOf("north", "p"), ElementsAre("3b"));
  EXPECT_EQ(ClassOfResult("north", "2026-09-01"), "3a");
  v1::UpdateRosterRequest ended = Roster("north");
  ended.add_ended_class_ids("3b");
  EXPECT_EQ(Give(ended), 1);
  EXPECT_THAT(ClassesOf("north", "p"), IsEmpty());
  EXPECT_EQ(Give(ended), 0);
}

TEST_F(EnrolmentDays, OneThatMakesNoSenseIsRefused) {
  for (const auto& one : {In("3a", "2026-08-01", "2026-08-01"),
                          In("3a", "2026-08-02", "2026-08-01"), In("3x", nullptr, nullptr)}) {
    v1::UpdateRosterRequest request = Roster("north");
    AddStudent(request, "p", {one});
    const auto outcome = fixture_.Give(request);
    ASSERT_TRUE(outcome.refusal);
    EXPECT_EQ(outcome.refusal->reason,
              one.class_id() == "3x" ? "CLASS_UNKNOWN" : "ENROLMENT_INVALID");
  }
}

// Whatever enrolments are said and whatever day it becomes: who is in a class is whoever's
// enrolments last on that day.
RC_GTEST_FIXTURE_PROP(EnrolmentDays, AreFollowedDayByDay, ()) {
  const int32_t today = Day("2026-10-01");
  std::vector<v1::Enrolment> enrolments(*rc::gen::inRange<size_t>(1, 5));
  for (v1::Enrolment& one : enrolments) {
    one.set_class_id(*rc::gen::element<std::string>("3a", "3b"));
    one.set_first(today + *rc::gen::inRange(-5, 10));
    if (*rc::gen::arbitrary<bool>()) one.set_over(one.first() + *rc::gen::inRange(1, 8));
  }
  Say("north", "p", enrolments);
  for (int32_t day = today; day < today + 20; ++day) {
    On(core::FormatDate(core::FromDays(day)).c_str());
    std::set<std::string> expected;
    for (const v1::Enrolment& one : enrolments) {
      if (Lasts(one, day)) expected.insert(one.class_id());
    }
    const std::vector<std::string> classes = ClassesOf("north", "p");
    RC_ASSERT(std::set<std::string>(classes.begin(), classes.end()) == expected);
  }
}

class MissingEnrolments : public EnrolmentDays {
 protected:
  MissingEnrolments() {
    v1::UpdateRosterRequest roster = Roster("north");
    AddStudent(roster, "p1", {}, {"3a", "3b"});
    AddStudent(roster, "p2", {In("3a", "2026-08-01", nullptr)});
    AddStudent(roster, "p3", {In("3a", "2026-10-05", nullptr)});
    AddStudent(roster, "p4", {In("3a", "2026-08-01", "2026-09-01")});
    EXPECT_EQ(Give(roster), 4);
  }
  static v1::EndMissingEnrolmentsRequest Lists(
      const std::map<std::string, std::vector<std::string>>& lists) {
    v1::EndMissingEnrolmentsRequest request;
    request.set_district("d");
    request.set_school("north");
    for (const auto& [id, students] : lists) {
      v1::ClassList& list = *request.add_lists();
      list.set_class_id(id);
      list.mutable_students()->Assign(students.begin(), students.end());
    }
    return request;
  }
};

TEST_F(MissingEnrolments, AreCountedAndThenEnded) {
  v1::EndMissingEnrolmentsRequest request = Lists({{"3a", {"p1"}}});
  request.set_only_count(true);
  auto response = End(request);
  EXPECT_EQ(response.known(), 3) << "What is over is none.";
  EXPECT_EQ(response.missing(), 2);
  EXPECT_EQ(Rostered("north", "t"), 2);
  request.set_only_count(false);
  EXPECT_EQ(End(request).missing(), 2);
  EXPECT_EQ(Rostered("north", "t"), 1);
  EXPECT_THAT(ClassesOf("north", "p1"), ElementsAre("3a", "3b"));
  EXPECT_THAT(ClassesOf("north", "p2"), IsEmpty());
  On("2026-10-06");
  EXPECT_THAT(ClassesOf("north", "p3"), IsEmpty()) << "It was to come, and does not.";
  EXPECT_EQ(End(request).missing(), 0);
  EXPECT_EQ(SchoolOf("p2", "2026-09-15"), "north");
}

TEST_F(MissingEnrolments, AreThoseOfClassesThatAreNotThereAnyMore) {
  v1::EndMissingEnrolmentsRequest request = Lists({{"3b", {"p1"}}});
  request.set_no_other_classes(true);
  request.add_other_class_ids("3b");
  EXPECT_EQ(End(request).missing(), 3);
  EXPECT_THAT(ClassesOf("north", "p1"), ElementsAre("3b"));
  EXPECT_EQ(Rostered("north", "t"), 0);
}

TEST_F(MissingEnrolments, OfStudentsWhoWereErasedEndAndAreNotCounted) {
  v1::EndMissingEnrolmentsRequest request = Lists({{"3a", {"p1"}}});
  request.add_erased("p2");
  request.set_only_count(true);
  auto response = End(request);
  EXPECT_EQ(response.known(), 2);
  EXPECT_EQ(response.missing(), 1);
  EXPECT_EQ(Rostered("north", "t"), 2);
  request = Lists({{"3a", {"p1", "p3"}}});
  request.add_erased("p2");
  response = End(request);
  EXPECT_EQ(response.missing(), 0);
  EXPECT_TRUE(response.ends_any());
  EXPECT_EQ(Rostered("north", "t"), 1);
  EXPECT_THAT(ClassesOf("north", "p2"), IsEmpty());
  EXPECT_FALSE(End(request).ends_any()) << "It is done.";
}

TEST_F(MissingEnrolments, OfClassesOfWhichNothingIsSaidAreNone) {
  EXPECT_EQ(End(Lists({{"9z", {}}})).known(), 0);
  v1::EndMissingEnrolmentsRequest request = Lists({});
  request.set_no_other_classes(true);
  request.add_other_class_ids("3a");
  request.add_other_class_ids("3b");
  EXPECT_EQ(End(request).known(), 0);
}

TEST_F(MissingEnrolments, AreKeptWhenARosterIsSaidToAddOnly) {
  v1::UpdateRosterRequest request = Roster("north");
  request.set_keep_enrolments(true);
  AddStudent(request, "p2", {}, {"3b"}).add_groups("income:low");
  EXPECT_EQ(Give(request), 1);
  EXPECT_THAT(ClassesOf("north", "p2"), ElementsAre("3a", "3b"));
  request.set_keep_enrolments(false);
  EXPECT_EQ(Give(request), 1);
  EXPECT_THAT(ClassesOf("north", "p2"), ElementsAre("3b"));
}

}  // namespace
}  // namespace throughline::evidence
