#include "two_tests.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/district_fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "scores.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::calibration {

namespace {

constexpr int kCycleDays = 19;

class TwoTestsDistrict {
 public:
  TwoTestsDistrict(const TwoTests& truth, uint64_t seed)
      : truth_(truth),
        random_(seed),
        fixture_(decider_, *core::ParseInstant("2024-08-30T12:00:00Z")) {
    fixture_.Give(evidence::AdoptedDistrict());
    Define("fall");
    Define("winter");
    for (int school = 0; school < truth.schools; ++school) Enroll(school);
  }

  SaidOfTwoTests LiveThrough() {
    for (int school = 0; school < truth_.schools; ++school) {
      Push(school, "fall", "2024-08-30", 0, truth_.students);
      Schedule(school);
    }
    for (int look = 0; look < truth_.looks; ++look) {
      const auto date =
          core::FormatDate(kStart + std::chrono::days(look * kCycleDays / truth_.looks));
      Take(fixture_.AdvanceTo(*core::ParseInstant(date + "T15:00:00Z")));
      for (int school = 0; school < truth_.schools; ++school) {
        Push(school, "winter", date, look * truth_.students / truth_.looks,
             (look + 1) * truth_.students / truth_.looks);
      }
    }
    Take(fixture_.AdvanceTo(fixture_.now() + std::chrono::hours(1)));
    return Said();
  }

 private:
  static std::string NameOf(int school) { return "s" + std::to_string(school); }
  static std::string NameOf(int school, int student) {
    return NameOf(school) + "-" + std::to_string(student);
  }

  void Define(const std::string& name) {
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment(name);
    assessment.set_kind(evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
    assessment.set_scale_max(1000);
    assessment.set_scale(truth_.scale);
    assessment.add_indicators("reading");
    fixture_.Give(define);
  }

  void Enroll(int school) {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(NameOf(school));
    roster.add_classes()->set_class_id(NameOf(school));
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < truth_.students; ++i) {
      auto& student = *roster.add_students();
      student.set_student(NameOf(school, i));
      student.add_class_ids(NameOf(school));
      abilities_.push_back(normal_(random_));
    }
    fixture_.Give(roster);
  }

  void Schedule(int school) {
    cycles::v1::CycleScheduled scheduled;
    auto& cycle = *scheduled.mutable_cycle();
    cycle.set_district("d");
    cycle.set_school(NameOf(school));
    cycle.set_team("t");
    cycle.set_cycle("c1");
    cycle.set_start(core::FormatDate(kStart));
    cycle.set_end(core::FormatDate(kStart + std::chrono::days(kCycleDays)));
    cycle.set_baseline_from("2024-07-08");
    cycle.set_mid_cycle("2024-09-19");
    // What is desired of points is not what this is about.
    cycle.add_indicators()->set_indicator("reading");
    cycle.mutable_indicators(0)->set_desired_growth_per_year(0);
    Take(fixture_.Give(scheduled));
  }

  void Push(int school, const std::string& assessment, const std::string& date, int from, int to) {
    const double harder = assessment == "winter" ? truth_.harder : 0;
    evidence::v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (int i = from; i < to; ++i) {
      const double noise = normal_(random_) * std::sqrt((1 - kReliability) / kReliability);
      const double ability = abilities_[static_cast<size_t>(school * truth_.students + i)];
      const double score = kMean + kSd * (ability + noise - harder);
      evidence::v1::Result& result = *batch.add_results();
      result.set_source_id(assessment + "/" + NameOf(school, i));
      result.set_student(NameOf(school, i));
      result.set_school(NameOf(school));
      result.set_class_id(NameOf(school));
      result.set_assessment(assessment);
      result.set_date(date);
      result.set_score(std::round(std::clamp(score, 0.0, 1000.0)));
      result.set_modified_at_ms(1);
    }
    Take(fixture_.Give(batch));
  }

  void Take(const decider::Fixture::Outcome& outcome) {
    for (const auto* moved : outcome.All<evidence::v1::EvidenceMoved>()) {
      if (moved->met() && moved->trigger() == common::v1::TRIGGER_OFF_TRACK) {
        off_track_.insert(moved->school());
      }
    }
    for (const auto* summarized : outcome.All<evidence::v1::EvidenceSummarized>()) {
      last_[summarized->school()] = summarized->evidence();
    }
  }

  SaidOfTwoTests Said() const {
    std::map<common::v1::Basis, int> teams;
    for (const auto& [school, numbers] : last_) ++teams[numbers.basis()];
    SaidOfTwoTests said;
    said.teams = truth_.schools;
    said.off_track = static_cast<int>(off_track_.size());
    for (const auto& [basis, count] : teams) {
      if (count <= said.comparable) continue;
      said.comparable = count;
      said.basis = basis;
    }
    double students = 0;
    for (const auto& [school, numbers] : last_) {
      if (numbers.basis() != said.basis) continue;
      students += numbers.matched();
      said.mean_change += numbers.matched() * numbers.mean_change();
    }
    said.mean_change /= students;
    return said;
  }

  const TwoTests truth_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  evidence::EvidenceDecider decider_;
  decider::Fixture fixture_;
  std::vector<double> abilities_;
  std::set<std::string> off_track_;
  std::map<std::string, common::v1::CycleEvidence> last_;
};

}  // namespace

SaidOfTwoTests LiveThrough(const TwoTests& truth, uint64_t seed) {
  return TwoTestsDistrict(truth, seed).LiveThrough();
}

}  // namespace throughline::calibration
