#include "cycles/domain/cycles_decider.h"

#include "cycles/domain/amendment.h"
#include "cycles/domain/artefact_records.h"
#include "cycles/domain/coherence_fall.h"
#include "cycles/domain/commitment.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle.h"
#include "cycles/domain/cycle_timers.h"
#include "cycles/domain/evidence_facts.h"
#include "cycles/domain/impact_comparison.h"
#include "cycles/domain/look_for_rubrics.h"
#include "cycles/domain/measures.h"
#include "cycles/domain/named_elsewhere.h"
#include "cycles/domain/next_cycle.h"
#include "cycles/domain/offers/common_challenges.h"
#include "cycles/domain/offers/offer.h"
#include "cycles/domain/offers/offer_making.h"
#include "cycles/domain/offers/team_challenge.h"
#include "cycles/domain/plan_review.h"
#include "cycles/domain/practices/adopters.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/known_practices.h"
#include "cycles/domain/practices/net_effects.h"
#include "cycles/domain/practices/outcomes.h"
#include "cycles/domain/practices/practice_library.h"
#include "cycles/domain/practices/practice_standing.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/questions/named_causes.h"
#include "cycles/domain/reopening.h"
#include "cycles/domain/review.h"
#include "cycles/domain/survey_end.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/visit.h"
#include "cycles/domain/visit_timers.h"
#include "cycles/domain/waves/drawn_place.h"
#include "cycles/domain/waves/wave.h"
#include "decider/dispatch.h"

namespace throughline::cycles {

using decider::On;
using decider::To;

namespace {

// The key of the school that the command is decided at, when it is an M: of a visit, the host's.
template <class... Ms>
std::string SchoolOf(const google::protobuf::Message& command) {
  std::string key;
  const auto one = [&](const auto* message) {
    if (message == nullptr) return false;
    if constexpr (requires { message->host(); }) {
      key = core::Key{message->district(), message->host()}.Text();
    } else {
      key = core::Key{message->district(), message->school()}.Text();
    }
    return true;
  };
  (void)(one(To<Ms>(command)) || ...);
  return key;
}

// The district's key, when the command is about its library of practices or its waves.
std::string LibraryOf(const google::protobuf::Message& command) {
  if (const auto* upsert = To<v1::UpsertPracticeRequest>(command)) {
    return upsert->practice().district();
  }
  if (const auto* publish = To<v1::PublishPracticeRequest>(command)) return publish->district();
  if (const auto* merge = To<v1::MergePracticeRequest>(command)) return merge->district();
  if (const auto* retire = To<v1::RetirePracticeRequest>(command)) return retire->district();
  if (const auto* plan = To<v1::PlanWaveRequest>(command)) return plan->district();
  if (const auto* ask = To<v1::AskForPlaceRequest>(command)) return ask->district();
  if (const auto* draw = To<v1::DrawWaveRequest>(command)) return draw->district();
  const auto* cancel = To<v1::CancelWaveRequest>(command);
  return cancel == nullptr ? "" : cancel->district();
}

void DecidePracticeTimer(const std::string& timer, decider::Turn& turn) {
  if (timer.starts_with(kMaintenanceDue)) DecideMaintenance(timer, turn);
  if (timer.starts_with(kAssessmentDue)) DecideAssessments(timer, turn);
  if (timer.starts_with(kWaveDraw)) DecideDraw(timer, turn);
  if (timer.starts_with(kPlaceOver)) DecidePlaceOver(timer, turn);
}

}  // namespace

std::string CyclesDecider::Route(const google::protobuf::Message& command) const {
  if (const std::string library = LibraryOf(command); !library.empty()) return library;
  return SchoolOf<v1::ScheduleCycleRequest, v1::RecordAnalysisRequest, v1::RecordDesignRequest,
                  v1::RecordLookRequest, v1::RecordRefinementRequest, v1::EndPhaseRequest,
                  v1::AmendArtefactRequest, v1::ReopenPhaseRequest, v1::CancelCycleRequest,
                  v1::AnswerReviewRequest, v1::PlanVisitRequest, v1::PrepareVisitRequest,
                  v1::RecordRoomRequest, v1::RecordDebriefRequest, v1::EndVisitStepRequest,
                  v1::AnswerCommitmentRequest, v1::CancelVisitRequest, v1::AnswerOfferRequest>(
      command);
}

// What results come to is said in other events; the results themselves are most of the log.
bool CyclesDecider::Takes(const google::protobuf::Descriptor& fact) const {
  return &fact != evidence::v1::ResultsRecorded::descriptor();
}

std::string CyclesDecider::RouteOfTimer(std::string_view name) const {
  if (name.starts_with(kWaveDraw)) return core::PlaceIn(name, 2, /*of_school=*/false);
  if (name.starts_with(kAssessmentDue)) return core::PlaceIn(name, 1, /*of_school=*/false);
  if (name.starts_with(kSchoolReviewDue) || name.starts_with(kMaintenanceDue)) {
    return core::PlaceIn(name, 1, /*of_school=*/true);
  }
  return core::PlaceIn(name, 2, /*of_school=*/true);
}

bool CyclesDecider::IsOnEveryPartition(const google::protobuf::Descriptor& event) const {
  for (const auto* one :
       {plans::v1::DistrictNoted::descriptor(), plans::v1::PlaceFollowed::descriptor(),
        plans::v1::RubricNoted::descriptor(), v1::ObservedIndicatorsNoted::descriptor(),
        v1::PracticeNoted::descriptor()}) {
    if (one == &event) return true;
  }
  return false;
}

void CyclesDecider::Decide(const decider::Input& input, decider::Turn& turn) const {
  if (input.timer != nullptr) {
    if (auto timer = ParseTimer(input.timer->name)) return DecideTimer(*timer, turn);
    if (auto timer = ParseVisitTimer(input.timer->name)) return DecideTimer(*timer, turn);
    if (auto timer = ParseOfferTimer(input.timer->name)) return DecideTimer(*timer, turn);
    if (input.timer->name.starts_with(kSchoolReviewDue)) {
      DecideSchoolReview(input.timer->name, turn);
    }
    if (input.timer->name.starts_with(kPlanReview)) DecidePlanReview(input.timer->name, turn);
    if (input.timer->name.starts_with(kSurveyTimer)) DecideSurveyTimer(input.timer->name, turn);
    return DecidePracticeTimer(input.timer->name, turn);
  }
  On<v1::ScheduleCycleRequest, v1::RecordAnalysisRequest, v1::RecordDesignRequest,
     v1::RecordLookRequest, v1::RecordRefinementRequest, v1::EndPhaseRequest,
     v1::AmendArtefactRequest, v1::ReopenPhaseRequest, v1::CancelCycleRequest,
     v1::AnswerReviewRequest, evidence::v1::EvidenceSummarized, evidence::v1::EvidenceMoved>(
      input, [&](const auto& message) { cycles::Decide(message, turn); });
  On<v1::PlanVisitRequest, v1::PrepareVisitRequest, v1::RecordRoomRequest, v1::RecordDebriefRequest,
     v1::EndVisitStepRequest, v1::AnswerCommitmentRequest, v1::CancelVisitRequest>(
      input, [&](const auto& message) { cycles::Decide(message, turn); });
  On<v1::UpsertPracticeRequest, v1::PublishPracticeRequest, v1::MergePracticeRequest,
     v1::RetirePracticeRequest, v1::PracticesNamed, v1::PracticeChanged, v1::AdoptionChanged,
     v1::OutcomeReported, v1::PracticeStandingChanged, v1::NetEffectsPublished,
     v1::ChallengeReported, v1::OfferMade, v1::AnswerOfferRequest>(
      input, [&](const auto& message) { cycles::Decide(message, turn); });
  On<v1::PlanWaveRequest, v1::AskForPlaceRequest, v1::DrawWaveRequest, v1::CancelWaveRequest,
     v1::WaveDrawn, v1::WaveCancelled>(input,
                                       [&](const auto& message) { cycles::Decide(message, turn); });
  On<plans::v1::ProgressionChanged, plans::v1::SitePlanPublished, plans::v1::SitePlanChanged,
     plans::v1::SitePlanFramed, plans::v1::PlanReviewAnswered, plans::v1::SurveyResultsRecorded,
     plans::v1::SurveyRoundEnded, plans::v1::RubricAdopted, evidence::v1::AssessmentsAdopted,
     evidence::v1::SchoolMeanReleased>(input,
                                       [&](const auto& message) { cycles::Decide(message, turn); });
  On<plans::v1::DistrictAdopted, plans::v1::SchoolChanged>(
      input, [&](const auto& message) { district::Follow(message, turn); });
  On<plans::v1::DistrictAdopted, plans::v1::SchoolChanged, plans::v1::TeamChanged,
     plans::v1::SitePlanPublished>(input,
                                   [&](const auto& message) { district::Decide(message, turn); });
  if (const auto* changed = input.As<v1::PracticeChanged>()) {
    OfferPractice(changed->practice().district(), changed->practice().practice(), turn);
  }
  if (const auto* changed = input.As<v1::PracticeStandingChanged>()) {
    OfferPractice(changed->district(), changed->practice().practice(), turn);
    LapseOffersOf(*changed, turn);
  }
  if (const auto* recorded = input.As<plans::v1::SurveyResultsRecorded>()) {
    DecideSurveyEnd(*recorded, turn);
  }
  if (const auto* published = input.As<plans::v1::SitePlanPublished>()) {
    DecidePlanInForce(*published, turn);
  }
  if (const auto* adopted = input.As<plans::v1::DistrictAdopted>()) {
    DecideWaiting(adopted->district().district(), turn);
  }
  if (const auto* changed = input.As<plans::v1::TeamChanged>()) {
    DecideTeam(changed->team(), turn);
  }
}

void CyclesDecider::Apply(const decider::Event& event, decider::State& state) const {
  On<v1::CycleScheduled, v1::CycleClosed, v1::ReviewOpened, plans::v1::PlanInForceNoted,
     v1::PracticeChanged, v1::AdoptionNoted, v1::OutcomeNoted, v1::PracticesAssessed,
     v1::WaveCancelled>(event,
                        [&](const auto& message) { cycles::Apply(message, event.time, state); });
  On<v1::PhaseStarted, v1::PhaseReopened, v1::ArtefactsRecorded, v1::CycleEvidenceTaken,
     v1::CycleCancelled, v1::NextCycleDeferred, v1::CycleFlagged, v1::CycleUnflagged,
     v1::ImpactCompared, v1::NetEffectsPublished, v1::ReviewAnswered, v1::ConditionRaised,
     v1::ConditionCleared, v1::ObservedIndicatorsNoted, plans::v1::ProgressionNoted,
     plans::v1::PlanNoted, plans::v1::RubricNoted, plans::v1::SurveyEndNoted, v1::SchoolMeanNoted,
     v1::PracticeNoted, v1::AdoptionChanged>(
      event, [&](const auto& message) { cycles::Apply(message, state); });
  On<v1::ChallengeReported, v1::ChallengeNoted, v1::CommonChallengeFound, v1::CommonChallengeEnded,
     v1::OfferMade, v1::OfferOpened, v1::OfferAnswered, v1::OfferLapsed, v1::OfferAdopted,
     v1::OfferReturned, v1::WavePlanned, v1::PlaceAskedFor, v1::WaveDrawn, v1::PlaceDrawn>(
      event, [&](const auto& message) { cycles::Apply(message, state); });
  if (const auto* cleared = event.As<v1::ConditionCleared>()) {
    ClearSurveyTimers(cleared->condition(), state);
  }
  if (const auto* taken = event.As<v1::CycleEvidenceTaken>()) NoteLatestStudents(*taken, state);
  On<v1::VisitPlanned, v1::VisitPrepared, v1::VisitPacketTaken, v1::RoomRecorded, v1::VisitHeld,
     v1::DebriefRecorded, v1::VisitDebriefed, v1::CommitmentAnswered, v1::VisitFollowedUp,
     v1::VisitCancelled>(event, [&](const auto& message) { cycles::Apply(message, state); });
  On<plans::v1::DistrictNoted, plans::v1::SchoolNoted, plans::v1::TeamNoted,
     plans::v1::PlaceFollowed, plans::v1::IndicatorsNoted>(
      event, [&](const auto& message) { district::Apply(message, state); });
}

std::vector<decider::RowKey> CyclesDecider::Touches(const decider::Input& input,
                                                    const decider::State& state) const {
  // Facts of evidence, and comparisons, come many at a time, each about another cycle.
  std::vector<decider::RowKey> keys;
  On<evidence::v1::EvidenceSummarized, evidence::v1::EvidenceMoved>(input, [&](const auto& fact) {
    keys.push_back(
        {std::string(kCycles.name), JoinKey(fact.district(), fact.school(), fact.cycle())});
  });
  if (const auto* summarized = input.As<evidence::v1::EvidenceSummarized>()) {
    const std::string key = JoinKey(summarized->district(), summarized->school(),
                                    summarized->cycle(), summarized->indicator());
    keys.push_back({std::string(kShownSums.name), key});
    keys.push_back({std::string(kTakenComparisons.name), key});
  }
  if (const auto* published = input.As<v1::NetEffectsPublished>()) {
    for (const v1::ImpactComparison& one : published->comparisons()) {
      const std::string cycle = JoinKey(published->district(), published->school(), one.cycle());
      keys.push_back({std::string(kCycles.name), cycle});
      keys.push_back({std::string(kTakenComparisons.name), JoinKey(cycle, one.indicator())});
    }
  }
  return keys;
}

}  // namespace throughline::cycles
