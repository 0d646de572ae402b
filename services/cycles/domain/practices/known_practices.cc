#include "cycles/domain/practices/known_practices.h"

#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/told_teams.h"

namespace throughline::cycles {

namespace {

// Whether something may have been recorded under another id: a new draft that came from a name has
// none.
bool HasOtherIds(const v1::Practice& practice) {
  return practice.version() > 1 || practice.practice() != PracticeIdOf(practice.name());
}

}  // namespace

void Decide(const v1::PracticeChanged& changed, decider::Turn& turn) {
  const v1::Practice& practice = changed.practice();
  const auto* known =
      FindPractice(turn.state(), kKnownLibrary, practice.district(), practice.practice());
  if (known != nullptr && known->version() >= practice.version()) return;
  if (practice.state() == v1::PRACTICE_STATE_MERGED) TellOfNoMore(practice, turn);
  v1::PracticeNoted noted;
  *noted.mutable_practice() = practice;
  turn.Emit(noted, practice.district());
}

void Apply(const v1::PracticeNoted& noted, decider::State& state) {
  const bool leads_elsewhere = Store(noted.practice(), kKnownLibrary, state);
  if (leads_elsewhere && HasOtherIds(noted.practice()))
    MoveAdoptions(noted.practice().district(), state);
  if (noted.practice().state() == v1::PRACTICE_STATE_MERGED) MoveOffers(noted.practice(), state);
}

}  // namespace throughline::cycles
