#include "bench_district.h"

#include <algorithm>
#include <stdexcept>

#include "core/date.h"

namespace throughline::bench {

namespace {

// A request holds at most 1,000 students.
constexpr int kClassesARequest = 1000 / kStudents;

using EvidenceStub = evidence::v1::EvidenceService::Stub;
using PlansStub = plans::v1::PlansService::Stub;

std::string ClassOf(int school, int one) {
  return "c" + std::to_string(school) + "-" + std::to_string(one);
}

std::string TeamOf(int one) { return "t" + std::to_string(one); }

// The students of a school are numbered class by class.
std::string StudentOf(int school, int student) {
  return "s" + std::to_string(school) + "-" + std::to_string(student);
}

evidence::v1::Result ResultOf(int school, int student, const std::string& id) {
  evidence::v1::Result result;
  result.set_source_id(id);
  result.set_student(StudentOf(school, student));
  result.set_assessment("check");
  result.set_class_id(ClassOf(school, student / kStudents));
  result.set_school(SchoolName(school));
  return result;
}

// Of the classes from one on, up to another.
evidence::v1::UpdateRosterRequest RosterOf(int school, int from, int to) {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_district(kDistrict);
  roster.set_school(SchoolName(school));
  for (int one = from; one < to; ++one) {
    auto& added = *roster.add_classes();
    added.set_class_id(ClassOf(school, one));
    added.set_team(TeamOf(one));
  }
  for (int i = from * kStudents; i < to * kStudents; ++i) {
    auto& student = *roster.add_students();
    student.set_student(StudentOf(school, i));
    student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
    student.add_class_ids(ClassOf(school, i / kStudents));
  }
  return roster;
}

}  // namespace

std::string SchoolName(int school) { return "school" + std::to_string(school); }

void Found(Connection& connection, DistrictSize size) {
  plans::v1::CreateDistrictRequest create;
  create.mutable_district()->set_district(kDistrict);
  create.mutable_district()->set_time_zone("UTC");
  create.set_request_id("found");
  while (!Call(*connection.plans, &PlansStub::CreateDistrict, create)) {
    // The topics are so new that not every broker knows them.
  }
  for (int school = 0; school < size.schools; ++school) {
    plans::v1::UpsertSchoolRequest upsert;
    upsert.mutable_school()->set_district(kDistrict);
    upsert.mutable_school()->set_school(SchoolName(school));
    Must(Call(*connection.plans, &PlansStub::UpsertSchool, upsert));
    plans::v1::UpsertTeamsRequest teams;
    teams.set_district(kDistrict);
    teams.set_school(SchoolName(school));
    for (int one = 0; one < size.classes; ++one) {
      plans::v1::Team& team = *teams.add_teams();
      team.set_team(TeamOf(one));
      team.set_active(true);
    }
    Must(Call(*connection.plans, &PlansStub::UpsertTeams, teams));
  }
  evidence::v1::DefineAssessmentsRequest define;
  define.set_district(kDistrict);
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("check");
  assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.add_indicators(kIndicator);
  while (!Call(*connection.evidence, &EvidenceStub::DefineAssessments, define)) {
    // The district has not come round yet.
  }
  for (int school = 0; school < size.schools; ++school) {
    for (int from = 0; from < size.classes; from += kClassesARequest) {
      const int to = std::min(size.classes, from + kClassesARequest);
      Must(Call(*connection.evidence, &EvidenceStub::UpdateRoster, RosterOf(school, from, to)));
    }
  }
}

void Schedule(Connection& connection, int school, const std::string& start, DistrictSize size) {
  for (int one = 0; one < size.classes; ++one) {
    cycles::v1::ScheduleCycleRequest schedule;
    schedule.set_district(kDistrict);
    schedule.set_school(SchoolName(school));
    schedule.set_team(TeamOf(one));
    schedule.set_start(start);
    schedule.add_indicators(kIndicator);
    Must(Call(*connection.cycles, &cycles::v1::CyclesService::Stub::ScheduleCycle, schedule));
  }
}

evidence::v1::IngestResultsRequest Batch(int64_t number, int count, const std::string& date) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district(kDistrict);
  batch.set_source("sis");
  const int school = static_cast<int>(number % kSchools);
  for (int i = 0; i < count; ++i) {
    const int64_t nth = number / kSchools * count + i;  // of the school
    auto& result = *batch.add_results();
    result = ResultOf(school, static_cast<int>(nth % (kClasses * kStudents)),
                      "r" + std::to_string(number * count + i));
    result.set_score(static_cast<double>(nth * 37 % 101));
    result.set_date(date);
  }
  return batch;
}

std::string PastDate(int64_t results) {
  const int64_t week = results / (kSchools * kClasses * kStudents) % 150;
  return core::FormatDate(*core::ParseDate("2021-09-06") + std::chrono::days(7 * week));
}

evidence::v1::IngestResultsRequest ClassBatch(int school, const std::string& date, double score,
                                              int one) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district(kDistrict);
  batch.set_source("sis");
  for (int i = one * kStudents; i < (one + 1) * kStudents; ++i) {
    auto& result = *batch.add_results();
    result = ResultOf(school, i, date + "-" + std::to_string(school) + "-" + std::to_string(i));
    result.set_score(score + i % 7);
    result.set_date(date);
  }
  return batch;
}

}  // namespace throughline::bench
