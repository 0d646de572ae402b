// A district of some schools with some teams each, in which one group, behind at baseline, may fall
// further behind.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/district_fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// Every second student of a team is a learner. Window and today: 2024-09-10 to 2024-09-20.
class Schools {
 public:
  Schools(int schools, int teams, int students)
      : schools_(schools),
        teams_(teams),
        students_(students),
        fixture(decider_, *core::ParseInstant("2024-08-01T12:00:00Z")) {
    fixture.Give(AdoptedDistrict());
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.add_indicators("reading");
    fixture.Give(define);
    for (int s = 0; s < schools; ++s) Enroll(s);
    fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z"));
    for (int s = 0; s < schools; ++s) {
      for (int t = 0; t < teams; ++t) fixture.Give(Scheduled(s, t));
    }
  }

  static std::string School(int school) { return "s" + std::to_string(school); }
  static cycles::v1::CycleScheduled Scheduled(int school, int team) {
    cycles::v1::CycleScheduled scheduled;
    *scheduled.mutable_cycle() = Cycle(school, team);
    return scheduled;
  }
  static cycles::v1::Cycle Cycle(int school, int team) {
    cycles::v1::Cycle cycle;
    cycle.set_district("d");
    cycle.set_school(School(school));
    cycle.set_team("t" + std::to_string(team));
    cycle.set_cycle("c" + std::to_string(team));
    cycle.set_start("2024-09-10");
    cycle.set_end("2024-09-30");
    cycle.set_baseline_from("2024-07-01");
    cycle.set_mid_cycle("2024-09-19");
    cycle.add_indicators()->set_indicator("reading");
    return cycle;
  }

  // Baselines, then scores of the window, of every student of a team: learners begin 8 points
  // behind and change by `effect` more than the others.
  std::vector<v1::Result> ResultsOf(int school, int team, double effect) const {
    std::mt19937 random(static_cast<uint32_t>(1000 * school + team));
    const auto noise = [&](int reach) {
      return static_cast<int>(random() % (2U * reach + 1)) - reach;
    };
    std::vector<v1::Result> results;
    for (int i = 0; i < students_; ++i) {
      const bool learner = i % 2 == 0;
      const double before = 60 - (learner ? 8 : 0) + noise(10);
      results.push_back(One(school, team, i, "2024-08-20", before));
      results.push_back(
          One(school, team, i, "2024-09-12", before + 3 + noise(4) + (learner ? effect : 0)));
    }
    return results;
  }
  decider::Fixture::Outcome Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const v1::Result& result : results) *batch.add_results() = result;
    return fixture.Give(batch);
  }
  void PushAll(double effect) {
    for (int s = 0; s < schools_; ++s) {
      for (int t = 0; t < teams_; ++t) Push(ResultsOf(s, t, effect));
    }
  }
  // Until sums of schools and of the district have followed.
  decider::Fixture::Outcome Wait() {
    return fixture.AdvanceTo(fixture.now() + std::chrono::seconds(5));
  }
  static v1::Result One(int school, int team, int student, const std::string& date, double score,
                        int64_t modified = 1) {
    v1::Result result;
    const std::string id = Name(school, team, student);
    result.set_source_id(date + "/" + id);
    result.set_student(id);
    result.set_school(School(school));
    result.set_class_id(School(school) + "c" + std::to_string(team));
    result.set_assessment("check");
    result.set_date(date);
    result.set_score(score);
    result.set_modified_at_ms(modified);
    return result;
  }

 private:
  static std::string Name(int school, int team, int student) {
    return "p" + std::to_string(school) + "-" + std::to_string(team) + "-" +
           std::to_string(student);
  }
  void Enroll(int school) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(School(school));
    for (int t = 0; t < teams_; ++t) {
      const std::string class_id = School(school) + "c" + std::to_string(t);
      auto& one = *roster.add_classes();
      one.set_class_id(class_id);
      one.set_team("t" + std::to_string(t));
      for (int i = 0; i < students_; ++i) {
        auto& student = *roster.add_students();
        student.set_student(Name(school, t, i));
        student.add_groups(i % 2 == 0 ? "language:learner" : "language:other");
        student.add_class_ids(class_id);
      }
    }
    fixture.Give(roster);
  }

  const int schools_, teams_, students_;
  EvidenceDecider decider_;

 public:
  decider::Fixture fixture;
};

}  // namespace throughline::evidence
