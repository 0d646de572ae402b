#include "district.h"

#include <algorithm>
#include <map>
#include <random>

#include "columns/result_columns.h"
#include "core/ids.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/cycles/v1/offers_service.pb.h"
#include "throughline/cycles/v1/practices_service.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"
#include "throughline/cycles/v1/waves_service.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"
#include "throughline/plans/v1/rubrics_service.pb.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::simulation {

namespace {

constexpr char kDistrict[] = "d";
constexpr char kIndicator[] = "reading";
const std::vector<std::string> kSchools = {"north", "south"};
const std::vector<std::string> kTeams = {"t1", "t2"};
constexpr int kStudents = 24;  // of a team, in one class

class Script {
 public:
  template <class Request>
  void Add(size_t service, const Request& request) {
    const std::string id = "r" + std::to_string(commands_.size()) + prefix_;
    auto copy = std::make_shared<Request>(request);
    copy->set_request_id(id);
    commands_.push_back({service, {id, copy}});
  }
  explicit Script(std::string prefix) : prefix_(std::move(prefix)) {}
  Commands Take() { return std::move(commands_); }

 private:
  std::string prefix_;
  Commands commands_;
};

std::string StudentOf(const std::string& team, int i) { return team + "-" + std::to_string(i); }

std::string CycleOf(const std::string& school, const std::string& team, int number) {
  return core::DerivedId({kDistrict, school, team}) + "-0000" + std::to_string(number);
}

void AddRoster(const std::string& school, Script& script) {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_district(kDistrict);
  roster.set_school(school);
  for (const std::string& team : kTeams) {
    auto& one = *roster.add_classes();
    one.set_class_id(school + "-" + team);
    one.set_team(team);
    for (int i = 0; i < kStudents; ++i) {
      auto& student = *roster.add_students();
      student.set_student(StudentOf(team, i));
      student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
      student.add_class_ids(school + "-" + team);
    }
  }
  script.Add(kEvidence, roster);
}

// A batch of one school, as the service would send it on, in either form; some of it is no good.
evidence::v1::IngestResultsRequest Batch(std::mt19937_64& random, const std::string& school) {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district(kDistrict);
  batch.set_source("sis");
  const auto roll = [&](uint64_t sides) { return static_cast<int>(random() % sides); };
  const int count = 4 + roll(12);
  for (int i = 0; i < count; ++i) {
    auto& result = *batch.add_results();
    const std::string& team = kTeams[random() % kTeams.size()];
    const int student = roll(kStudents + 1);  // one too many: not on the roster
    const int task = roll(6);
    result.set_school(school);
    result.set_student(StudentOf(team, student));
    result.set_source_id(StudentOf(team, student) + "-" + std::to_string(task));
    result.set_assessment("check");
    result.set_class_id(school + "-" + team);
    result.set_date("2013-09-" + std::to_string(10 + task * 3));
    result.set_score(roll(21) == 0 ? 120 : roll(101));  // now and then off the scale
    result.set_modified_at_ms(1 + roll(5));
    result.set_retracted(roll(12) == 0);
  }
  if (count % 2 == 0) columns::PutInColumns(batch);
  return batch;
}

template <class Request>
Request About(const std::string& school, const std::string& team, int number) {
  Request request;
  request.set_district(kDistrict);
  request.set_school(school);
  request.set_cycle(CycleOf(school, team, number));
  return request;
}

void AddWork(std::mt19937_64& random, const std::string& school, const std::string& team,
             Script& script) {
  const int number = 1 + static_cast<int>(random() % 2);
  auto analysis = About<cycles::v1::RecordAnalysisRequest>(school, team, number);
  analysis.mutable_analysis()->set_problem_of_practice("p");
  analysis.mutable_analysis()->set_evidence("e");
  analysis.mutable_analysis()->set_challenge("c");
  analysis.mutable_analysis()->set_challenge_source(cycles::v1::CHALLENGE_SOURCE_TEACHERS);
  analysis.mutable_analysis()->add_probing_questions("why?");
  script.Add(kCycles, analysis);
  for (auto phase : {cycles::v1::CYCLE_STATE_ANALYZE, cycles::v1::CYCLE_STATE_DESIGN}) {
    auto end = About<cycles::v1::EndPhaseRequest>(school, team, number);
    end.set_phase(phase);
    script.Add(kCycles, end);
  }
  auto design = About<cycles::v1::RecordDesignRequest>(school, team, number);
  design.mutable_design()->set_if_practice("i");
  design.mutable_design()->set_then_evidence("t");
  design.mutable_design()->set_so_that("s");
  design.mutable_design()->add_practices("i");
  design.mutable_design()->add_indicators()->set_indicator(kIndicator);
  design.mutable_design()->mutable_indicators(0)->set_predicted_effect(0.2);
  script.Add(kCycles, design);
  if (random() % 2 == 0) {
    auto end = About<cycles::v1::EndPhaseRequest>(school, team, number);
    end.set_phase(cycles::v1::CYCLE_STATE_DESIGN);
    script.Add(kCycles, end);
  }
  if (random() % 3 == 0) {
    auto reopen = About<cycles::v1::ReopenPhaseRequest>(school, team, number);
    reopen.set_phase(cycles::v1::CYCLE_STATE_DESIGN);
    reopen.set_reason("too early");
    script.Add(kCycles, reopen);
  }
  if (random() % 3 == 0) {
    auto amend = About<cycles::v1::AmendArtefactRequest>(school, team, number);
    *amend.mutable_analysis() = analysis.analysis();
    amend.mutable_analysis()->set_challenge("another");
    script.Add(kCycles, amend);
  }
  if (random() % 3 == 0) {
    auto cancel = About<cycles::v1::CancelCycleRequest>(school, team, number);
    cancel.set_reason("no time");
    script.Add(kCycles, cancel);
  }
}

void AddBaseline(std::mt19937_64& random, const std::string& school, const std::string& team,
                 Script& script) {
  evidence::v1::SetRunChartBaselineRequest set;
  set.set_district(kDistrict);
  set.set_school(school);
  if (random() % 2 == 0) set.set_team(team);
  set.set_indicator(kIndicator);
  set.set_from("2013-09-" + std::to_string(10 + random() % 3));
  set.set_reason("What we changed stays.");
  script.Add(kEvidence, set);
}

constexpr char kVisit[] = "2013-09-17-01";

template <class Request>
Request OfVisit(const std::string& host) {
  Request request;
  request.set_district(kDistrict);
  request.set_host(host);
  request.set_visit(kVisit);
  return request;
}

void AddVisit(const std::string& host, Script& script) {
  cycles::v1::PlanVisitRequest plan;
  plan.set_district(kDistrict);
  plan.set_host(host);
  plan.set_date("2013-09-17");
  plan.add_visitors("east");
  plan.add_visitors("west");
  plan.set_problem_of_practice("p");
  auto& look_for = *plan.add_look_fors();
  look_for.set_look_for("talk");
  look_for.set_statement("s");
  look_for.set_indicator(kIndicator);
  script.Add(kCycles, plan);
}

// Some of it comes before its time.
void AddWorkOnVisit(std::mt19937_64& random, const std::string& host, Script& script) {
  for (int i = 0; i < 3; ++i) {
    auto room = OfVisit<cycles::v1::RecordRoomRequest>(host);
    room.mutable_room()->set_room("room-" + std::to_string(random() % 6));
    room.mutable_room()->set_grade("3");
    room.mutable_room()->set_subject("reading");
    room.mutable_room()->set_minutes(10);
    room.mutable_room()->add_seen()->set_look_for("talk");
    room.mutable_room()->mutable_seen(0)->set_seen(random() % 2 == 0);
    script.Add(kCycles, room);
  }
  auto debrief = OfVisit<cycles::v1::RecordDebriefRequest>(host);
  debrief.mutable_debrief()->add_patterns("p");
  debrief.mutable_debrief()->add_predictions("p");
  debrief.mutable_debrief()->set_next_level_of_work("n");
  auto& commitment = *debrief.add_commitments();
  commitment.set_statement("c");
  commitment.set_owner(common::v1::ROLE_SCHOOL_LEADER);
  commitment.set_days(1 + static_cast<int>(random() % 3));
  auto answer = OfVisit<cycles::v1::AnswerCommitmentRequest>(host);
  answer.set_commitment("1");
  answer.set_outcome(cycles::v1::COMMITMENT_OUTCOME_KEPT);
  auto end = OfVisit<cycles::v1::EndVisitStepRequest>(host);
  end.set_step(cycles::v1::VISIT_STATE_PACKET);
  script.Add(kCycles, end);
  script.Add(kCycles, debrief);
  end.set_step(cycles::v1::VISIT_STATE_HELD);
  script.Add(kCycles, end);
  if (random() % 2 == 0) script.Add(kCycles, answer);
  end.set_step(cycles::v1::VISIT_STATE_DEBRIEFED);
  script.Add(kCycles, end);
}

// A practice of the library, and that what teams write is it.
void AddPractice(Script& script) {
  cycles::v1::UpsertPracticeRequest upsert;
  upsert.mutable_practice()->set_district(kDistrict);
  upsert.mutable_practice()->set_practice("practice");
  upsert.mutable_practice()->set_name("A practice");
  script.Add(kCycles, upsert);
  cycles::v1::MergePracticeRequest merge;
  merge.set_district(kDistrict);
  merge.set_practice(core::DerivedId({"practice", "i"}));
  merge.set_into("practice");
  script.Add(kCycles, merge);
}

// To the offer of a team of the other school, which shares the challenge that AddWork records; it
// may be answered before it is made.
void AddAnswer(std::mt19937_64& random, const std::string& school, const std::string& team,
               Script& script) {
  const std::string challenge = core::DerivedId({"challenge", "c", kIndicator});
  const std::string& other = school == kSchools[0] ? kSchools[1] : kSchools[0];
  cycles::v1::AnswerOfferRequest answer;
  answer.set_district(kDistrict);
  answer.set_school(school);
  answer.set_team(team);
  answer.set_offer(core::DerivedId({"offer", challenge, school, team, "team",
                                    core::DerivedId({"team", other, kTeams[random() % 2]})}));
  answer.set_answer(random() % 2 == 0 ? cycles::v1::OFFER_ANSWER_TAKE_UP
                                      : cycles::v1::OFFER_ANSWER_DECLINE);
  answer.set_reason("r");
  script.Add(kCycles, answer);
}

template <class Request>
Request OfWave() {
  Request request;
  request.set_district(kDistrict);
  request.set_wave("2013-09-20-01");
  return request;
}

// A practice that more teams want than can begin with it.
void AddWave(Script& script) {
  cycles::v1::UpsertPracticeRequest upsert;
  auto& practice = *upsert.mutable_practice();
  practice.set_district(kDistrict);
  practice.set_practice("wanted");
  practice.set_name("Wanted");
  practice.set_description("d");
  practice.add_indicators(kIndicator);
  auto& component = *practice.add_components();
  component.set_component("c");
  component.set_name("c");
  component.set_kind(cycles::v1::COMPONENT_KIND_CRITICAL);
  script.Add(kCycles, upsert);
  cycles::v1::PublishPracticeRequest publish;
  publish.set_district(kDistrict);
  publish.set_practice("wanted");
  script.Add(kCycles, publish);
  cycles::v1::PlanWaveRequest plan;
  plan.set_district(kDistrict);
  plan.set_practice("wanted");
  plan.set_ask_by("2013-09-20");
  plan.add_starts()->set_date("2013-09-23");
  plan.mutable_starts(0)->set_places(2);
  script.Add(kCycles, plan);
}

void AddWorkOnWave(std::mt19937_64& random, const std::string& school, const std::string& team,
                   Script& script) {
  auto ask = OfWave<cycles::v1::AskForPlaceRequest>();
  ask.set_school(school);
  ask.set_team(team);
  script.Add(kCycles, ask);
  if (random() % 8 == 0) script.Add(kCycles, OfWave<cycles::v1::DrawWaveRequest>());
  if (random() % 8 != 0) return;
  auto cancel = OfWave<cycles::v1::CancelWaveRequest>();
  cancel.set_reason("r");
  script.Add(kCycles, cancel);
}

// A rubric in two revisions, and surveys of the district and of each school.
void AskSchools(Script& script) {
  for (const char* name : {"Argument", "Arguments"}) {
    plans::v1::UpsertRubricRequest upsert;
    plans::v1::Rubric& rubric = *upsert.mutable_rubric();
    rubric.set_district(kDistrict);
    rubric.set_rubric("argument");
    rubric.set_name(name);
    rubric.set_levels(2);
    plans::v1::Criterion& criterion = *rubric.add_criteria();
    criterion.set_criterion("evidence");
    criterion.set_name("Evidence");
    criterion.add_descriptors("Cites nothing.");
    criterion.add_descriptors("Cites a text.");
    script.Add(kPlans, upsert);
    plans::v1::PublishRubricRequest publish;
    publish.set_district(kDistrict);
    publish.set_rubric("argument");
    script.Add(kPlans, publish);
  }
  plans::v1::OpenSurveyRoundRequest open;
  open.set_district(kDistrict);
  open.set_last_day("2013-09-18");
  script.Add(kPlans, open);
  for (const std::string& school : kSchools) {
    open.set_school(school);
    script.Add(kPlans, open);
  }
}

}  // namespace

Commands FoundDistrict() {
  Script script("f");
  plans::v1::CreateDistrictRequest create;
  create.mutable_district()->set_district(kDistrict);
  create.mutable_district()->set_time_zone("America/Chicago");
  script.Add(kPlans, create);
  for (const std::string& school : kSchools) {
    plans::v1::UpsertSchoolRequest upsert;
    upsert.mutable_school()->set_district(kDistrict);
    upsert.mutable_school()->set_school(school);
    script.Add(kPlans, upsert);
    plans::v1::UpsertTeamsRequest teams;
    teams.set_district(kDistrict);
    teams.set_school(school);
    for (const std::string& team : kTeams) {
      teams.add_teams()->set_team(team);
      teams.mutable_teams()->rbegin()->set_active(true);
    }
    script.Add(kPlans, teams);
  }
  evidence::v1::DefineAssessmentsRequest define;
  define.set_district(kDistrict);
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("check");
  assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.add_indicators(kIndicator);
  script.Add(kEvidence, define);
  for (const std::string& school : kSchools) AddRoster(school, script);
  for (const std::string& school : kSchools) {
    for (const std::string& team : kTeams) {
      cycles::v1::ScheduleCycleRequest schedule;
      schedule.set_district(kDistrict);
      schedule.set_school(school);
      schedule.set_team(team);
      schedule.set_start("2013-09-16");
      schedule.add_indicators(kIndicator);
      script.Add(kCycles, schedule);
    }
  }
  for (const std::string& school : kSchools) AddVisit(school, script);
  AddWave(script);
  return script.Take();
}

Commands LiveInDistrict(uint64_t seed) {
  std::mt19937_64 random(seed * 104'729);
  Script script("l");
  AskSchools(script);
  for (int i = 0; i < 18; ++i) {
    const std::string& school = kSchools[random() % kSchools.size()];
    const std::string& team = kTeams[random() % kTeams.size()];
    script.Add(kEvidence, Batch(random, school));
    if (i % 4 == 1) AddWork(random, school, team, script);
    if (i % 6 == 2) AddBaseline(random, school, team, script);
    if (i % 6 == 4) AddWorkOnVisit(random, school, script);
    if (i % 9 == 7) AddPractice(script);
    if (i % 3 == 2) AddAnswer(random, school, team, script);
    if (i % 3 == 0) AddWorkOnWave(random, school, team, script);
    if (i % 9 == 5) {
      notifications::v1::CreateSilenceRequest silence;
      silence.mutable_silence()->set_district(kDistrict);
      silence.mutable_silence()->set_created_by("lead");
      silence.mutable_silence()->mutable_matcher()->set_school(school);
      silence.mutable_silence()->set_ends_at_ms(1'381'000'000'000);
      script.Add(kNotifications, silence);
    }
  }
  return script.Take();
}

Commands PushResults(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto noise = [&] {
    int sum = -18;
    for (int i = 0; i < 6; ++i) sum += static_cast<int>(random() % 7);
    return sum;
  };
  std::map<std::string, std::vector<double>> baselines;
  Commands commands;
  for (int look = 0; look < 7; ++look) {
    for (const std::string school : {"north", "south"}) {
      evidence::v1::IngestResultsRequest batch;
      batch.set_district("d");
      batch.set_source("sis");
      for (const std::string team : {"t1", "t2"}) {
        const double drift = (school == "north" ? 2.0 : 5.0) + (team == "t1" ? 0 : 2.0);
        std::vector<double>& known = baselines[school + team];
        for (int i = 0; i < 24; ++i) {
          if (look == 0) known.push_back(50 + 2 * noise());
          if (look > 0 && i % 6 != look - 1) continue;
          const double group = i % 2 == 0 ? -3 : 3;
          const double score = look == 0 ? known[i] : known[i] - drift + group + noise();
          auto& result = *batch.add_results();
          result.set_school(school);
          result.set_student(team + "-" + std::to_string(i));
          result.set_source_id(team + "-" + std::to_string(i) + "-" + std::to_string(look > 0));
          result.set_assessment("check");
          result.set_class_id(school + "-" + team);
          result.set_date(look == 0 ? "2013-09-12" : "2013-09-" + std::to_string(16 + look));
          result.set_score(std::clamp(score, 0.0, 100.0));
          result.set_modified_at_ms(1);
        }
      }
      const std::string id = "p" + std::to_string(look) + school;
      batch.set_request_id(id);
      commands.push_back(
          {kEvidence, {id, std::make_shared<evidence::v1::IngestResultsRequest>(batch)}});
    }
  }
  return commands;
}

}  // namespace throughline::simulation
