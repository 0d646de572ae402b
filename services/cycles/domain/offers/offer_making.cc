#include "cycles/domain/offers/offer_making.h"

#include <algorithm>
#include <vector>

#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/practices/told_teams.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

// More teams than these are too many to learn from; they are in the list of the challenge.
constexpr int kTeamsAtMost = 5;

using Sharing = v1::CommonChallenge::Sharing;

struct Offered {
  v1::Practice practice;
  v1::PracticeFinding finding;
};

std::string MadeKey(const v1::Offer& offer) {
  return JoinKey(offer.district(), offer.challenge(), offer.school(), offer.team());
}

v1::Offer OfferTo(const Sharing& team, const v1::CommonChallenge& challenge) {
  v1::Offer offer;
  offer.set_district(challenge.district());
  offer.set_school(team.school());
  offer.set_team(team.team());
  offer.set_challenge(challenge.challenge());
  offer.set_statement(challenge.statement());
  return offer;
}

// Unless it was made before.
void Make(v1::OfferMade made, decider::Turn& turn) {
  v1::Offer& offer = *made.mutable_offer();
  offer.set_offer(OfferIdOf(offer));
  if (const auto* row = turn.state().Find(kMadeOffers, MadeKey(offer))) {
    const auto& offers = row->offers();
    if (std::find(offers.begin(), offers.end(), offer.offer()) != offers.end()) return;
  }
  turn.Emit(made, offer.district(), decider::Delivery::ToKey(SubjectOf(offer)));
}

bool HasEnoughTeams(const v1::Offer& offer, const decider::State& state) {
  const auto* row = state.Find(kMadeOffers, MadeKey(offer));
  return row != nullptr && row->teams() >= kTeamsAtMost;
}

bool IsOf(const Sharing& one, const std::string& school, const std::string& team) {
  return one.school() == school && one.team() == team;
}

// To learn from `from`. False, and nothing, when the team has enough to learn from.
bool OfferTeam(const v1::CommonChallenge& challenge, const Sharing& to, const Sharing& from,
               decider::Turn& turn) {
  v1::OfferMade made;
  *made.mutable_offer() = OfferTo(to, challenge);
  if (HasEnoughTeams(made.offer(), turn.state())) return false;
  if (IsOf(from, to.school(), to.team())) return true;
  made.mutable_offer()->mutable_from()->set_school(from.school());
  made.mutable_offer()->mutable_from()->set_team(from.team());
  Make(std::move(made), turn);
  return true;
}

void OfferTeams(const v1::CommonChallenge& challenge, const Sharing& to, decider::Turn& turn) {
  // Those of its own school are nearest.
  for (const bool is_near : {true, false}) {
    for (const Sharing& one : challenge.teams()) {
      if ((one.school() == to.school()) != is_near) continue;
      if (!OfferTeam(challenge, to, one, turn)) return;
    }
  }
}

bool Serves(const v1::Practice& practice, const Sharing& team) {
  const auto& wanted = team.indicators();
  return std::any_of(practice.indicators().begin(), practice.indicators().end(),
                     [&](const std::string& one) {
                       return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
                     });
}

bool Uses(const Sharing& team, const v1::Practice& practice, const decider::State& state) {
  const auto* adoption = state.Find(
      kAdopters, JoinKey(practice.district(), practice.practice(), team.school(), team.team()));
  return adoption != nullptr && IsInUse(*adoption);
}

void OfferTo(const v1::CommonChallenge& challenge, const Sharing& team, const Offered& offered,
             decider::Turn& turn) {
  if (!Serves(offered.practice, team) || Uses(team, offered.practice, turn.state())) return;
  v1::OfferMade made;
  *made.mutable_offer() = OfferTo(team, challenge);
  v1::OfferedPractice& practice = *made.mutable_offer()->mutable_practice();
  practice.set_practice(offered.finding.practice());
  practice.set_name(offered.finding.name());
  practice.set_standing(offered.finding.assessment().standing());
  *made.mutable_practice() = offered.finding;
  Make(std::move(made), turn);
}

// The practice as it may be offered; nullopt unless it is promising or proven.
std::optional<Offered> OfferedOf(const v1::PracticeAssessment& known, const decider::State& state) {
  if (!IsTold(known.standing())) return std::nullopt;
  const auto* practice = FindPractice(state, kLibrary, known.district(), known.practice());
  // Until it is assessed anew it may be known as what it was before it was retired.
  if (practice == nullptr || practice->state() != v1::PRACTICE_STATE_PUBLISHED) return std::nullopt;
  Offered offered{*practice, {}};
  offered.finding.set_practice(practice->practice());
  offered.finding.set_name(practice->name());
  offered.finding.set_before(known.standing());
  *offered.finding.mutable_assessment() = known;
  return offered;
}

std::vector<Offered> OfferedIn(const std::string& district, const decider::State& state) {
  std::vector<Offered> practices;
  state.ForEach(kAssessments, JoinKey(district, ""),
                [&](const std::string&, const v1::PracticeAssessment& known) {
                  if (auto offered = OfferedOf(known, state))
                    practices.push_back(*std::move(offered));
                });
  return practices;
}

}  // namespace

void MakeOffers(const v1::CommonChallenge& challenge, decider::Turn& turn) {
  const std::vector<Offered> practices = OfferedIn(challenge.district(), turn.state());
  for (const Sharing& team : challenge.teams()) {
    OfferTeams(challenge, team, turn);
    for (const Offered& one : practices) OfferTo(challenge, team, one, turn);
  }
}

void OfferToNewcomer(const v1::CommonChallenge& challenge, const v1::TeamChallenge& newcomer,
                     decider::Turn& turn) {
  const auto& teams = challenge.teams();
  const auto own = std::find_if(teams.begin(), teams.end(), [&](const Sharing& one) {
    return IsOf(one, newcomer.school(), newcomer.team());
  });
  if (own == teams.end()) return;
  OfferTeams(challenge, *own, turn);
  for (const Offered& one : OfferedIn(challenge.district(), turn.state())) {
    OfferTo(challenge, *own, one, turn);
  }
  for (const Sharing& other : teams) OfferTeam(challenge, other, *own, turn);
}

void OfferPractice(const std::string& district, const std::string& practice, decider::Turn& turn) {
  const auto* known = turn.state().Find(kAssessments, JoinKey(district, practice));
  if (known == nullptr) return;
  const auto offered = OfferedOf(*known, turn.state());
  if (!offered) return;
  std::vector<v1::CommonChallenge> shared;
  turn.state().ForEach(kChallenges, JoinKey(district, ""),
                       [&](const std::string&, const v1::CommonChallenge& challenge) {
                         if (challenge.shared_since_ms() != 0) shared.push_back(challenge);
                       });
  for (const v1::CommonChallenge& challenge : shared) {
    for (const Sharing& team : challenge.teams()) OfferTo(challenge, team, *offered, turn);
  }
}

void Apply(const v1::OfferMade& made, decider::State& state) {
  const v1::Offer& offer = made.offer();
  v1::MadeOffersRow& row = state.Edit(kMadeOffers, MadeKey(offer));
  const auto& offers = row.offers();
  if (std::find(offers.begin(), offers.end(), offer.offer()) != offers.end()) return;
  row.add_offers(offer.offer());
  if (offer.has_from()) row.set_teams(row.teams() + 1);
}

}  // namespace throughline::cycles
