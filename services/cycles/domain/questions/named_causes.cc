#include "cycles/domain/questions/named_causes.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "core/statistics/suppression.h"
#include "cycles/domain/offers/sameness.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

constexpr int kCausesAtMost = 20;

// Teams that named one cause.
struct Shared {
  v1::NamedCause cause;
  std::set<std::string> schools, indicators;
  std::set<std::string> counted;  // keys of StrugglingByTeam
};
using SharedById = std::map<std::string, Shared>;

void Add(const v1::CommonChallenge& cause, v1::ChallengeSource source, SharedById& causes) {
  Shared& shared = causes[cause.challenge()];
  if (shared.cause.teams() == 0) {
    shared.cause.set_problem(cause.problem());
    shared.cause.set_school(cause.school());
    shared.cause.set_statement(cause.statement());
    shared.cause.set_challenge_source(source);
  }
  const v1::CommonChallenge::Sharing& team = cause.teams(0);
  shared.cause.set_teams(shared.cause.teams() + 1);
  shared.schools.insert(team.school());
  for (const std::string& indicator : team.indicators()) {
    shared.indicators.insert(indicator);
    shared.counted.insert(JoinKey(team.school(), team.team(), indicator));
  }
}

// The problem of a team that is of no plan; nullopt when it names one of a plan, or none.
std::optional<v1::CommonChallenge> OwnProblem(const v1::TeamChallenge& team) {
  if (!team.problem().empty() || team.problem_of_practice().empty()) return std::nullopt;
  v1::CommonChallenge own;
  own.set_challenge(JoinKey(team.school(), team.team()));
  own.set_school(team.school());
  own.set_statement(team.problem_of_practice());
  v1::CommonChallenge::Sharing& sharing = *own.add_teams();
  sharing.set_school(team.school());
  sharing.set_team(team.team());
  *sharing.mutable_indicators() = team.indicators();
  return own;
}

void SetStruggling(const Shared& shared, const StrugglingByTeam& struggling, int64_t smallest,
                   v1::NamedCause& cause) {
  const int64_t all =
      std::accumulate(struggling.begin(), struggling.end(), int64_t{0},
                      [](int64_t sum, const auto& one) { return sum + one.second; });
  int64_t covered = 0;
  bool any = false;
  for (const std::string& key : shared.counted) {
    const auto found = struggling.find(key);
    if (found == struggling.end()) continue;
    any = true;
    covered += found->second;
  }
  if (!any) return;
  if (!core::MayShowPart(covered, all, smallest)) return cause.set_suppressed(true);
  cause.set_struggling_at_least(static_cast<int32_t>(covered / smallest * smallest));
}

template <class Causes>
void Fill(const SharedById& shared, const StrugglingByTeam& struggling, int64_t smallest,
          Causes& causes) {
  std::vector<v1::NamedCause> all;
  for (const auto& [name, one] : shared) {
    v1::NamedCause& cause = all.emplace_back(one.cause);
    cause.set_schools(static_cast<int32_t>(one.schools.size()));
    cause.mutable_indicators()->Assign(one.indicators.begin(), one.indicators.end());
    SetStruggling(one, struggling, smallest, cause);
  }
  std::stable_sort(all.begin(), all.end(), [](const v1::NamedCause& a, const v1::NamedCause& b) {
    return std::tuple(a.teams(), a.struggling_at_least()) >
           std::tuple(b.teams(), b.struggling_at_least());
  });
  if (all.size() > kCausesAtMost) all.resize(kCausesAtMost);
  causes.Assign(all.begin(), all.end());
}

}  // namespace

void NoteLatestStudents(const v1::CycleEvidenceTaken& taken, decider::State& state) {
  const auto* cycle = state.Find(kCycles, JoinKey(taken.district(), taken.school(), taken.cycle()));
  if (cycle == nullptr || !taken.has_team_students()) return;
  const std::string key =
      JoinKey(taken.district(), taken.school(), cycle->team(), taken.indicator());
  const auto* known = state.Find(kLatestStudents, key);
  if (known != nullptr && known->cycle() > taken.cycle()) return;
  v1::LatestStudentsRow& row = state.Edit(kLatestStudents, key);
  row.set_cycle(taken.cycle());
  *row.mutable_of() = taken.team_students();
  row.set_as_of_ms(taken.evidence().shown().as_of_ms());
}

v1::NamedCauses CausesOf(const std::vector<v1::TeamChallenge>& teams,
                         const StrugglingByTeam& struggling, int64_t smallest) {
  SharedById problems, challenges;
  for (const v1::TeamChallenge& team : teams) {
    if (const auto own = OwnProblem(team)) Add(*own, v1::CHALLENGE_SOURCE_UNSPECIFIED, problems);
    for (const v1::CommonChallenge& one : ChallengesOf(team)) {
      if (one.problem().empty()) {
        Add(one, team.challenge_source(), challenges);
      } else {
        Add(one, v1::CHALLENGE_SOURCE_UNSPECIFIED, problems);
      }
    }
  }
  v1::NamedCauses causes;
  Fill(problems, struggling, smallest, *causes.mutable_problems());
  Fill(challenges, struggling, smallest, *causes.mutable_challenges());
  causes.set_teams_that_named(static_cast<int32_t>(teams.size()));
  return causes;
}

}  // namespace throughline::cycles
