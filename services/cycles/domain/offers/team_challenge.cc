#include "cycles/domain/offers/team_challenge.h"

#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

void Report(const v1::TeamChallenge& challenge, decider::Turn& turn) {
  v1::ChallengeReported reported;
  *reported.mutable_challenge() = challenge;
  turn.Emit(reported, core::Key{challenge.district(), challenge.school()}.Text(),
            decider::Delivery::ToKey(challenge.district()));
}

}  // namespace

std::string TeamChallengeKey(const v1::TeamChallenge& challenge) {
  return JoinKey(challenge.district(), challenge.school(), challenge.team());
}

void ReportChallenge(const v1::Cycle& cycle, decider::Turn& turn) {
  const v1::Analysis& analysis = cycle.artefacts().analysis();
  v1::TeamChallenge challenge;
  challenge.set_district(cycle.district());
  challenge.set_school(cycle.school());
  challenge.set_team(cycle.team());
  challenge.set_cycle(cycle.cycle());
  challenge.set_problem(analysis.problem());
  challenge.set_problem_of_practice(analysis.problem_of_practice());
  challenge.set_challenge_id(analysis.challenge_id());
  challenge.set_challenge(analysis.challenge());
  challenge.set_challenge_source(analysis.challenge_source());
  std::set<std::string> indicators;
  for (const v1::CycleIndicator& one : cycle.indicators()) indicators.insert(one.indicator());
  challenge.mutable_indicators()->Assign(indicators.begin(), indicators.end());
  const auto* known = turn.state().Find(kTeamChallenges, TeamChallengeKey(challenge));
  using google::protobuf::util::MessageDifferencer;
  if (known != nullptr && MessageDifferencer::Equals(*known, challenge)) return;
  Report(challenge, turn);
}

void WithdrawChallenge(const std::string& district, const std::string& school,
                       const std::string& team, decider::Turn& turn) {
  v1::TeamChallenge nothing;
  nothing.set_district(district);
  nothing.set_school(school);
  nothing.set_team(team);
  if (turn.state().Find(kTeamChallenges, TeamChallengeKey(nothing)) != nullptr)
    Report(nothing, turn);
}

void Apply(const v1::ChallengeReported& reported, decider::State& state) {
  const v1::TeamChallenge& challenge = reported.challenge();
  if (challenge.cycle().empty()) return state.Erase(kTeamChallenges, TeamChallengeKey(challenge));
  state.Edit(kTeamChallenges, TeamChallengeKey(challenge)) = challenge;
}

}  // namespace throughline::cycles
