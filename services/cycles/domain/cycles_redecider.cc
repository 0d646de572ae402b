#include "cycles/domain/cycles_redecider.h"

#include "cycles/domain/coherence_fall.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle_timers.h"
#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/offers/offer_timers.h"
#include "cycles/domain/plan_review.h"
#include "cycles/domain/practices/assessments_due.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/review.h"
#include "cycles/domain/survey_end.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/visit_rows.h"
#include "cycles/domain/visit_timers.h"
#include "cycles/domain/waves/drawn_place.h"
#include "decider/dispatch.h"
#include "district/district_notes.h"

namespace throughline::cycles {

using decider::To;

namespace {

// As it stands when what was recorded of it comes; null when it is not known.
const v1::Cycle* Find(const std::string& district, const std::string& school,
                      const std::string& cycle, const decider::Turn& turn) {
  return turn.state().Find(kCycles, JoinKey(district, school, cycle));
}

}  // namespace

bool CyclesRedecider::IsConclusion(const google::protobuf::Descriptor& event) const {
  const auto is = [&]<class... Ms>(const Ms&...) { return ((&event == Ms::descriptor()) || ...); };
  return is(v1::CycleEvidenceTaken(), v1::ConditionRaised(), v1::ConditionCleared(),
            v1::ReviewOpened(), v1::CycleFlagged(), v1::CycleUnflagged(), v1::PracticesAssessed(),
            v1::PracticeStandingChanged(), v1::NetEffectsPublished(), v1::ImpactCompared());
}

bool CyclesRedecider::IsDrawnFrom(const google::protobuf::Descriptor& conclusion) const {
  return &conclusion == v1::PracticeStandingChanged::descriptor() ||
         &conclusion == v1::NetEffectsPublished::descriptor();
}

bool CyclesRedecider::IsForConclusions(std::string_view timer) const {
  if (timer.starts_with(kSchoolReviewDue) || timer.starts_with(kPlanReview) ||
      timer.starts_with(kAssessmentDue) || timer.starts_with(kPlaceOver) ||
      timer.starts_with(kSurveyTimer)) {
    return true;
  }
  if (const auto of_visit = ParseVisitTimer(timer)) {
    return of_visit->what != VisitTimer::What::kPacket;
  }
  if (const auto of_offer = ParseOfferTimer(timer)) {
    return of_offer->what != OfferTimer::What::kLapse;
  }
  const auto of_cycle = ParseTimer(timer);
  if (!of_cycle) return false;
  return of_cycle->what != CycleTimer::What::kStart && of_cycle->what != CycleTimer::What::kLapse;
}

// What a cycle's end, or that of a phase, clears is cleared before it.
void CyclesRedecider::DecideAgain(const google::protobuf::Message& fact,
                                  decider::Turn& turn) const {
  const auto over = [&](const v1::Cycle& recorded) {
    const v1::Cycle* cycle = Find(recorded.district(), recorded.school(), recorded.cycle(), turn);
    if (cycle != nullptr) ClearAll(v1::Cycle(*cycle), turn);
  };
  if (const auto* closed = To<v1::CycleClosed>(fact)) over(closed->cycle());
  if (const auto* cancelled = To<v1::CycleCancelled>(fact)) over(cancelled->cycle());
  const auto next_phase = [&](const auto& recorded) {
    const v1::Cycle* cycle = Find(recorded.district(), recorded.school(), recorded.cycle(), turn);
    if (cycle != nullptr) Clear(ConditionOf(*cycle, common::v1::TRIGGER_OVERDUE), turn);
  };
  if (const auto* started = To<v1::PhaseStarted>(fact)) next_phase(*started);
  if (const auto* reopened = To<v1::PhaseReopened>(fact)) {
    const bool was_closed = reopened->before() == v1::CYCLE_STATE_CLOSED;
    was_closed ? over(reopened->cycle()) : next_phase(reopened->cycle());
  }
  if (const auto* answered = To<v1::ReviewAnswered>(fact)) {
    if (!answered->review().plan().empty()) ClearOverdue(answered->review(), turn);
  }
  if (const auto* debriefed = To<v1::VisitDebriefed>(fact)) ClearAll(debriefed->visit(), turn);
  if (const auto* cancelled = To<v1::VisitCancelled>(fact)) ClearAll(cancelled->visit(), turn);
  if (const auto* noted = To<v1::PracticeNoted>(fact)) {
    const bool is_merged = noted->practice().state() == v1::PRACTICE_STATE_MERGED;
    if (is_merged) TellOfNoMore(noted->practice(), turn);
  }
  if (const auto* answered = To<v1::CommitmentAnswered>(fact)) {
    for (const v1::Commitment& one : answered->visit().commitments()) {
      if (one.commitment() == answered->commitment()) {
        Clear(ConditionOf(answered->visit(), one), turn);
      }
    }
  }
  const auto no_longer_open = [&](const auto* changed) {
    if (changed != nullptr) Clear(OverdueOf(changed->offer()), turn);
  };
  no_longer_open(To<v1::OfferAnswered>(fact));
  no_longer_open(To<v1::OfferLapsed>(fact));
  no_longer_open(To<v1::OfferAdopted>(fact));
  no_longer_open(To<v1::OfferReturned>(fact));
  if (const auto* noted = To<plans::v1::DistrictNoted>(fact)) {
    return district::NoteAgain(*noted, change_, turn);
  }
  turn.Emit(fact, "");
  if (const auto* changed = To<v1::AdoptionChanged>(fact)) {
    if (!IsInUse(changed->adoption())) TellNoMore(changed->adoption(), turn);
  }
  if (const auto* opened = To<v1::OfferOpened>(fact)) TellOffered(*opened, turn);
  if (const auto* drawn = To<v1::PlaceDrawn>(fact)) TellPlace(drawn->place(), turn);
  if (const auto* answered = To<v1::OfferAnswered>(fact)) {
    const bool declined = answered->offer().state() == v1::OFFER_STATE_DECLINED;
    if (declined) TellDeclined(answered->offer(), turn);
  }
  if (const auto* noted = To<plans::v1::CoherenceFallNoted>(fact)) OpenReviewOf(*noted, turn);
  if (const auto* noted = To<plans::v1::SurveyEndNoted>(fact)) TellSurveyEnd(*noted, turn);
}

void CyclesRedecider::BeginAnew(std::string_view district, decider::Turn& turn) const {
  district::NoteAgain(district, change_, turn);
}

}  // namespace throughline::cycles
