#include "cycles/domain/offers/offer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "cycles/domain/conditions.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/limits.h"
#include "cycles/domain/offers/errors.h"
#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/schedule.h"
#include "disclosure/numbers_in_words.h"

namespace throughline::cycles {

namespace {

// Of a district that is older than the policy's fields.
constexpr int kOfferDays = 10;
constexpr int kLapseDays = 15;

// The days on which it is due and lapses, from the day after today.
void SetDays(v1::Offer& offer, const decider::Turn& turn) {
  const std::string& district = offer.district();
  const auto& policy = district::PolicyOf(turn.state(), district);
  const auto calendar = district::CalendarOf(turn.state(), district, offer.school());
  const core::Date tomorrow = district::TodayOf(district, turn) + std::chrono::days{1};
  const int days = policy.has_offer_days() ? policy.offer_days() : kOfferDays;
  const int lapse = policy.has_offer_lapse_days() ? policy.offer_lapse_days() : kLapseDays;
  offer.set_due(core::FormatDate(calendar.Add(tomorrow, days - 1)));
  offer.set_lapses(core::FormatDate(calendar.Add(tomorrow, std::max(days, lapse) - 1)));
}

bool IsTeamActive(const v1::Offer& offer, const decider::State& state) {
  const auto* team =
      state.Find(district::kTeams, JoinKey(offer.district(), offer.school(), offer.team()));
  return team != nullptr && team->active();
}

// As it is called now.
std::string KnownThing(const v1::Offer& offer, const decider::State& state) {
  const std::string thing = ThingOf(offer);
  if (!offer.has_practice()) return thing;
  return Canonical(state, kKnownLibrary, offer.district(), thing);
}

// Whether the team uses the practice, has it on offer or took it up, or answered the same for the
// same challenge.
bool IsNoNews(const v1::Offer& offer, const decider::State& state) {
  const std::string thing = KnownThing(offer, state);
  const auto* last = LastOfferOf(offer.district(), thing, offer.school(), offer.team(), state);
  if (last != nullptr &&
      (last->state() == v1::OFFER_STATE_OPEN || last->state() == v1::OFFER_STATE_TAKEN_UP ||
       last->challenge() == offer.challenge())) {
    return true;
  }
  if (!offer.has_practice()) return false;
  const auto* adoption =
      state.Find(kAdoptions, JoinKey(offer.district(), offer.school(), offer.team(), thing));
  return adoption != nullptr && IsInUse(*adoption);
}

template <class Event>
void Emit(v1::Offer offer, decider::Turn& turn) {
  Clear(OverdueOf(offer), turn);
  offer.set_version(offer.version() + 1);
  Event event;
  *event.mutable_offer() = std::move(offer);
  turn.Emit(event, SubjectOf(event.offer()));
}

void Lapse(v1::Offer offer, decider::Turn& turn) {
  if (offer.state() != v1::OFFER_STATE_OPEN) return;
  offer.set_state(v1::OFFER_STATE_LAPSED);
  Emit<v1::OfferLapsed>(std::move(offer), turn);
}

bool IsRetired(const v1::Offer& offer, const decider::State& state) {
  if (!offer.has_practice()) return false;
  const auto* practice =
      FindPractice(state, kKnownLibrary, offer.district(), KnownThing(offer, state));
  return practice != nullptr && practice->state() == v1::PRACTICE_STATE_RETIRED;
}

// Whether it can still be answered.
bool IsAnswerable(const v1::Offer& offer, const decider::Turn& turn) {
  const core::Date today = district::TodayOf(offer.district(), turn);
  return today <= DateOf(offer.lapses()) && IsTeamActive(offer, turn.state()) &&
         !IsRetired(offer, turn.state());
}

// The design names it no longer.
void Return(v1::Offer offer, decider::Turn& turn) {
  offer.clear_adopted_in();
  if (!offer.taken_up_by_design()) return Emit<v1::OfferReturned>(std::move(offer), turn);
  offer.set_state(v1::OFFER_STATE_OPEN);
  offer.clear_answered_at_ms();
  offer.clear_taken_up_by_design();
  if (!IsAnswerable(offer, turn)) return Lapse(std::move(offer), turn);
  Emit<v1::OfferReturned>(std::move(offer), turn);
}

v1::OfferState StateAfter(v1::OfferAnswer answer) {
  return answer == v1::OFFER_ANSWER_TAKE_UP ? v1::OFFER_STATE_TAKEN_UP : v1::OFFER_STATE_DECLINED;
}

std::optional<core::Error> Check(const v1::AnswerOfferRequest& request, const v1::Offer& offer) {
  const bool declines = request.answer() == v1::OFFER_ANSWER_DECLINE;
  if (request.expected_version() != 0 && request.expected_version() != offer.version()) {
    return VersionStale("expected_version", request.expected_version(), offer.version());
  }
  if (request.answer() == v1::OFFER_ANSWER_UNSPECIFIED) return OfferAnswerMissing();
  if (declines && request.reason().empty()) return DeclineReasonMissing();
  if (request.reason().size() > kReasonBytes) return TextTooLong("reason", kReasonBytes);
  if (offer.state() == v1::OFFER_STATE_LAPSED) return OfferLapsed(offer.offer(), offer.lapses());
  const bool is_same = offer.state() == StateAfter(request.answer()) &&
                       (!declines || offer.reason() == request.reason());
  if (offer.state() != v1::OFFER_STATE_OPEN && !is_same) {
    return OfferAnswered(offer.offer(), offer.state());
  }
  return std::nullopt;
}

// "The practice "Think, pair, share"", "Team grade-4 of school north".
std::string Named(const v1::Offer& offer) {
  if (offer.has_practice()) return fmt::format("The practice \"{}\"", offer.practice().name());
  return fmt::format("To learn from team {} of school {}", offer.from().team(),
                     offer.from().school());
}

// The practices of the design, and the teams that it says they came from, as offers know them.
std::set<std::string> ThingsIn(const v1::Cycle& cycle, const decider::State& state) {
  std::set<std::string> things;
  const v1::Design& design = cycle.artefacts().design();
  for (const std::string& text : design.practices()) {
    things.insert(PracticeNamed(state, kKnownLibrary, cycle.district(), text));
  }
  for (const v1::PracticeSource& source : design.practice_sources()) {
    const bool same_school = source.from_school().empty();
    things.insert(ThingOf(same_school ? cycle.school() : source.from_school(), source.from_team()));
  }
  return things;
}

// Gives back what the cycle took up, but for the things that are `kept`.
void ReturnBut(const std::set<std::string>& kept, const v1::Cycle& cycle, decider::Turn& turn) {
  std::vector<v1::Offer> offers;
  turn.state().ForEach(kOffers, JoinKey(cycle.district(), cycle.school(), cycle.team(), ""),
                       [&](const std::string&, const v1::Offer& one) {
                         if (one.adopted_in() != cycle.cycle()) return;
                         if (!kept.contains(KnownThing(one, turn.state()))) offers.push_back(one);
                       });
  for (v1::Offer& offer : offers) Return(std::move(offer), turn);
}

}  // namespace

void Decide(const v1::OfferMade& made, decider::Turn& turn) {
  v1::OfferOpened opened;
  v1::Offer& offer = *opened.mutable_offer() = made.offer();
  if (turn.state().Find(kOffers, KeyOf(offer)) != nullptr) return;
  if (!IsTeamActive(offer, turn.state()) || IsNoNews(offer, turn.state())) return;
  SetDays(offer, turn);
  offer.set_state(v1::OFFER_STATE_OPEN);
  offer.set_opened_at_ms(core::ToMillis(turn.now()));
  offer.set_version(1);
  if (made.has_practice()) *opened.mutable_practice() = made.practice();
  turn.Emit(opened, SubjectOf(offer));
  TellOffered(opened, turn);
}

void Decide(const v1::AnswerOfferRequest& request, decider::Turn& turn) {
  if (request.school().empty()) return turn.Refuse(SchoolUnknown(""));
  const auto* found = turn.state().Find(
      kOffers, JoinKey(request.district(), request.school(), request.team(), request.offer()));
  if (found == nullptr) return turn.Refuse(OfferUnknown(request.offer()));
  v1::Offer offer = *found;
  if (auto error = Check(request, offer)) return turn.Refuse(*error);
  const std::string key = KeyOf(offer);
  if (offer.state() == v1::OFFER_STATE_OPEN) {
    offer.set_state(StateAfter(request.answer()));
    offer.set_answered_at_ms(core::ToMillis(turn.now()));
    const bool declined = offer.state() == v1::OFFER_STATE_DECLINED;
    if (declined) offer.set_reason(request.reason());
    Emit<v1::OfferAnswered>(offer, turn);
    if (declined) TellDeclined(offer, turn);
  }
  v1::AnswerOfferResponse response;
  *response.mutable_offer() = *turn.state().Find(kOffers, key);
  turn.Answer(response);
}

void DecideTimer(const OfferTimer& timer, decider::Turn& turn) {
  const auto* found = turn.state().Find(kOffers, timer.key);
  if (found == nullptr || found->state() != v1::OFFER_STATE_OPEN) return;
  const v1::Offer offer = *found;
  if (timer.what == OfferTimer::What::kLapse) return Lapse(offer, turn);
  v1::Condition overdue = OverdueOf(offer);
  if (timer.what == OfferTimer::What::kEscalate) overdue.set_severity(v1::SEVERITY_CRITICAL);
  overdue.set_reason(fmt::format("{} was offered, to be answered by {}.", Named(offer),
                                 disclosure::DayInWords(offer.due())));
  Raise(overdue, turn);
}

void TakeUpOffers(const v1::Cycle& cycle, decider::Turn& turn) {
  for (const std::string& thing : ThingsIn(cycle, turn.state())) {
    const auto* found =
        LastOfferOf(cycle.district(), thing, cycle.school(), cycle.team(), turn.state());
    if (found == nullptr || !found->adopted_in().empty()) continue;
    v1::Offer offer = *found;
    if (offer.state() == v1::OFFER_STATE_OPEN) {
      offer.set_state(v1::OFFER_STATE_TAKEN_UP);
      offer.set_answered_at_ms(core::ToMillis(turn.now()));
      offer.set_taken_up_by_design(true);
    }
    if (offer.state() != v1::OFFER_STATE_TAKEN_UP) continue;
    offer.set_adopted_in(cycle.cycle());
    Emit<v1::OfferAdopted>(std::move(offer), turn);
  }
}

void ReturnOffers(const v1::Cycle& cycle, decider::Turn& turn) { ReturnBut({}, cycle, turn); }

void ReturnUnnamedOffers(const v1::Cycle& cycle, decider::Turn& turn) {
  ReturnBut(ThingsIn(cycle, turn.state()), cycle, turn);
}

void LapseOffersTo(const std::string& district, const std::string& school, const std::string& team,
                   decider::Turn& turn) {
  std::vector<v1::Offer> offers;
  turn.state().ForEach(kOffers, JoinKey(district, school, team, ""),
                       [&](const std::string&, const v1::Offer& one) { offers.push_back(one); });
  for (v1::Offer& offer : offers) Lapse(std::move(offer), turn);
}

void LapseOffersOf(const v1::PracticeStandingChanged& changed, decider::Turn& turn) {
  const v1::PracticeFinding& practice = changed.practice();
  if (practice.assessment().standing() != v1::PRACTICE_STANDING_RETIRED) return;
  for (v1::Offer& offer : OffersOf(changed.district(), practice.practice(), turn.state())) {
    Lapse(std::move(offer), turn);
  }
}

void Apply(const v1::OfferOpened& opened, decider::State& state) {
  Put(opened.offer(), state);
  SetOfferTimers(opened.offer(), state);
}

void Apply(const v1::OfferAnswered& answered, decider::State& state) {
  Put(answered.offer(), state);
  ClearOfferTimers(answered.offer(), state);
}

void Apply(const v1::OfferLapsed& lapsed, decider::State& state) {
  Put(lapsed.offer(), state);
  ClearOfferTimers(lapsed.offer(), state);
}

void Apply(const v1::OfferAdopted& adopted, decider::State& state) {
  Put(adopted.offer(), state);
  ClearOfferTimers(adopted.offer(), state);
}

void Apply(const v1::OfferReturned& returned, decider::State& state) {
  Put(returned.offer(), state);
  if (returned.offer().state() == v1::OFFER_STATE_OPEN) SetOfferTimers(returned.offer(), state);
}

}  // namespace throughline::cycles
