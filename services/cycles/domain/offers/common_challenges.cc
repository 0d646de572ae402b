#include "cycles/domain/offers/common_challenges.h"

#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "cycles/domain/offers/offer_making.h"
#include "cycles/domain/offers/sameness.h"
#include "cycles/domain/offers/team_challenge.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

std::string ChallengeKey(const v1::CommonChallenge& challenge) {
  return JoinKey(challenge.district(), challenge.challenge());
}

// The team said what it works on: whether the challenge is shared now, when that is news, and what
// follows from it.
void Follow(v1::CommonChallenge challenge, const v1::TeamChallenge& team, decider::Turn& turn) {
  const bool was_shared = challenge.shared_since_ms() != 0;
  if (!IsShared(challenge)) {
    if (!was_shared) return;
    challenge.set_shared_since_ms(0);
    v1::CommonChallengeEnded ended;
    *ended.mutable_challenge() = std::move(challenge);
    return turn.Emit(ended, ended.challenge().district());
  }
  if (was_shared) return OfferToNewcomer(challenge, team, turn);
  challenge.set_shared_since_ms(core::ToMillis(turn.now()));
  v1::CommonChallengeFound found;
  *found.mutable_challenge() = challenge;
  turn.Emit(found, challenge.district());
  MakeOffers(challenge, turn);
}

}  // namespace

void Decide(const v1::ChallengeReported& reported, decider::Turn& turn) {
  const v1::TeamChallenge& team = reported.challenge();
  const auto* known = turn.state().Find(kNotedChallenges, TeamChallengeKey(team));
  using google::protobuf::util::MessageDifferencer;
  if (known != nullptr && MessageDifferencer::Equals(*known, team)) return;
  if (known == nullptr && team.cycle().empty()) return;
  std::set<std::string> moved;
  for (const auto& one : ChallengesOf(team)) moved.insert(ChallengeKey(one));
  if (known != nullptr) {
    for (const auto& one : ChallengesOf(*known)) moved.insert(ChallengeKey(one));
  }
  v1::ChallengeNoted noted;
  *noted.mutable_challenge() = team;
  turn.Emit(noted, team.district());
  for (const std::string& key : moved) {
    const auto* challenge = turn.state().Find(kChallenges, key);
    if (challenge != nullptr) Follow(*challenge, team, turn);
  }
}

void Apply(const v1::ChallengeNoted& noted, decider::State& state) {
  const v1::TeamChallenge& team = noted.challenge();
  if (const auto* known = state.Find(kNotedChallenges, TeamChallengeKey(team))) {
    for (const auto& one : ChallengesOf(v1::TeamChallenge(*known))) {
      v1::CommonChallenge& challenge = state.Edit(kChallenges, ChallengeKey(one));
      Leave(team, challenge);
      if (challenge.teams().empty()) state.Erase(kChallenges, ChallengeKey(one));
    }
  }
  for (const auto& one : ChallengesOf(team)) Join(one, state.Edit(kChallenges, ChallengeKey(one)));
  if (team.cycle().empty()) return state.Erase(kNotedChallenges, TeamChallengeKey(team));
  state.Edit(kNotedChallenges, TeamChallengeKey(team)) = team;
}

void Apply(const v1::CommonChallengeFound& found, decider::State& state) {
  state.Edit(kChallenges, ChallengeKey(found.challenge())) = found.challenge();
}

void Apply(const v1::CommonChallengeEnded& ended, decider::State& state) {
  state.Edit(kChallenges, ChallengeKey(ended.challenge())) = ended.challenge();
}

}  // namespace throughline::cycles
