#include "team.h"

#include <algorithm>
#include <cmath>
#include <random>
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
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::calibration {

namespace {

constexpr double kDesiredAYear = 0.2;
constexpr int kDaysAYear = 180;
constexpr char kLearners[] = "language:learner";
// The window: three weeks from kStart, a Monday.
constexpr int kWindowDays = 15;
// The school year begins two weeks before it.
constexpr int kDaysBefore = 10;
const core::Date kFirstDay = kStart - std::chrono::days(14);

// The instructional day of the window, from 0.
core::Date DayOf(int number) { return kStart + std::chrono::days(number / 5 * 7 + number % 5); }

class Chance {
 public:
  Chance(uint64_t seed, bool heavy_tails) : random_(seed), heavy_tails_(heavy_tails) {}

  bool Is(double probability) { return uniform_(random_) < probability; }
  // With a mean of 0 and a variance of 1.
  double Spread() {
    const double z = normal_(random_);
    if (!heavy_tails_) return z;
    double squares = 0;
    for (int i = 0; i < 3; ++i) squares += std::pow(normal_(random_), 2);
    return z / std::sqrt(squares / 3) / std::sqrt(3.0);
  }
  template <class Values>
  void Shuffle(Values& values) {
    std::shuffle(values.begin(), values.end(), random_);
  }

 private:
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_;
  std::normal_distribution<double> normal_;
  const bool heavy_tails_;
};

struct Student {
  int school = 0, team = 0;
  std::string id;
  std::vector<std::string> groups;
  bool learner = false;
  double ability = 0;
};

class District {
 public:
  District(const Truth& truth, uint64_t seed)
      : truth_(truth),
        chance_(seed, truth.heavy_tails),
        fixture_(decider_, *core::ParseInstant("2024-09-02T12:00:00Z")) {
    said_.schools.resize(static_cast<size_t>(truth.schools));
    Found();
    for (int s = 0; s < truth.schools; ++s) Enroll(s);
  }

  Said LiveThrough() {
    std::vector<evidence::v1::Result> before;
    for (const Student& student : students_) {
      before.push_back(ResultOf(student, "2024-08-30", "before", 0));
    }
    PushAll(before);
    for (int s = 0; s < truth_.schools; ++s) {
      for (int t = 0; t < truth_.teams; ++t) Schedule(s, t);
    }
    chance_.Shuffle(students_);
    size_t next = 0;
    for (int look = 0; look < truth_.looks; ++look) {
      const int day = look * kWindowDays / truth_.looks;
      const core::Date date = DayOf(day);
      Take(fixture_.AdvanceTo(*core::ParseInstant(core::FormatDate(date) + "T15:00:00Z") +
                              std::chrono::minutes(look)));
      const size_t until =
          students_.size() * static_cast<size_t>(look + 1) / static_cast<size_t>(truth_.looks);
      std::vector<evidence::v1::Result> results;
      for (; next < until; ++next) {
        results.push_back(
            ResultOf(students_[next], core::FormatDate(date), "now", Growth(students_[next], day)));
      }
      PushAll(results);
    }
    // Until sums of schools and of the district have followed.
    Take(fixture_.AdvanceTo(fixture_.now() + std::chrono::seconds(5)));
    return said_;
  }

 private:
  void Found() {
    plans::v1::DistrictAdopted adopted = evidence::AdoptedDistrict();
    auto& policy = *adopted.mutable_district()->mutable_policy();
    policy.set_days_per_year(kDaysAYear);
    policy.set_desired_growth_per_year(kDesiredAYear);
    policy.set_false_alarm_rate(0.05);
    auto& term = *adopted.mutable_district()->mutable_calendar()->add_terms();
    term.set_first(core::FormatDate(kFirstDay));
    term.set_last("2025-06-13");
    fixture_.Give(adopted);
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment("check");
    assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(1000);
    assessment.add_indicators("reading");
    fixture_.Give(define);
  }

  static std::string SchoolId(int school) { return "s" + std::to_string(school); }
  static std::string TeamId(int team) { return "t" + std::to_string(team); }
  static std::string ClassId(int school, int team) {
    return "c" + std::to_string(school) + "-" + std::to_string(team);
  }

  void Enroll(int school) {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school(SchoolId(school));
    for (int t = 0; t < truth_.teams; ++t) {
      auto& one = *roster.add_classes();
      one.set_class_id(ClassId(school, t));
      one.set_team(TeamId(t));
    }
    for (int i = 0; i < truth_.teams * truth_.students; ++i) {
      Student& student = students_.emplace_back();
      student.school = school;
      student.team = i / truth_.students;
      student.id = "p" + std::to_string(students_.size());
      student.learner = chance_.Is(truth_.learners);
      student.groups = {student.learner ? kLearners : "language:english",
                        chance_.Is(0.5) ? "income:low" : "income:other",
                        chance_.Is(0.5) ? "sex:f" : "sex:m",
                        chance_.Is(0.4)    ? "origin:a"
                        : chance_.Is(0.5)  ? "origin:b"
                        : chance_.Is(0.67) ? "origin:c"
                                           : "origin:d"};
      student.ability = chance_.Spread() - (student.learner ? 0.5 : 0);
      auto& one = *roster.add_students();
      one.set_student(student.id);
      for (const std::string& group : student.groups) one.add_groups(group);
      one.add_class_ids(ClassId(school, student.team));
    }
    fixture_.Give(roster);
  }

  void Schedule(int school, int team) {
    cycles::v1::CycleScheduled scheduled;
    auto& cycle = *scheduled.mutable_cycle();
    cycle.set_district("d");
    cycle.set_school(SchoolId(school));
    cycle.set_team(TeamId(team));
    cycle.set_cycle(TeamId(team) + "-1");
    cycle.set_start(core::FormatDate(kStart));
    cycle.set_end(core::FormatDate(DayOf(kWindowDays - 1)));
    cycle.set_baseline_from("2024-07-08");
    cycle.set_mid_cycle(core::FormatDate(DayOf(kWindowDays / 2)));
    cycle.add_indicators()->set_indicator("reading");
    Take(fixture_.Give(scheduled));
  }

  // What the student truly gains until that day of the window, in points.
  double Growth(const Student& student, int day) const {
    const int days = day + 1 + (truth_.since_first_day ? kDaysBefore : 0);
    const double desired = kMean * kDesiredAYear * days / kDaysAYear;
    const double sd_of_change = kSd * std::sqrt(2 * (1 - kReliability) / kReliability);
    const double behind = truth_.behind + (student.learner ? truth_.learners_behind : 0);
    return desired - behind * sd_of_change;
  }

  evidence::v1::Result ResultOf(const Student& student, const std::string& date,
                                const std::string& name, double growth) {
    const double noise = chance_.Spread() * std::sqrt((1 - kReliability) / kReliability);
    const double score = kMean + kSd * (student.ability + noise) + growth;
    evidence::v1::Result result;
    result.set_source_id(name + "/" + student.id);
    result.set_student(student.id);
    result.set_school(SchoolId(student.school));
    result.set_class_id(ClassId(student.school, student.team));
    result.set_assessment("check");
    result.set_date(date);
    result.set_score(std::round(std::clamp(score, 0.0, 1000.0) * 10) / 10);
    result.set_modified_at_ms(1);
    return result;
  }

  // School by school.
  void PushAll(const std::vector<evidence::v1::Result>& results) {
    for (int s = 0; s < truth_.schools; ++s) {
      std::vector<evidence::v1::Result> of_school;
      for (const evidence::v1::Result& result : results) {
        if (result.school() == SchoolId(s)) of_school.push_back(result);
      }
      if (!of_school.empty()) Push(of_school);
    }
  }

  void Push(const std::vector<evidence::v1::Result>& results) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    batch.mutable_results()->Assign(results.begin(), results.end());
    Take(fixture_.Give(batch));
  }

  void Take(const decider::Fixture::Outcome& outcome) {
    for (const auto* moved : outcome.All<evidence::v1::EvidenceMoved>()) {
      if (!moved->met()) continue;
      if (moved->trigger() == common::v1::TRIGGER_OFF_TRACK) said_.off_track = true;
      if (moved->trigger() == common::v1::TRIGGER_BEHIND_FOR_YEAR) said_.behind_for_year = true;
      if (moved->trigger() != common::v1::TRIGGER_GAP_WIDENED) continue;
      SaidOfGaps& gaps = SaidOf(*moved);
      gaps.any = true;
      if (moved->group() == kLearners) gaps.learners = true;
    }
  }

  SaidOfGaps& SaidOf(const evidence::v1::EvidenceMoved& moved) {
    if (!moved.team().empty()) return said_.team;
    if (moved.school().empty()) return said_.district;
    return said_.schools[std::stoul(moved.school().substr(1))];
  }

  const Truth truth_;
  Chance chance_;
  evidence::EvidenceDecider decider_;
  decider::Fixture fixture_;
  std::vector<Student> students_;
  Said said_;
};

}  // namespace

Said LiveThrough(const Truth& truth, uint64_t seed) { return District(truth, seed).LiveThrough(); }

}  // namespace throughline::calibration
