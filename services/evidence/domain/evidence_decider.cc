#include "evidence/domain/evidence_decider.h"

#include <optional>

#include "columns/result_columns.h"
#include "decider/dispatch.h"
#include "district/district_notes.h"
#include "evidence/domain/assessments.h"
#include "evidence/domain/cuts.h"
#include "evidence/domain/emergency_access.h"
#include "evidence/domain/erasures.h"
#include "evidence/domain/missing_enrolments.h"
#include "evidence/domain/norms.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/plan_growth.h"
#include "evidence/domain/pooled_changes.h"
#include "evidence/domain/released_scores.h"
#include "evidence/domain/result_intake.h"
#include "evidence/domain/results.h"
#include "evidence/domain/roster.h"
#include "evidence/domain/run_chart_baselines.h"
#include "evidence/domain/school_means.h"
#include "evidence/domain/school_year.h"
#include "evidence/domain/shared_students.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/teachers.h"
#include "evidence/domain/trigger_rules.h"
#include "evidence/domain/watches.h"
#include "throughline/evidence/v1/request_claim.pb.h"

namespace throughline::evidence {

using decider::On;
using decider::To;

namespace {

// The message, or in `copy` what it would have been if it had been concealed on entry.
template <class Message>
const Message* Concealed(const Message* message, const Concealment* concealment,
                         std::optional<Message>& copy) {
  if (message->hidden() || concealment == nullptr) return message;
  Conceal(*concealment, copy.emplace(*message));
  return &*copy;
}

}  // namespace

std::string EvidenceDecider::Route(const google::protobuf::Message& command) const {
  if (const auto* ingest = To<v1::IngestResultsRequest>(command)) {
    return core::Key{ingest->district(), columns::SchoolOf(*ingest)}.Text();
  }
  if (const auto* roster = To<v1::UpdateRosterRequest>(command)) {
    return core::Key{roster->district(), roster->school()}.Text();
  }
  if (const auto* missing = To<v1::EndMissingEnrolmentsRequest>(command)) {
    return core::Key{missing->district(), missing->school()}.Text();
  }
  if (const auto* release = To<v1::ReleaseQuarantineRequest>(command)) {
    return core::Key{release->district(), release->school()}.Text();
  }
  if (const auto* seal = To<v1::SealOriginalsRequest>(command)) {
    return core::Key{seal->district(), seal->school()}.Text();
  }
  if (const auto* claim = To<v1::ClaimRequestIdRequest>(command)) {
    return core::Key{claim->district(), claim->school()}.Text();
  }
  if (const auto* discard = To<v1::DiscardQuarantineRequest>(command)) {
    return core::Key{discard->district(), discard->school()}.Text();
  }
  if (const auto* baseline = To<v1::SetRunChartBaselineRequest>(command)) {
    return core::Key{baseline->district(), baseline->school()}.Text();
  }
  if (const auto* certify = To<v1::CertifyErasureRequest>(command)) return certify->district();
  if (const auto* remove = To<v1::RemoveAssessmentsRequest>(command)) return remove->district();
  const auto* define = To<v1::DefineAssessmentsRequest>(command);
  return define == nullptr ? "" : define->district();
}

std::string EvidenceDecider::RouteOfTimer(std::string_view name) const {
  if (name.starts_with(kCutDue) || name.starts_with(kNormDue)) {
    return core::PlaceIn(name, 1, /*of_school=*/false);
  }
  if (name.starts_with(kSchoolMeanDue)) return core::PlaceIn(name, 2, /*of_school=*/true);
  if (name.starts_with(kScoresDue)) {
    const auto [timer, parity, district, assessment, school] = core::SplitKey<5>(name);
    return core::Key{district, school}.Text();
  }
  return core::PlaceIn(name, 1, /*of_school=*/true);
}

bool EvidenceDecider::IsOnEveryPartition(const google::protobuf::Descriptor& event) const {
  for (const auto* one :
       {plans::v1::DistrictNoted::descriptor(), v1::AssessmentsAdopted::descriptor(),
        v1::AssessmentRemovalAdopted::descriptor(), v1::CutsAdopted::descriptor(),
        v1::NormsAdopted::descriptor()}) {
    if (one == &event) return true;
  }
  return false;
}

void EvidenceDecider::Decide(const decider::Input& input, decider::Turn& turn) const {
  if (input.timer != nullptr) {
    if (input.timer->name.starts_with(kMidCycle)) DecideMidCycle(input.timer->name, turn);
    if (input.timer->name.starts_with(kYearOver)) DecideYearOver(input.timer->name, turn);
    if (input.timer->name.starts_with(kEnrolmentsDue)) {
      DecideEnrolmentsDue(input.timer->name, turn);
    }
    if (input.timer->name.starts_with(kCutDue)) DecideCut(input.timer->name, turn);
    if (input.timer->name.starts_with(kScoresDue)) DecideRelease(input.timer->name, turn);
    if (input.timer->name.starts_with(kSchoolMeanDue)) DecideSchoolMean(input.timer->name, turn);
    if (input.timer->name.starts_with(kChangesDue)) DecideChanges(input.timer->name, turn);
    if (input.timer->name.starts_with(kNormDue)) DecideNorm(input.timer->name, turn);
    if (input.timer->name.starts_with(kComparedAnew)) DecideComparedAnew(input.timer->name, turn);
    return;
  }
  if (const auto* ingest = input.As<v1::IngestResultsRequest>()) {
    std::optional<v1::IngestResultsRequest> copy;
    return evidence::Decide(*Concealed(ingest, concealment_.get(), copy), turn);
  }
  if (const auto* release = input.As<v1::ReleaseQuarantineRequest>()) {
    return evidence::Decide(*release, concealment_ != nullptr, turn);
  }
  // What it is for is kept by who runs this: the id, with the digest of what was asked.
  if (input.As<v1::ClaimRequestIdRequest>() != nullptr) {
    return turn.Answer(v1::ClaimRequestIdResponse());
  }
  On<v1::UpdateRosterRequest, v1::EndMissingEnrolmentsRequest, v1::DefineAssessmentsRequest,
     v1::SealOriginalsRequest, v1::DiscardQuarantineRequest, v1::RemoveAssessmentsRequest,
     v1::CertifyErasureRequest, v1::SetRunChartBaselineRequest,
     // deliveries
     v1::AssessmentsDefined, v1::AssessmentsRemoved, v1::RosterChanged, v1::ScoresCounted,
     v1::CutsPublished, v1::NormsPublished, v1::ChangesSummed, v1::StudentsShared,
     v1::ResultsClaimed,
     // facts
     cycles::v1::CycleScheduled, cycles::v1::ArtefactsRecorded, cycles::v1::CycleClosed,
     cycles::v1::CycleCancelled, cycles::v1::PhaseReopened, plans::v1::SitePlanPublished,
     plans::v1::SitePlanChanged, plans::v1::EmergencyAccessTaken, plans::v1::EmergencyAccessEnded>(
      input, [&](const auto& message) { evidence::Decide(message, turn); });
  On<plans::v1::SchoolChanged>(input,
                               [&](const auto& message) { district::Follow(message, turn); });
  On<plans::v1::DistrictAdopted, plans::v1::SchoolChanged>(
      input, [&](const auto& message) { district::Decide(message, turn); });
  // Classes are held to the teams of schools that are followed, and to no others.
  const auto* team = input.As<plans::v1::TeamChanged>();
  if (team != nullptr &&
      district::IsFollowed(turn.state(), team->team().district(), team->team().school())) {
    district::Decide(*team, turn);
  }
}

void EvidenceDecider::Apply(const decider::Event& event, decider::State& state) const {
  if (const auto* counted = event.As<v1::DistrictScoresCounted>()) {
    return evidence::Apply(*counted, event.time, state);
  }
  if (const auto* recorded = event.As<v1::ResultsRecorded>()) {
    std::optional<v1::ResultsRecorded> copy;
    return evidence::Apply(*Concealed(recorded, concealment_.get(), copy), event.time, state);
  }
  On<v1::RosterChanged, v1::CycleWatched, v1::ScoresReleased, v1::AssessmentsDefined,
     v1::DesiredGrowthNoted, v1::AssessmentsAdopted, v1::CutsAdopted, v1::NormsAdopted,
     v1::DistrictChangesSummed>(
      event, [&](const auto& message) { evidence::Apply(message, event.time, state); });
  On<v1::OriginalsSealed, v1::EvidenceSummarized, v1::EvidenceMoved, v1::ClassesListed,
     v1::StudentsListed, v1::AssessmentsRemoved, v1::ScoresCounted, v1::AssessmentRemovalAdopted,
     v1::QuarantineDiscarded, v1::ChangesSummed, v1::StudentsShared, v1::SharedStudentsNoted,
     v1::TeachersChanged, v1::StudentsErased, v1::SchoolMeanReleased, v1::RunChartBaselineSet,
     plans::v1::EmergencyAccessNoted>(
      event, [&](const auto& message) { evidence::Apply(message, state); });
  On<plans::v1::DistrictNoted, plans::v1::SchoolNoted, plans::v1::TeamNoted,
     plans::v1::PlaceFollowed>(event,
                               [&](const auto& message) { district::Apply(message, state); });
}

std::vector<decider::RowKey> EvidenceDecider::Touches(const decider::Input& input,
                                                      const decider::State& state) const {
  std::vector<decider::RowKey> rows;
  On<v1::IngestResultsRequest, v1::ResultsRecorded>(input, [&]<class Message>(const Message& one) {
    std::optional<Message> copy;
    rows = evidence::Touches(*Concealed(&one, concealment_.get(), copy), state);
  });
  return rows;
}

}  // namespace throughline::evidence
