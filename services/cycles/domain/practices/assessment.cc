#include "cycles/domain/practices/assessment.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/statistics/net_effect.h"
#include "core/statistics/pooling.h"
#include "cycles/domain/practices/in_use.h"
#include "disclosure/rounding.h"

namespace throughline::cycles {

namespace {

constexpr int32_t kPromisingTeams = 3;
constexpr int32_t kProvenTeams = 5;
constexpr int32_t kProvenSchools = 2;
constexpr int32_t kProvenStudents = 350;
constexpr double kProvenEffect = 0.2;
constexpr double kLikeBaselines = 0.25;

// An effect and its interval as they may be said of so many students.
common::v1::CycleEvidence SaidOf(double effect, std::optional<double> low,
                                 std::optional<double> high, int64_t students, int64_t smallest) {
  common::v1::CycleEvidence said;
  said.set_matched(static_cast<int32_t>(students));
  said.set_effect(effect);
  said.set_effect_low(low.value_or(effect));
  said.set_effect_high(high.value_or(effect));
  disclosure::Round(said, 0, 0, smallest);
  return said;
}

// The indicators of one cycle, taken together.
struct CycleStudy {
  int indicators = 0;
  double effects = 0;               // sum
  double standard_errors = 0;       // sum
  double baseline_differences = 0;  // sum
  int64_t students = 0;             // of the indicator that has most
  bool harms = false;
  bool by_lot = false;
  std::string school, team;

  core::StudyEffect Effect() const {
    const double error = standard_errors / indicators;
    return {effects / indicators, error * error};
  }
};
using CycleStudies = std::map<std::string, CycleStudy>;

CycleStudies StudiesOf(const std::vector<Studied>& studied) {
  CycleStudies studies;
  for (const Studied& one : studied) {
    if (!one.net || one.net->variance <= 0) continue;
    CycleStudy& study = studies[one.outcome.cycle()];
    ++study.indicators;
    study.effects += one.net->d;
    study.standard_errors += std::sqrt(one.net->variance);
    study.baseline_differences += one.baseline_difference;
    study.students = std::max(study.students, one.outcome.sums().n());
    study.harms = study.harms || one.net->high < 0;
    study.by_lot = one.by_lot;
    study.school = one.outcome.school();
    study.team = one.outcome.team();
  }
  return studies;
}

// Exact; what is shown of it is rounded.
struct Pooled {
  core::PooledEffect effect;
  int32_t teams = 0, schools = 0, students = 0;
  double baseline_difference = 0;
  bool harms = false;
  double low = 0;  // of one cycle, the end of its own interval
};

std::optional<Pooled> PoolOf(const CycleStudies& studies) {
  std::vector<core::StudyEffect> effects;
  std::map<std::pair<std::string, std::string>, int64_t> by_team;
  std::set<std::string> schools;
  Pooled pooled;
  double weights = 0;
  for (const auto& [cycle, study] : studies) {
    effects.push_back(study.Effect());
    int64_t& most = by_team[{study.school, study.team}];
    most = std::max(most, study.students);
    schools.insert(study.school);
    const auto weight = static_cast<double>(study.students);
    pooled.baseline_difference += weight * study.baseline_differences / study.indicators;
    weights += weight;
    pooled.harms = pooled.harms || study.harms;
  }
  const auto effect = core::Pool(effects);
  if (!effect) return std::nullopt;
  pooled.effect = *effect;
  pooled.baseline_difference /= weights;
  pooled.teams = static_cast<int32_t>(by_team.size());
  pooled.schools = static_cast<int32_t>(schools.size());
  for (const auto& [team, students] : by_team) pooled.students += static_cast<int32_t>(students);
  pooled.low =
      effect->low.value_or(core::WithNormalInterval(effects[0].effect, effects[0].variance).low);
  return pooled;
}

v1::PooledNetEffect ShownNetEffect(const Pooled& pooled, int64_t smallest) {
  v1::PooledNetEffect shown;
  shown.set_cycles(pooled.effect.k);
  shown.set_teams(pooled.teams);
  shown.set_schools(pooled.schools);
  shown.set_students(pooled.students);
  const core::PooledEffect& exact = pooled.effect;
  const auto said = SaidOf(exact.effect, exact.low, exact.high, pooled.students, smallest);
  shown.set_effect(said.effect());
  if (exact.low) shown.set_low(said.effect_low());
  if (exact.high) shown.set_high(said.effect_high());
  const auto rounded = [&](double number) {
    return SaidOf(number, {}, {}, pooled.students, smallest).effect();
  };
  shown.set_tau_squared(rounded(exact.tau_squared));
  shown.set_i_squared(rounded(exact.i_squared));
  shown.set_improvement_index(std::round(core::ImprovementIndex(said.effect())));
  shown.set_baseline_difference(rounded(pooled.baseline_difference));
  return shown;
}

v1::PracticeStanding StandingOf(const v1::Practice& practice, const std::optional<Pooled>& pooled,
                                bool nominated, bool is_used) {
  if (practice.state() == v1::PRACTICE_STATE_RETIRED) return v1::PRACTICE_STANDING_RETIRED;
  if (practice.state() == v1::PRACTICE_STATE_DRAFT) return v1::PRACTICE_STANDING_DRAFT;
  // The bound of an interval over cycles: of one cycle there is none.
  if (pooled && pooled->effect.low) {
    const double low = *pooled->effect.low;
    if (low >= kProvenEffect && pooled->teams >= kProvenTeams &&
        pooled->schools >= kProvenSchools && pooled->students >= kProvenStudents) {
      return v1::PRACTICE_STANDING_PROVEN;
    }
    if (low > 0 && pooled->teams >= kPromisingTeams && nominated) {
      return v1::PRACTICE_STANDING_PROMISING;
    }
  }
  return is_used ? v1::PRACTICE_STANDING_IN_USE : v1::PRACTICE_STANDING_PUBLISHED;
}

bool IsModerate(const Pooled& pooled) {
  return pooled.low > 0 && std::abs(pooled.baseline_difference) <= kLikeBaselines &&
         pooled.students >= kProvenStudents && pooled.schools >= kProvenSchools;
}

// `by_lot` is of the cycles alone whose teams were assigned by lot.
v1::EssaTier TierOf(const std::optional<Pooled>& pooled, const std::optional<Pooled>& by_lot,
                    bool was_tried) {
  if (!was_tried) return v1::ESSA_TIER_UNSPECIFIED;
  const bool harms = pooled && pooled->harms;
  if (by_lot && IsModerate(*by_lot) && !harms) return v1::ESSA_TIER_STRONG;
  if (!pooled || pooled->low <= 0) return v1::ESSA_TIER_RATIONALE;
  return IsModerate(*pooled) && !harms ? v1::ESSA_TIER_MODERATE : v1::ESSA_TIER_PROMISING;
}

}  // namespace

v1::PracticeAssessment AssessmentOf(const v1::Practice& practice,
                                    const std::vector<Studied>& studied,
                                    const std::vector<v1::Adoption>& adopters, int64_t smallest) {
  v1::PracticeAssessment assessment;
  assessment.set_district(practice.district());
  assessment.set_practice(practice.practice());
  std::set<std::string> schools, cycles, problems;
  int32_t teams = 0;
  for (const v1::Adoption& adoption : adopters) {
    if (!IsInUse(adoption)) continue;
    ++teams;
    schools.insert(adoption.school());
  }
  assessment.set_teams(teams);
  assessment.set_schools(static_cast<int32_t>(schools.size()));
  bool nominated = false;
  for (const Studied& one : studied) {
    cycles.insert(one.outcome.cycle());
    if (!one.outcome.problem().empty()) problems.insert(one.outcome.problem());
    const auto& by_team = one.outcome.nominated();
    nominated = nominated ||
                std::find(by_team.begin(), by_team.end(), practice.practice()) != by_team.end();
  }
  const CycleStudies studies = StudiesOf(studied);
  const std::optional<Pooled> pooled = PoolOf(studies);
  CycleStudies by_lot = studies;
  std::erase_if(by_lot, [](const auto& one) { return !one.second.by_lot; });
  if (pooled) *assessment.mutable_pooled() = ShownNetEffect(*pooled, smallest);
  assessment.set_cycles(static_cast<int32_t>(cycles.size()));
  assessment.set_without_comparison(static_cast<int32_t>(cycles.size() - studies.size()));
  assessment.set_nominated(nominated);
  assessment.mutable_problems()->Assign(problems.begin(), problems.end());
  assessment.set_standing(StandingOf(practice, pooled, nominated, teams > 0));
  assessment.set_cycles_by_lot(static_cast<int32_t>(by_lot.size()));
  assessment.set_tier(TierOf(pooled, PoolOf(by_lot), !cycles.empty()));
  return assessment;
}

v1::CycleNetEffect ShownEffect(const Studied& studied, int64_t smallest) {
  const v1::CycleOutcome& outcome = studied.outcome;
  v1::CycleNetEffect effect;
  effect.set_school(outcome.school());
  effect.set_team(outcome.team());
  effect.set_cycle(outcome.cycle());
  effect.set_indicator(outcome.indicator());
  effect.set_basis(outcome.basis());
  effect.set_start(outcome.start());
  effect.set_end(outcome.end());
  if (!studied.net) return effect;
  effect.set_students(static_cast<int32_t>(outcome.sums().n()));
  effect.set_compared_students(static_cast<int32_t>(studied.compared.sums.n()));
  effect.set_compared_cycles(studied.compared.cycles);
  const auto said = SaidOf(studied.net->d, studied.net->low, studied.net->high,
                           std::min(outcome.sums().n(), studied.compared.sums.n()), smallest);
  effect.set_effect(said.effect());
  effect.set_low(said.effect_low());
  effect.set_high(said.effect_high());
  return effect;
}

}  // namespace throughline::cycles
