#include "bench_district.h"

#include <stdexcept>

namespace throughline::bench {

namespace {

using EvidenceStub = evidence::v1::EvidenceService::Stub;
using PlansStub = plans::v1::PlansService::Stub;

std::string StudentOf(int school, int64_t i) {
  return "s" + std::to_string(school) + "-" + std::to_string(i % kStudents);
}

evidence::v1::Result ResultOf(int school, int64_t student, const std::string& id) {
  evidence::v1::Result result;
  result.set_source_id(id);
  result.set_student(StudentOf(school, student));
  result.set_assessment("check");
  result.set_class_id("c" + std::to_string(school));
  result.set_school(SchoolName(school));
  return result;
}

}  // namespace

std::string SchoolName(int school) { return "school" + std::to_string(school); }

void Found(Connection& connection, int schools) {
  plans::v1::CreateDistrictRequest create;
  create.mutable_district()->set_district(kDistrict);
  create.mutable_district()->set_time_zone("UTC");
  Must(Call(*connection.plans, &PlansStub::CreateDistrict, create));
  for (int school = 0; school < schools; ++school) {
    plans::v1::UpsertSchoolRequest upsert;
    upsert.mutable_school()->set_district(kDistrict);
    upsert.mutable_school()->set_school(SchoolName(school));
    Must(Call(*connection.plans, &PlansStub::UpsertSchool, upsert));
    plans::v1::UpsertTeamsRequest teams;
    teams.set_district(kDistrict);
    teams.set_school(SchoolName(school));
    teams.add_teams()->set_team("t");
    teams.mutable_teams(0)->set_active(true);
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
  for (int school = 0; school < schools; ++school) {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district(kDistrict);
    roster.set_school(SchoolName(school));
    roster.add_classes()->set_class_id("c" + std::to_string(school));
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < kStudents; ++i) {
      auto& student = *roster.add_students();
      student.set_student(StudentOf(school, i));
      student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
      student.add_class_ids("c" + std::to_string(school));
    }
    Must(Call(*connection.evidence, &EvidenceStub::UpdateRoster, roster));
  }
}

void Schedule(Connection& connection, int school) {
  cycles::v1::ScheduleCycleRequest schedule;
  schedule.set_district(kDistrict);
  schedule.set_school(SchoolName(school));
  schedule.set_team("t");
  schedule.set_start("2024-09-09");
  schedule.add_indicators(kIndicator);
  Must(Call(*connection.cycles, &cycles::v1::CyclesService::Stub::ScheduleCycle, schedule));
}

evidence::v1::IngestResultsRequest Batch(int schools, int64_t from, int count) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district(kDistrict);
  batch.set_source("sis");
  for (int64_t i = from; i < from + count; ++i) {
    // One school a batch, as a school's gradebook pushes.
    const int school = static_cast<int>(from / count) % schools;
    auto& result = *batch.add_results();
    result = ResultOf(school, i, "r" + std::to_string(i));
    result.set_score(static_cast<double>(i * 37 % 101));
    result.set_date("2024-09-" + std::to_string(10 + i % 20));
  }
  return batch;
}

evidence::v1::IngestResultsRequest ClassBatch(int school, const std::string& date, double score) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district(kDistrict);
  batch.set_source("sis");
  for (int i = 0; i < kStudents; ++i) {
    auto& result = *batch.add_results();
    result = ResultOf(school, i, date + "-" + std::to_string(school) + "-" + std::to_string(i));
    result.set_score(score + i % 7);
    result.set_date(date);
  }
  return batch;
}

}  // namespace throughline::bench
