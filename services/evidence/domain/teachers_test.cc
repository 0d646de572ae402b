// Who teaches which classes, as rosters say.
#include "evidence/domain/teachers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/display_names.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

using ::testing::ElementsAre;

class Teachers : public ::testing::Test {
 protected:
  Teachers() {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    fixture_.Give(adopted);
    v1::UpdateRosterRequest roster = Request();
    for (const char* id : {"c1", "c2", "c3"}) {
      roster.add_classes()->set_class_id(id);
      roster.mutable_classes()->rbegin()->set_team("t");
    }
    Teach(roster, "ana", {"c2", "c1"});
    Teach(roster, "ben", {"c3"});
    EXPECT_EQ(Give(roster), 2);
  }

  static v1::UpdateRosterRequest Request() {
    v1::UpdateRosterRequest request;
    request.set_district("d");
    request.set_school("s");
    return request;
  }
  static void Teach(v1::UpdateRosterRequest& request, const std::string& teacher,
                    const std::vector<std::string>& classes) {
    auto& one = *request.add_teachers();
    one.set_teacher(teacher);
    one.mutable_class_ids()->Assign(classes.begin(), classes.end());
  }
  static v1::TeacherMove& Move(v1::UpdateRosterRequest& request, const std::string& teacher) {
    request.add_teacher_moves()->set_teacher(teacher);
    return *request.mutable_teacher_moves()->rbegin();
  }
  // How many teachers changed.
  int32_t Give(const v1::UpdateRosterRequest& request) {
    const auto outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->field;
    EXPECT_EQ(fixture_.FoldedAgain().size(), fixture_.Rows().size());
    const int32_t changed = outcome.AnswerAs<v1::UpdateRosterResponse>().teachers_changed();
    EXPECT_EQ(outcome.All<v1::TeachersChanged>().size(), changed > 0 ? 1u : 0u);
    return changed;
  }
  std::string Refused(const v1::UpdateRosterRequest& request) {
    const auto outcome = fixture_.Give(request);
    return outcome.refusal ? outcome.refusal->reason + " " + outcome.refusal->field : "";
  }
  std::vector<std::string> ClassesOf(const std::string& teacher) {
    const auto* row = fixture_.state().Find(kTeachers, "d/s/" + teacher);
    if (row == nullptr) return {};
    return {row->class_ids().begin(), row->class_ids().end()};
  }

  EvidenceDecider decider_;
  decider::Fixture fixture_{decider_, *core::ParseInstant("2024-08-01T12:00:00Z")};
};

TEST_F(Teachers, HaveTheClassesThatARosterSays) {
  EXPECT_THAT(ClassesOf("ana"), ElementsAre("c1", "c2"));
  EXPECT_THAT(ClassesOf("ben"), ElementsAre("c3"));
}

TEST_F(Teachers, SaidAgainAreNothingNew) {
  auto request = Request();
  Teach(request, "ana", {"c1", "c2"});
  EXPECT_EQ(Give(request), 0);
}

TEST_F(Teachers, WhoAreNotNamedStayAndWhoHaveNoClassLeave) {
  auto request = Request();
  Teach(request, "ana", {});
  EXPECT_EQ(Give(request), 1);
  EXPECT_THAT(ClassesOf("ana"), ElementsAre());
  EXPECT_THAT(ClassesOf("ben"), ElementsAre("c3"));
}

TEST_F(Teachers, OfAWholeRosterLeaveWhenItDoesNotNameThem) {
  auto request = Request();
  Teach(request, "ana", {"c1"});
  request.set_no_other_teachers(true);
  EXPECT_EQ(Give(request), 2);
  EXPECT_THAT(ClassesOf("ana"), ElementsAre("c1"));
  EXPECT_THAT(ClassesOf("ben"), ElementsAre());
  EXPECT_EQ(Give(request), 0);
}

TEST_F(Teachers, WhoMoveKeepWhatIsNotSaid) {
  auto request = Request();
  auto& ana = Move(request, "ana");
  ana.add_left("c1");
  ana.add_came_to("c3");
  auto& ben = Move(request, "ben");
  ben.set_left_school(true);
  Move(request, "nobody").set_left_school(true);
  EXPECT_EQ(Give(request), 2);
  EXPECT_THAT(ClassesOf("ana"), ElementsAre("c2", "c3"));
  EXPECT_THAT(ClassesOf("ben"), ElementsAre());
  EXPECT_EQ(Give(request), 0);
}

TEST_F(Teachers, MayTeachAClassUntilADay) {
  const auto ends_of = [&](const std::string& teacher) {
    std::vector<std::string> ends;
    for (const auto& end : fixture_.state().Find(kTeachers, "d/s/" + teacher)->ends()) {
      ends.push_back(end.class_id() + " " + std::to_string(end.over()));
    }
    return ends;
  };
  const auto end = [](auto& said, const std::string& class_id, int32_t over) {
    auto& one = *said.add_ends();
    one.set_class_id(class_id);
    one.set_over(over);
  };
  auto request = Request();
  Teach(request, "ana", {"c1", "c2"});
  end(*request.mutable_teachers(0), "c2", 20'000);
  EXPECT_EQ(Give(request), 1);
  EXPECT_THAT(ends_of("ana"), ElementsAre("c2 20000"));
  EXPECT_EQ(Give(request), 0);
  request = Request();
  auto& ben = Move(request, "ben");
  ben.add_came_to("c1");
  end(ben, "c1", 20'001);
  Move(request, "ana").add_came_to("c2");
  EXPECT_EQ(Give(request), 2);
  EXPECT_THAT(ends_of("ben"), ElementsAre("c1 20001"));
  EXPECT_THAT(ends_of("ana"), ElementsAre()) << "said anew, without an end";
  end(ben, "c3", 20'001);
  EXPECT_EQ(Refused(request), "TEACHING_END_INVALID teacher_moves[0].ends[1].class_id");
  ben.mutable_ends(1)->set_class_id("c1");
  EXPECT_EQ(Refused(request), "TEACHING_END_INVALID teacher_moves[0].ends[1].class_id") << "twice";
}

TEST_F(Teachers, MayTeachAClassOfTheSameRequest) {
  auto request = Request();
  request.add_classes()->set_class_id("c4");
  request.mutable_classes(0)->set_team("t");
  Teach(request, "ben", {"c3", "c4"});
  EXPECT_EQ(Give(request), 1);
}

TEST_F(Teachers, AreRefusedWithWhatIsWrong) {
  auto request = Request();
  Teach(request, "", {"c1"});
  EXPECT_EQ(Refused(request), "TEACHER_INVALID teachers[0].teacher");
  request = Request();
  Teach(request, std::string(129, 'x'), {});
  EXPECT_EQ(Refused(request), "TEACHER_INVALID teachers[0].teacher");
  request = Request();
  Teach(request, "ana", {"c1", "c9"});
  EXPECT_EQ(Refused(request), "CLASS_UNKNOWN teachers[0].class_ids[1]");
  request = Request();
  Teach(request, "ana", {});
  Move(request, "ana");
  EXPECT_EQ(Refused(request), "TEACHER_TWICE teacher_moves[0].teacher");
  request = Request();
  Move(request, "ana").add_came_to("c9");
  EXPECT_EQ(Refused(request), "CLASS_UNKNOWN teacher_moves[0].came_to[0]");
  request = Request();
  for (int i = 0; i < 1001; ++i) Teach(request, std::to_string(i), {});
  EXPECT_EQ(Refused(request), "BATCH_TOO_LARGE teachers");
}

TEST(DisplayNames, AreShortAndOfOneLine) {
  v1::UpdateRosterRequest request;
  request.add_students()->set_display_name(std::string(255, 'x'));
  std::string umlauts;
  for (int i = 0; i < 255; ++i) umlauts += "\xc3\xbc";
  request.add_moves()->set_display_name(umlauts);
  EXPECT_FALSE(CheckNames(request));
  request.add_moves()->set_display_name(umlauts + "x");
  ASSERT_TRUE(CheckNames(request));
  EXPECT_EQ(CheckNames(request)->reason, "NAME_INVALID");
  EXPECT_EQ(CheckNames(request)->field, "moves[1].display_name");
  request.add_students()->set_display_name("Ada\x1b[2J");
  EXPECT_EQ(CheckNames(request)->field, "students[1].display_name");
}

}  // namespace
}  // namespace throughline::evidence
