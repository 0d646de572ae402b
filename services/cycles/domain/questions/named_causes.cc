#include "cycles/domain/questions/named_causes.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "core/folded_text.h"
#include "core/statistics/suppression.h"
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
using SharedByName = std::map<std::string, Shared>;

void Add(const v1::NamedCausesRow& row, Shared& shared) {
  shared.cause.set_teams(shared.cause.teams() + 1);
  shared.schools.insert(row.school());
  for (const std::string& indicator : row.indicators()) {
    shared.indicators.insert(indicator);
    shared.counted.insert(JoinKey(row.school(), row.team(), indicator));
  }
}

void AddProblem(const v1::NamedCausesRow& row, SharedByName& problems) {
  if (row.problem().empty() && row.problem_of_practice().empty()) return;
  Shared& shared =
      problems[row.problem().empty() ? JoinKey("text", core::Folded(row.problem_of_practice()))
                                     : JoinKey("id", row.problem())];
  if (shared.cause.teams() == 0) {
    shared.cause.set_problem(row.problem());
    shared.cause.set_statement(row.problem_of_practice());
  }
  Add(row, shared);
}

void AddChallenge(const v1::NamedCausesRow& row, SharedByName& challenges) {
  if (row.challenge().empty()) return;
  Shared& shared = challenges[core::Folded(row.challenge())];
  if (shared.cause.teams() == 0) {
    shared.cause.set_statement(row.challenge());
    shared.cause.set_challenge_source(row.challenge_source());
  }
  Add(row, shared);
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
void Fill(const SharedByName& shared, const StrugglingByTeam& struggling, int64_t smallest,
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

void NoteCauses(const v1::ArtefactsRecorded& recorded, decider::State& state) {
  if (!recorded.artefacts().has_analysis()) return;
  const std::string key = JoinKey(recorded.district(), recorded.school(), recorded.team());
  const auto* known = state.Find(kNamedCauses, key);
  if (known != nullptr && known->cycle() > recorded.cycle()) return;
  const v1::Analysis& analysis = recorded.artefacts().analysis();
  v1::NamedCausesRow& row = state.Edit(kNamedCauses, key);
  row.set_school(recorded.school());
  row.set_team(recorded.team());
  row.set_cycle(recorded.cycle());
  row.set_problem(analysis.problem());
  row.set_problem_of_practice(analysis.problem_of_practice());
  row.set_challenge(analysis.challenge());
  row.set_challenge_source(analysis.challenge_source());
  row.clear_indicators();
  for (const auto& one : recorded.indicators()) row.add_indicators(one.indicator());
}

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
}

v1::NamedCauses CausesOf(const std::vector<v1::NamedCausesRow>& named,
                         const StrugglingByTeam& struggling, int64_t smallest) {
  SharedByName problems, challenges;
  for (const v1::NamedCausesRow& row : named) {
    AddProblem(row, problems);
    AddChallenge(row, challenges);
  }
  v1::NamedCauses causes;
  Fill(problems, struggling, smallest, *causes.mutable_problems());
  Fill(challenges, struggling, smallest, *causes.mutable_challenges());
  causes.set_teams_that_named(static_cast<int32_t>(named.size()));
  return causes;
}

}  // namespace throughline::cycles
