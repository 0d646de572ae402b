#include "cycles/domain/offers/sameness.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "core/folded_text.h"
#include "core/ids.h"

namespace throughline::cycles {

namespace {

v1::CommonChallenge Alone(const v1::TeamChallenge& team, std::string id,
                          const std::string& statement) {
  v1::CommonChallenge challenge;
  challenge.set_district(team.district());
  challenge.set_challenge(std::move(id));
  challenge.set_statement(statement);
  v1::CommonChallenge::Sharing& sharing = *challenge.add_teams();
  sharing.set_school(team.school());
  sharing.set_team(team.team());
  sharing.set_cycle(team.cycle());
  *sharing.mutable_indicators() = team.indicators();
  return challenge;
}

bool IsBefore(const v1::CommonChallenge::Sharing& a, const v1::CommonChallenge::Sharing& b) {
  return std::tie(a.school(), a.team()) < std::tie(b.school(), b.team());
}

}  // namespace

std::vector<v1::CommonChallenge> ChallengesOf(const v1::TeamChallenge& team) {
  std::vector<v1::CommonChallenge> challenges;
  if (!team.problem().empty()) {
    const std::string id = core::DerivedId({"problem", team.school(), team.problem()});
    v1::CommonChallenge& problem =
        challenges.emplace_back(Alone(team, id, team.problem_of_practice()));
    problem.set_school(team.school());
    problem.set_problem(team.problem());
  }
  if (!team.challenge_id().empty()) {
    const std::string id = core::DerivedId({"challenge_id", team.challenge_id()});
    challenges.emplace_back(Alone(team, id, team.challenge()))
        .set_challenge_id(team.challenge_id());
    return challenges;
  }
  const std::string words = core::Folded(team.challenge());
  if (words.empty()) return challenges;
  for (const std::string& indicator : team.indicators()) {
    const std::string id = core::DerivedId({"challenge", words, indicator});
    v1::CommonChallenge& challenge = challenges.emplace_back(Alone(team, id, team.challenge()));
    challenge.mutable_teams(0)->clear_indicators();
    challenge.mutable_teams(0)->add_indicators(indicator);
  }
  return challenges;
}

bool IsShared(const v1::CommonChallenge& challenge) {
  if (!challenge.school().empty()) return challenge.teams_size() > 1;
  std::set<std::string> schools;
  for (const auto& one : challenge.teams()) schools.insert(one.school());
  return schools.size() > 1;
}

void Join(const v1::CommonChallenge& other, v1::CommonChallenge& challenge) {
  const int64_t since = challenge.shared_since_ms();
  const auto before = challenge.teams();
  challenge = other;
  challenge.set_shared_since_ms(since);
  challenge.mutable_teams()->MergeFrom(before);
  std::sort(challenge.mutable_teams()->begin(), challenge.mutable_teams()->end(), IsBefore);
}

void Leave(const v1::TeamChallenge& team, v1::CommonChallenge& challenge) {
  auto& teams = *challenge.mutable_teams();
  const auto is_it = [&](const v1::CommonChallenge::Sharing& one) {
    return one.school() == team.school() && one.team() == team.team();
  };
  teams.erase(std::remove_if(teams.begin(), teams.end(), is_it), teams.end());
}

}  // namespace throughline::cycles
