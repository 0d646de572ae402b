// Two schools that record the same result at once, each in a partition of its own: whatever they
// are told of it, and in whatever order they hear of each other, one of them keeps it.
#include "evidence/domain/result_intake.h"

#include <gtest/gtest.h>

#include <deque>

#include "decider/fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {
namespace {

class IntakeSchool {
 public:
  IntakeSchool(std::string name, const std::string& other)
      : name_(std::move(name)), fixture_(decider_, *core::ParseInstant("2026-03-02T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    adopted.mutable_district()->set_district("d");
    adopted.mutable_district()->set_time_zone("UTC");
    adopted.mutable_district()->set_version(1);
    fixture_.Give(adopted);
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    define.add_assessments()->set_assessment("check");
    define.mutable_assessments(0)->set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    define.mutable_assessments(0)->set_scale_max(100);
    fixture_.Give(define);
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(name_);
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    roster.add_students()->set_student("ann");
    roster.mutable_students(0)->add_class_ids("c");
    fixture_.Give(roster);
    v1::StudentsShared shared;
    shared.set_district("d");
    shared.set_school(name_);
    shared.add_students()->set_student("ann");
    shared.mutable_students(0)->add_other_schools(other);
    fixture_.Give(shared);
  }

  // What it claims.
  std::deque<v1::ResultsClaimed> Push(int64_t modified_at_ms, std::chrono::seconds after) {
    fixture_.AdvanceTo(fixture_.now() + after);
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    v1::Result& result = *batch.add_results();
    result.set_source_id("r");
    result.set_student("ann");
    result.set_school(name_);
    result.set_class_id("c");
    result.set_assessment("check");
    result.set_date("2026-03-02");
    result.set_score(50);
    result.set_modified_at_ms(modified_at_ms);
    return ClaimsOf(fixture_.Give(batch));
  }
  std::deque<v1::ResultsClaimed> Hear(const v1::ResultsClaimed& claimed) {
    return ClaimsOf(fixture_.Give(claimed));
  }
  bool Keeps() const {
    const auto* row = fixture_.state().Find(kResults, JoinKey("d", name_, "sis", "r"));
    const auto* scores =
        fixture_.state().Find(kClassScores, ClassScoresKey("d", "check", name_, "c"));
    const bool counts = scores != nullptr && scores->scores().n() == 1;
    EXPECT_EQ(counts, row->recorded().moved_to().empty());
    return counts;
  }

 private:
  std::deque<v1::ResultsClaimed> ClaimsOf(const decider::Fixture::Outcome& outcome) const {
    std::deque<v1::ResultsClaimed> claims;
    for (const auto* claimed : outcome.All<v1::ResultsClaimed>()) {
      if (claimed->school() == name_) claims.push_back(*claimed);
    }
    return claims;
  }

  std::string name_;
  EvidenceDecider decider_;
  decider::Fixture fixture_;
};

struct Pushed {
  int64_t a_modified, b_modified;
  int a_after, b_after;  // seconds
  const char* keeps;
};

TEST(ResultIntake, OfTwoSchoolsOneKeepsAResult) {
  const Pushed all[] = {
      {0, 0, 0, 1, "b"}, {0, 0, 1, 0, "a"}, {0, 0, 0, 0, "b"},  // the later; the name at last
      {2, 1, 0, 9, "a"}, {1, 2, 9, 0, "b"},                     // the later change
      {1, 0, 0, 1, "b"}, {0, 1, 1, 0, "a"}, {3, 3, 0, 0, "b"},
  };
  for (const Pushed& pushed : all) {
    for (const bool a_first : {true, false}) {
      IntakeSchool a("a", "b"), b("b", "a");
      std::deque<v1::ResultsClaimed> to_b =
          a.Push(pushed.a_modified, std::chrono::seconds(pushed.a_after));
      std::deque<v1::ResultsClaimed> to_a =
          b.Push(pushed.b_modified, std::chrono::seconds(pushed.b_after));
      for (int turn = 0; !to_a.empty() || !to_b.empty(); ++turn) {
        ASSERT_LT(turn, 10) << "they go on for ever";
        const bool tell_a = to_b.empty() || (!to_a.empty() && (turn % 2 == 0) == a_first);
        std::deque<v1::ResultsClaimed>& from = tell_a ? to_a : to_b;
        for (auto& back : (tell_a ? a : b).Hear(from.front())) {
          (tell_a ? to_b : to_a).push_back(std::move(back));
        }
        from.pop_front();
      }
      EXPECT_EQ(a.Keeps(), std::string("a") == pushed.keeps);
      EXPECT_EQ(b.Keeps(), std::string("b") == pushed.keeps);
    }
  }
}

}  // namespace
}  // namespace throughline::evidence
