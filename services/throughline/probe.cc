#include "throughline/probe.h"

#include <thread>

#include "platform/grpc/event_stream.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline {

namespace {

using core::Result;
using evidence::v1::EvidenceService;
using notifications::v1::NotificationsService;
using notifications::v1::WatchEventsResponse;
using plans::v1::PlansService;

constexpr char kSource[] = "throughline-probe";
constexpr char kOnly[] = "probe";  // the only one of its kind in the district
constexpr int kScaleMax = 100;
// By so much may clocks of two machines differ.
constexpr std::chrono::seconds kSkew(5);
// What is new comes round to every service within moments.
constexpr std::chrono::seconds kUntilKnown(30);
constexpr std::chrono::milliseconds kPause(100);

// A call of a service that may not have heard of the district yet, again until it has.
template <class Attempt>
Result<void> OnceKnown(const platform::CallTerms& terms, Attempt attempt) {
  const auto until = std::chrono::steady_clock::now() + kUntilKnown;
  while (true) {
    const auto done = attempt();
    if (done) return {};
    const bool is_known = done.error().code != core::Code::kNotFound &&
                          done.error().code != core::Code::kFailedPrecondition;
    if (is_known || terms.stop.stop_requested() || std::chrono::steady_clock::now() > until) {
      return core::Refuse(done.error());
    }
    std::this_thread::sleep_for(kPause);
  }
}

core::Error ResultUnusable(const evidence::v1::IngestResultsResponse& answer) {
  const std::string why = answer.problems().empty() ? "" : ": " + answer.problems(0).message();
  return {core::Code::kFailedPrecondition, "PROBE_RESULT_UNUSABLE",
          "The synthetic result was not recorded" + why, "results"};
}

core::Error Late(std::chrono::seconds patience) {
  return {core::Code::kUnavailable, "PROBE_LATE",
          "The stream did not have the event of the synthetic result within " +
              std::to_string(patience.count()) + " s.",
          ""};
}

core::Instant Now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// Yesterday, wherever: a day that has come by every clock.
std::string DateOf(core::Instant now) {
  return core::FormatDate(std::chrono::floor<std::chrono::days>(now) - std::chrono::days(1));
}

// Whether it is what became of a result that was pushed then.
bool IsOf(const WatchEventsResponse& event, core::Instant pushed) {
  return event.type() == evidence::v1::ResultsRecorded::descriptor()->full_name() &&
         core::FromMillis(event.time_ms()) >= pushed - kSkew;
}

// Until the event of what was pushed then; false: the stream has ended before.
bool ReadUntilSeen(grpc::ClientReader<WatchEventsResponse>& stream, core::Instant pushed) {
  WatchEventsResponse event;
  while (stream.Read(&event)) {
    if (IsOf(event, pushed)) return true;
  }
  return false;
}

}  // namespace

Result<void> Probe::FindOrCreateDistrict(const platform::CallTerms& terms) const {
  plans::v1::GetDistrictRequest get;
  get.set_district(district_);
  auto found = Call(*to_.plans, &PlansService::Stub::GetDistrict, get, terms);
  if (found) return {};
  if (found.error().code != core::Code::kNotFound) return core::Refuse(found.error());
  plans::v1::CreateDistrictRequest create;
  create.mutable_district()->set_district(district_);
  create.mutable_district()->set_name("Synthetic results");
  create.mutable_district()->set_time_zone("UTC");
  auto created = Call(*to_.plans, &PlansService::Stub::CreateDistrict, create, terms);
  if (!created) return core::Refuse(created.error());
  return {};
}

Result<void> Probe::FindOrCreateSchool(const platform::CallTerms& terms) const {
  plans::v1::UpsertSchoolRequest school;
  school.mutable_school()->set_district(district_);
  school.mutable_school()->set_school(kOnly);
  auto done = Call(*to_.plans, &PlansService::Stub::UpsertSchool, school, terms);
  if (!done) return core::Refuse(done.error());
  plans::v1::UpsertTeamsRequest teams;
  teams.set_district(district_);
  teams.set_school(kOnly);
  plans::v1::Team& team = *teams.add_teams();
  team.set_team(kOnly);
  team.set_active(true);
  auto teamed = Call(*to_.plans, &PlansService::Stub::UpsertTeams, teams, terms);
  if (!teamed) return core::Refuse(teamed.error());
  return {};
}

Result<void> Probe::DefineAssessment(const platform::CallTerms& terms) const {
  evidence::v1::DefineAssessmentsRequest define;
  define.set_district(district_);
  evidence::v1::Assessment& assessment = *define.add_assessments();
  assessment.set_assessment(kOnly);
  assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(kScaleMax);
  return OnceKnown(terms, [&] {
    return Call(*to_.evidence, &EvidenceService::Stub::DefineAssessments, define, terms);
  });
}

Result<void> Probe::EnrolStudent(const platform::CallTerms& terms) const {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_district(district_);
  roster.set_school(kOnly);
  auto& one = *roster.add_classes();
  one.set_class_id(kOnly);
  one.set_team(kOnly);
  auto& student = *roster.add_students();
  student.set_student(kOnly);
  student.add_class_ids(kOnly);
  return OnceKnown(terms, [&] {
    return Call(*to_.evidence, &EvidenceService::Stub::UpdateRoster, roster, terms);
  });
}

Result<void> Probe::SetUp(const platform::CallTerms& terms) const {
  if (auto done = FindOrCreateDistrict(terms); !done) return done;
  if (auto done = FindOrCreateSchool(terms); !done) return done;
  if (auto done = DefineAssessment(terms); !done) return done;
  if (auto done = EnrolStudent(terms); !done) return done;
  // Who streams has heard of it, too.
  notifications::v1::ListAlertsRequest list;
  list.set_district(district_);
  list.set_page_size(1);
  return OnceKnown(terms, [&] {
    return Call(*to_.notifications, &NotificationsService::Stub::ListAlerts, list, terms);
  });
}

// Once, as whoever pushes would meet it.
Result<void> Probe::Ingest(core::Instant now, grpc::ClientContext& context) const {
  evidence::v1::IngestResultsRequest ingest;
  ingest.set_district(district_);
  ingest.set_source(kSource);
  evidence::v1::Result& result = *ingest.add_results();
  result.set_source_id(kOnly);
  result.set_student(kOnly);
  result.set_school(kOnly);
  result.set_class_id(kOnly);
  result.set_assessment(kOnly);
  result.set_date(DateOf(now));
  const int64_t now_ms = core::ToMillis(now);
  result.set_score(static_cast<double>(now_ms / 1000 % (kScaleMax + 1)));
  // A later version is recorded also when its score is the one of before.
  result.set_modified_at_ms(now_ms);
  evidence::v1::IngestResultsResponse answer;
  const grpc::Status status = to_.evidence->IngestResults(&context, ingest, &answer);
  if (!status.ok()) return core::Refuse(platform::FromStatus(status));
  if (answer.outcomes_size() == 1) {
    const auto outcome = answer.outcomes(0);
    if (outcome != evidence::v1::RESULT_OUTCOME_QUARANTINED &&
        outcome != evidence::v1::RESULT_OUTCOME_REFUSED) {
      return {};
    }
  }
  return core::Refuse(ResultUnusable(answer));
}

Result<double> Probe::Push(std::chrono::seconds patience, const platform::CallTerms& terms) {
  const auto deadline = std::chrono::system_clock::now() + patience;
  grpc::ClientContext watching, pushing;
  for (grpc::ClientContext* context : {&watching, &pushing}) context->set_deadline(deadline);
  const std::stop_callback give_up(terms.stop, [&] {
    watching.TryCancel();
    pushing.TryCancel();
  });
  notifications::v1::WatchEventsRequest watch;
  watch.set_district(district_);
  watch.set_only_new(true);
  // It says when it stands: what is pushed then is on it.
  watching.AddMetadata(platform::kSendPosition, "true");
  const auto stream = to_.notifications->WatchEvents(&watching, watch);
  stream->WaitForInitialMetadata();

  const auto began = std::chrono::steady_clock::now();
  const core::Instant pushed = Now();
  const auto done = Ingest(pushed, pushing);
  const bool seen = done && ReadUntilSeen(*stream, pushed);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  watching.TryCancel();
  const grpc::Status ended = stream->Finish();
  if (!done) return core::Refuse(done.error());
  if (seen) return took.count();
  if (ended.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return core::Refuse(Late(patience));
  }
  return core::Refuse(platform::FromStatus(ended));
}

}  // namespace throughline
