// What changed of a roster, said without the rest of it.
#include "evidence/domain/roster_moves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Moves : public ::testing::Test {
 protected:
  Moves() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    fixture_.Give(adopted);
    v1::UpdateRosterRequest roster = Request();
    for (const char* id : {"c1", "c2", "c3"}) {
      roster.add_classes()->set_class_id(id);
      roster.mutable_classes()->rbegin()->set_team("t");
    }
    for (const char* id : {"p1", "p2"}) {
      auto& student = *roster.add_students();
      student.set_student(id);
      student.add_class_ids("c1");
      student.add_class_ids("c2");
      student.add_groups("income:low");
      student.add_groups("language:other");
    }
    fixture_.Give(roster);
  }

  static v1::UpdateRosterRequest Request() {
    v1::UpdateRosterRequest request;
    request.set_district("d");
    request.set_school("s");
    return request;
  }
  const v1::StudentRow& Student(const std::string& id) {
    return *fixture_.state().Find(kStudents, "d/s/" + id);
  }
  v1::UpdateRosterResponse Give(const v1::UpdateRosterRequest& request) {
    const auto outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->field;
    EXPECT_EQ(fixture_.FoldedAgain().size(), fixture_.Rows().size());
    return outcome.AnswerAs<v1::UpdateRosterResponse>();
  }
  std::string Refused(const v1::UpdateRosterRequest& request) {
    const auto outcome = fixture_.Give(request);
    return outcome.refusal ? outcome.refusal->reason + " " + outcome.refusal->field : "";
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-08-01T12:00:00Z")};
};

TEST_F(Moves, LeaveAloneWhatTheyDoNotSay) {
  auto request = Request();
  auto& move = *request.add_moves();
  move.set_student("p1");
  move.add_came_to("c3");
  move.add_left("c1");
  EXPECT_EQ(Give(request).students_changed(), 1);
  EXPECT_THAT(Student("p1").class_ids(), ElementsAre("c2", "c3"));
  EXPECT_THAT(Student("p1").groups(), ElementsAre("income:low", "language:other"));
  EXPECT_THAT(Student("p2").class_ids(), ElementsAre("c1", "c2"));
  EXPECT_EQ(Give(request).students_changed(), 0);  // and again is nothing new
}

TEST_F(Moves, ReplaceGroupsByDimension) {
  auto request = Request();
  auto& move = *request.add_moves();
  move.set_student("p1");
  move.add_dimensions("income");
  move.add_dimensions("sex");
  move.add_groups("sex:female");
  Give(request);
  EXPECT_THAT(Student("p1").groups(), ElementsAre("language:other", "sex:female"));
  EXPECT_THAT(Student("p1").class_ids(), ElementsAre("c1", "c2"));
}

TEST_F(Moves, WhoLeavesTheSchoolIsInNoClassOfIt) {
  auto request = Request();
  for (const char* id : {"p1", "nobody"}) {
    request.add_moves()->set_student(id);
    request.mutable_moves()->rbegin()->set_left_school(true);
  }
  EXPECT_EQ(Give(request).students_changed(), 1);
  EXPECT_THAT(Student("p1").class_ids(), IsEmpty());
  EXPECT_THAT(Student("p1").last_class_ids(), ElementsAre("c1", "c2"));
  EXPECT_EQ(fixture_.state().Find(kStudents, "d/s/nobody"), nullptr);
}

TEST_F(Moves, WhoComesIsOnTheRoster) {
  auto request = Request();
  auto& move = *request.add_moves();
  move.set_student("p3");
  move.add_came_to("c1");
  Give(request);
  EXPECT_THAT(Student("p3").class_ids(), ElementsAre("c1"));
  EXPECT_EQ(fixture_.state().Find(kTeams, "d/s/t")->rostered(), 3);
}

TEST_F(Moves, NobodyIsInAClassThatIsOver) {
  auto request = Request();
  request.add_ended_class_ids("c1");
  request.add_ended_class_ids("never was");
  EXPECT_EQ(Give(request).students_changed(), 2);
  EXPECT_THAT(Student("p1").class_ids(), ElementsAre("c2"));
  EXPECT_THAT(Student("p2").class_ids(), ElementsAre("c2"));
  EXPECT_NE(fixture_.state().Find(kClasses, "d/s/c1"), nullptr);
  EXPECT_EQ(Give(request).students_changed(), 0);
}

TEST_F(Moves, ThatMakeNoSenseAreRefusedByField) {
  auto request = Request();
  request.add_moves()->set_student("p1");
  request.mutable_moves(0)->add_came_to("elsewhere");
  EXPECT_EQ(Refused(request), "CLASS_UNKNOWN moves[0].came_to[0]");
  request = Request();
  request.add_moves()->set_student("p1");
  request.add_moves()->set_student("p1");
  EXPECT_EQ(Refused(request), "STUDENT_TWICE moves[1].student");
  request = Request();
  request.add_moves()->set_student("p1");
  request.mutable_moves(0)->add_groups("nonsense");
  EXPECT_EQ(Refused(request), "GROUP_INVALID moves[0].groups[0]");
}

}  // namespace
}  // namespace throughline::evidence
