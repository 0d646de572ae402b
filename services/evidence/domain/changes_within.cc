#include "evidence/domain/changes_within.h"

#include <algorithm>
#include <cmath>

#include "core/statistics/moments.h"
#include "evidence/domain/sorted_rows.h"

namespace throughline::evidence {

namespace {

using core::WideSum;

constexpr double kWeightSteps = 0x1p32;
constexpr double kChangeSteps = 0x1p16;

// In millionths, of scores in percent of scale or in standard deviations.
core::Sums SumsOf(const core::Summary& scores, double millionths) {
  const auto& [n, mean, deviations] = scores;
  return {n, n * mean * millionths, (deviations + n * mean * mean) * millionths * millionths};
}

WideSum Squares(const v1::ChangeSums& sums) { return {sums.squares_high(), sums.squares_low()}; }
WideSum BaselineSquares(const v1::ChangeSums& sums) {
  return {sums.baseline_squares_high(), sums.baseline_squares_low()};
}

void SetSquares(WideSum changes, WideSum baselines, v1::ChangeSums& sums) {
  sums.set_squares_low(changes.low);
  sums.set_squares_high(changes.high);
  sums.set_baseline_squares_low(baselines.low);
  sums.set_baseline_squares_high(baselines.high);
}

WideSum WholeSquares(double squares) {
  return WideSum::Of(static_cast<unsigned __int128>(std::round(std::max(0.0, squares))));
}

// Sums have so many bits that what was put in comes out of them again.
WideSum Added(WideSum a, WideSum b, int sign) {
  return WideSum::Of(sign > 0 ? a.Value() + b.Value() : a.Value() - b.Value());
}

v1::GroupChangeSums& GroupOf(v1::ChangeSums& sums, const std::string& group) {
  v1::GroupChangeSums none;
  none.set_group(group);
  return Placed(*sums.mutable_groups(), none,
                [](const v1::GroupChangeSums& a, const v1::GroupChangeSums& b) {
                  return a.group() < b.group();
                });
}

void Fold(const v1::ChangeSums& part, int sign, v1::ChangeSums& sums) {
  sums.set_teams(sums.teams() + sign * part.teams());
  sums.set_students(sums.students() + sign * part.students());
  SetSquares(Added(Squares(sums), Squares(part), sign),
             Added(BaselineSquares(sums), BaselineSquares(part), sign), sums);
  for (const v1::GroupChangeSums& one : part.groups()) {
    v1::GroupChangeSums& group = GroupOf(sums, one.group());
    group.set_students(group.students() + sign * one.students());
    group.set_others(group.others() + sign * one.others());
    group.set_weight(group.weight() + sign * one.weight());
    group.set_change(group.change() + sign * one.change());
    group.set_baseline(group.baseline() + sign * one.baseline());
    group.set_teams(group.teams() + sign * one.teams());
  }
  auto& groups = *sums.mutable_groups();
  for (int i = groups.size() - 1; i >= 0; --i) {
    if (groups[i].teams() == 0) groups.DeleteSubrange(i, 1);
  }
}

void Fold(const v1::ChangeSums& part, int sign, SumsByBasis& sums) {
  v1::ChangeSums none;
  none.set_basis(part.basis());
  Fold(part, sign, Placed(sums, none, [](const v1::ChangeSums& a, const v1::ChangeSums& b) {
         return a.basis() < b.basis();
       }));
  const auto empty = std::find_if(sums.begin(), sums.end(),
                                  [](const v1::ChangeSums& one) { return one.teams() == 0; });
  if (empty != sums.end()) sums.erase(empty);
}

std::optional<core::Coefficient> DifferenceOf(const v1::ChangeSums& sums, WideSum squares,
                                              const v1::GroupChangeSums& group, int64_t weighted) {
  return core::CommonDifference(
      {static_cast<double>(sums.students()), static_cast<double>(sums.teams()),
       static_cast<double>(squares.Value()), static_cast<double>(group.weight()) / kWeightSteps,
       static_cast<double>(weighted) / kChangeSteps});
}

}  // namespace

std::optional<ComparedTeam> ComparedOf(const Pool& pool) {
  if (pool.pairs.n() == 0 || pool.basis == common::v1::BASIS_UNEQUATED) return std::nullopt;
  const double millionths = pool.basis == common::v1::BASIS_RELATIVE ? 1e6 : 1e4;
  ComparedTeam team;
  team.basis = pool.basis;
  team.all = {SumsOf(pool.pairs.change, millionths), SumsOf(pool.pairs.baseline, millionths)};
  for (const PooledGroup& one : pool.groups) {
    const double n = one.group.n();
    if (n == 0) continue;
    team.groups.push_back({one.name,
                           {{n, n * one.group.MeanChange() * millionths, 0},
                            SumsOf(one.group.baseline, millionths)}});
  }
  return team;
}

v1::ChangeSums ChangesWithin(const ComparedTeam& team) {
  v1::ChangeSums sums;
  sums.set_basis(team.basis);
  sums.set_teams(1);
  sums.set_students(std::llround(team.all.changes.n));
  SetSquares(WholeSquares(core::WithinTeam(team.all.changes, {}).squares),
             WholeSquares(core::WithinTeam(team.all.baselines, {}).squares), sums);
  for (const ComparedGroup& one : team.groups) {
    const core::SumsWithin changes = core::WithinTeam(team.all.changes, one.students.changes);
    const core::SumsWithin baselines = core::WithinTeam(team.all.baselines, one.students.baselines);
    if (changes.information <= 0) continue;
    v1::GroupChangeSums& group = *sums.add_groups();
    group.set_group(one.group);
    group.set_students(std::llround(one.students.changes.n));
    group.set_others(sums.students() - group.students());
    group.set_weight(std::llround(changes.information * kWeightSteps));
    group.set_change(std::llround(changes.weighted * kChangeSteps));
    group.set_baseline(std::llround(baselines.weighted * kChangeSteps));
    group.set_teams(1);
  }
  return sums;
}

void PutIn(const v1::ChangeSums& part, SumsByBasis& sums) { Fold(part, 1, sums); }
void TakeOut(const v1::ChangeSums& part, SumsByBasis& sums) { Fold(part, -1, sums); }

const v1::ChangeSums* MostOf(const SumsByBasis& sums) {
  const auto most = std::max_element(
      sums.begin(), sums.end(),
      [](const v1::ChangeSums& a, const v1::ChangeSums& b) { return a.students() < b.students(); });
  return most == sums.end() ? nullptr : &*most;
}

std::optional<core::Coefficient> ChangeOf(const v1::ChangeSums& sums,
                                          const v1::GroupChangeSums& group) {
  return DifferenceOf(sums, Squares(sums), group, group.change());
}

std::optional<core::Coefficient> BaselineOf(const v1::ChangeSums& sums,
                                            const v1::GroupChangeSums& group) {
  return DifferenceOf(sums, BaselineSquares(sums), group, group.baseline());
}

}  // namespace throughline::evidence
