// Where results belong that name no more than the student and the day.
#include "evidence/domain/placement.h"

#include <gtest/gtest.h>

#include <limits>

#include "decider/fixture.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

core::Date On(const char* date) { return *core::ParseDate(date); }

v1::Result Of(const std::string& student, const std::string& class_id,
              const std::string& line_item) {
  v1::Result result;
  result.set_student(student);
  result.set_class_id(class_id);
  result.set_line_item(line_item);
  result.set_date("2024-09-02");
  return result;
}

TEST(Placement, AsksTheLineItemThenTheClassThenTheStudent) {
  EXPECT_EQ(LineItemAsked(Of("p1", "c1", "quiz")), "quiz");
  EXPECT_EQ(ClassAsked(Of("p1", "c1", "")), "c1");
  EXPECT_EQ(StudentAsked(Of("p1", "", "")), "p1");
  EXPECT_EQ(StudentAsked(Of("p1", "c1", "")), "") << "its class says it";
  EXPECT_EQ(StudentAsked(Of("p1", "", "quiz")), "") << "its line item says it, once it is known";
  EXPECT_EQ(ClassAsked(Of("p1", "no id", "")), "");
  v1::Result placed = Of("p1", "c1", "quiz");
  placed.set_school("s");
  placed.set_assessment("math");
  EXPECT_EQ(LineItemAsked(placed), "");
  EXPECT_EQ(ClassAsked(placed), "");
}

TEST(Placement, ALineItemSaysWhatTheSourceDoesNot) {
  v1::LineItem item;
  item.set_assessment("math");
  item.set_class_id("c1");
  item.set_school("s");
  v1::Result result = Of("p1", "", "quiz");
  PlaceBy(item, result);
  EXPECT_EQ(result.assessment(), "math");
  EXPECT_EQ(result.class_id(), "c1");
  EXPECT_EQ(result.school(), "s");
  v1::Result of_another_class = Of("p1", "c2", "quiz");
  PlaceBy(item, of_another_class);
  EXPECT_EQ(of_another_class.class_id(), "c2");
  EXPECT_EQ(of_another_class.school(), "") << "the class says it";
}

TEST(Placement, WithoutADayNothingIsSaidOfTheSchoolUnlessItArrivesNow) {
  v1::StudentPlaceRow place;
  auto& stay = *place.add_stays();
  stay.set_school("s");
  v1::Result result = Of("p1", "", "");
  result.clear_date();
  PlaceBy(place, result);
  EXPECT_EQ(result.school(), "");
  result.set_day_of_arrival(true);
  PlaceBy(place, result);
  EXPECT_EQ(result.school(), "s");
}

class PlacementDistrict {
 public:
  PlacementDistrict() : fixture(decider_, *core::ParseInstant("2024-09-02T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    adopted.mutable_district()->set_version(1);
    fixture.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    for (const char* name : {"reading", "math"}) {
      auto& assessment = *define.add_assessments();
      assessment.set_assessment(name);
      assessment.set_kind(v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
      assessment.set_scale_max(100);
      assessment.add_indicators(name);
    }
    fixture.Give(define);
  }

  // Classes are written `class/team`.
  void Enroll(const std::string& school, const std::vector<std::string>& classes) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(school);
    auto& student = *roster.add_students();
    student.set_student("p1");
    for (const std::string& one : classes) {
      const size_t slash = one.find('/');
      auto& known = *roster.add_classes();
      known.set_class_id(one.substr(0, slash));
      known.set_team(one.substr(slash + 1));
      student.add_class_ids(known.class_id());
    }
    fixture.Give(roster);
  }
  void On(const char* date) {
    fixture.AdvanceTo(*core::ParseInstant(std::string(date) + "T12:00:00Z"));
  }
  void Schedule(const std::string& team, const std::string& indicator) {
    cycles::v1::CycleScheduled scheduled;
    auto& cycle = *scheduled.mutable_cycle();
    cycle.set_district("d");
    cycle.set_school("a");
    cycle.set_team(team);
    cycle.set_cycle("c-" + team);
    cycle.set_baseline_from("2024-08-01");
    cycle.set_start("2024-09-02");
    cycle.set_end("2024-09-20");
    cycle.add_indicators()->set_indicator(indicator);
    fixture.Give(scheduled);
  }

  std::string SchoolOf(const char* date) const {
    const auto* place = fixture.state().Find(kStudentPlaces, "d/p1");
    return place == nullptr ? "" : SchoolOn(*place, evidence::On(date));
  }
  static v1::Result Of(const std::string& id, const std::string& assessment, const char* date) {
    v1::Result result;
    result.set_source_id(id);
    result.set_student("p1");
    result.set_school("a");
    result.set_assessment(assessment);
    result.set_date(date);
    result.set_score_text("50");
    return result;
  }
  // The class in which it is recorded, or why it is set aside.
  std::string ClassOf(const v1::Result& result) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("edfi");
    *batch.add_results() = result;
    const auto outcome = fixture.Give(batch);
    const auto& problems = outcome.AnswerAs<v1::IngestResultsResponse>().problems();
    if (!problems.empty()) return problems[0].reason();
    const auto* row =
        fixture.state().Find(kResults, "d/" + result.school() + "/edfi/" + result.source_id());
    return row == nullptr ? "" : row->recorded().class_id();
  }

 private:
  EvidenceDecider decider_;

 public:
  decider::Fixture fixture;
};

void ExpectFolded(PlacementDistrict& district) {
  const auto folded = district.fixture.FoldedAgain(), rows = district.fixture.Rows();
  ASSERT_EQ(folded.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(folded[i].value, rows[i].value);
}

TEST(School, IsWhereTheStudentWasEnrolledOnTheDay) {
  PlacementDistrict district;
  EXPECT_EQ(district.SchoolOf("2024-09-02"), "");
  district.Enroll("a", {"a1/t1"});
  district.On("2024-10-10");
  district.Enroll("a", {});
  district.On("2024-10-12");
  district.Enroll("b", {"b1/t9"});
  EXPECT_EQ(district.SchoolOf("2024-08-15"), "a") << "before the first roster";
  EXPECT_EQ(district.SchoolOf("2024-10-09"), "a");
  EXPECT_EQ(district.SchoolOf("2024-10-11"), "a") << "between two stays: the one before";
  EXPECT_EQ(district.SchoolOf("2024-10-12"), "b");
  EXPECT_EQ(district.SchoolOf("2025-03-01"), "b");
  ExpectFolded(district);
}

TEST(School, IsTheNewerOneWhenTheOlderStillListsTheStudent) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  district.On("2024-10-10");
  district.Enroll("b", {"b1/t9"});
  EXPECT_EQ(district.SchoolOf("2024-10-01"), "a");
  EXPECT_EQ(district.SchoolOf("2024-10-20"), "b");
}

TEST(School, IsNotGuessedAmongTwoThatBeganTogether) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  district.Enroll("b", {"b1/t9"});
  EXPECT_EQ(district.SchoolOf("2024-09-10"), "");
  EXPECT_EQ(district.SchoolOf("2024-08-10"), "");
}

TEST(School, ForgetsARosterThatLostAStudentForAMoment) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  district.On("2024-10-10");
  district.Enroll("a", {});
  district.Enroll("a", {"a1/t1"});
  const auto* place = district.fixture.state().Find(kStudentPlaces, "d/p1");
  ASSERT_EQ(place->stays_size(), 1);
  EXPECT_FALSE(place->stays(0).has_over());
  EXPECT_TRUE(district.fixture.FoldedAgain().size() > 0);
  district.Enroll("a", {"a1/t1"});
  EXPECT_EQ(place->stays_size(), 1) << "the same roster again says nothing new";
}

TEST(Roster, IsRecordedInAnOrderThatSaysNothingOfItsOwn) {
  PlacementDistrict district;
  v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school("a");
  roster.add_classes()->set_class_id("a1");
  roster.mutable_classes(0)->set_team("t1");
  for (const char* pseudonym : {"p3", "p1", "p2"}) {
    roster.add_students()->set_student(pseudonym);
    roster.mutable_students()->rbegin()->add_class_ids("a1");
  }
  const auto outcome = district.fixture.Give(roster);
  const auto& students = outcome.First<v1::RosterChanged>()->students();
  const auto& came = outcome.First<v1::StudentsListed>()->came();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(students[i].student(), "p" + std::to_string(i + 1));
    EXPECT_EQ(came[i], "p" + std::to_string(i + 1));
  }
}

TEST(Class, IsTheOnlyOneOrThatOfTheOnlyTeam) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("1", "reading", "2024-09-01")), "a1");
  district.Enroll("a", {"a1/t1", "a2/t1"});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("2", "math", "2024-09-01")), "a1");
}

TEST(Class, IsThatOfTheTeamThatWorksOnIt) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1", "a2/t2"});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("1", "math", "2024-09-01")), "CLASS_AMBIGUOUS");
  district.Schedule("t1", "reading");
  district.Schedule("t2", "math");
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("2", "math", "2024-09-01")), "a2");
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("3", "reading", "2024-09-01")), "a1");
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("4", "math", "2024-07-01")), "CLASS_AMBIGUOUS")
      << "no cycle looks at that day";
  ExpectFolded(district);
}

TEST(Class, StaysWhereTheResultIsRecorded) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("1", "reading", "2024-09-01")), "a1");
  district.Enroll("a", {"a2/t2", "a3/t3"});
  v1::Result corrected = PlacementDistrict::Of("1", "reading", "2024-09-01");
  corrected.set_score_text("60");
  EXPECT_EQ(district.ClassOf(corrected), "a1");
}

TEST(Class, IsOneOfTheLastForAStudentWhoHasLeft) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  district.On("2024-10-10");
  district.Enroll("a", {});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("1", "reading", "2024-10-01")), "a1");
  v1::Result unknown = PlacementDistrict::Of("2", "reading", "2024-10-01");
  unknown.set_student("p2");
  EXPECT_EQ(district.ClassOf(unknown), "STUDENT_UNKNOWN");
  ExpectFolded(district);
}

TEST(Kept, IsRecordedBesideTheScoreAndNeverCounted) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  v1::Result result = PlacementDistrict::Of("1", "reading", "2024-09-01");
  result.clear_score_text();
  result.set_score_status(v1::SCORE_STATUS_EXEMPT);
  auto& level = *result.add_kept();
  level.set_method("Proficiency level");
  level.set_kind("Level");
  level.set_value("Emerging");
  district.ClassOf(result);
  const auto* row = district.fixture.state().Find(kResults, "d/a/edfi/1");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->counted());
  EXPECT_EQ(row->recorded().kept(0).value(), "Emerging");
  result.mutable_kept(0)->set_value("Bridging");
  district.ClassOf(result);
  EXPECT_EQ(district.fixture.state().Find(kResults, "d/a/edfi/1")->recorded().kept(0).value(),
            "Bridging");
  result.mutable_kept(0)->set_value(std::string(257, 'x'));
  EXPECT_EQ(district.ClassOf(result), "KEPT_TOO_LARGE");
  ExpectFolded(district);
}

TEST(Evaluation, PassesOverATimeOfChangeThatWasBelievedOnce) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  v1::Result late = PlacementDistrict::Of("1", "reading", "2024-09-01");
  late.set_modified_at_ms(4);
  v1::ResultRow before;
  before.mutable_recorded()->set_student("p1");
  before.mutable_recorded()->set_assessment("reading");
  before.mutable_recorded()->set_class_id("a1");
  before.mutable_recorded()->set_modified_at_ms(std::numeric_limits<int64_t>::max());
  const Batch batch{"d", "a", "edfi", *core::ParseDate("2024-09-02"),
                    core::ToMillis(district.fixture.now())};
  google::protobuf::Arena arena;
  const Evaluation evaluation = Evaluate(late, batch, &before, district.fixture.state(), arena);
  EXPECT_EQ(evaluation.outcome, v1::RESULT_OUTCOME_CORRECTED);
  EXPECT_EQ(evaluation.recorded->modified_at_ms(), 4);
}

TEST(TakingBack, LetsGoOfWhatWasSetAside) {
  PlacementDistrict district;
  district.Enroll("a", {"a1/t1"});
  EXPECT_EQ(district.ClassOf(PlacementDistrict::Of("1", "unheard-of", "2024-09-01")),
            "ASSESSMENT_UNKNOWN");
  v1::IngestResultsRequest batch;
  batch.set_district("d");
  batch.set_source("edfi");
  auto& back = *batch.add_results();
  back.set_source_id("1");
  back.set_school("a");
  back.set_retracted(true);
  const auto outcomes = [&] {
    return district.fixture.Give(batch).AnswerAs<v1::IngestResultsResponse>().outcomes(0);
  };
  EXPECT_EQ(outcomes(), v1::RESULT_OUTCOME_DUPLICATE) << "nothing was recorded";
  EXPECT_EQ(district.fixture.state().Find(kCounts, "d/a")->quarantined(), 0);
}

TEST(TakingBack, ChangesNothingWhereNothingIsKnown) {
  PlacementDistrict district;
  v1::IngestResultsRequest batch;
  batch.set_district("d");
  batch.set_source("edfi");
  batch.add_results()->set_source_id("1");
  batch.mutable_results(0)->set_retracted(true);
  const auto outcome = district.fixture.Give(batch);
  const auto& answer = outcome.AnswerAs<v1::IngestResultsResponse>();
  EXPECT_EQ(answer.outcomes(0), v1::RESULT_OUTCOME_DUPLICATE);
  EXPECT_TRUE(answer.problems().empty());
}

TEST(Assessments, KeepWhatTheDistrictSaysOfThemWhenTheSourceCannotKnowIt) {
  PlacementDistrict district;
  v1::DefineAssessmentsRequest define;
  define.set_district("d");
  define.set_keep_kind_and_indicators(true);
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("reading");
  assessment.set_title("Reading, spring");
  assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  district.fixture.Give(define);
  const auto* known = district.fixture.state().Find(kAssessments, "d/reading");
  EXPECT_EQ(known->title(), "Reading, spring");
  EXPECT_EQ(known->kind(), v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  EXPECT_EQ(known->indicators_size(), 1);
}

}  // namespace
}  // namespace throughline::evidence
