#include "evidence/domain/basis.h"

#include <algorithm>
#include <set>

#include "evidence/domain/moments_row.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using common::v1::Basis;

namespace {

constexpr core::Unit kPercent{0, 1e4};  // of scale, for scores in ppm

bool IsOneScale(const v1::ScaleRow* a, const v1::ScaleRow* b) {
  return a != nullptr && b != nullptr && a->scale() == b->scale() && a->min() == b->min() &&
         a->max() == b->max();
}

core::Unit UnitOf(const v1::Norm& norm) { return {norm.mean(), norm.sd()}; }

struct ComparedPair {
  const v1::PairRow* row;
  Comparison how;
};

PooledSide SideOf(const core::Moments& baseline, const core::Moments& current,
                  const Comparison& how) {
  return {{baseline, how.baseline}, {current, how.current}};
}

void Add(const PooledSide& other, PooledSide& side) {
  side.baseline += other.baseline;
  side.current += other.current;
}

// The group, and all who are not of it, over the pairs.
PooledGroup GroupOf(const std::string& name, const std::vector<ComparedPair>& pairs) {
  PooledGroup pooled;
  pooled.name = name;
  for (const auto& [row, how] : pairs) {
    core::Moments baseline = MomentsOf(row->matched().baseline());
    core::Moments current = MomentsOf(row->matched().current());
    const auto group =
        std::lower_bound(row->groups().begin(), row->groups().end(), name,
                         [](const v1::GroupRow& a, const std::string& b) { return a.group() < b; });
    if (group != row->groups().end() && group->group() == name) {
      const core::Moments before = MomentsOf(group->baseline()), now = MomentsOf(group->current());
      Add(SideOf(before, now, how), pooled.group);
      baseline -= before;
      current -= now;
    }
    Add(SideOf(baseline, current, how), pooled.others);
  }
  return pooled;
}

void AddDays(const v1::PairRow& row, std::vector<PooledDay>& days) {
  for (const v1::DayCount& count : row.days()) {
    const auto at = std::lower_bound(days.begin(), days.end(), count.day(),
                                     [](const PooledDay& a, int32_t day) { return a.day < day; });
    PooledDay& day = at != days.end() && at->day == count.day()
                         ? *at
                         : *days.insert(at, PooledDay{count.day(), 0, 0});
    day.students += count.students();
    day.change += static_cast<double>(count.change()) / kPercent.one;
  }
}

Pool PoolOf(Basis basis, const std::vector<ComparedPair>& pairs) {
  Pool pool;
  pool.basis = basis;
  std::set<std::string> names;
  for (const auto& [row, how] : pairs) {
    pool.pairs += core::PairedSummary(PairedMomentsOf(row->matched()), how.baseline, how.current);
    for (const v1::GroupRow& group : row->groups()) names.insert(group.group());
    if (basis != common::v1::BASIS_RELATIVE) AddDays(*row, pool.days);
  }
  for (const std::string& name : names) pool.groups.push_back(GroupOf(name, pairs));
  return pool;
}

}  // namespace

KnownOf KnownIn(const decider::State& state, std::string_view district) {
  return [&state, district = std::string(district)](const std::string& assessment) {
    const std::string key = JoinKey(district, assessment);
    return Known{state.Find(kScales, key), state.Find(kNorms, key)};
  };
}

Comparison Compare(const std::string& baseline, const std::string& current, const KnownOf& known) {
  if (baseline == current) return {common::v1::BASIS_ABSOLUTE, kPercent, kPercent};
  const Known before = known(baseline), now = known(current);
  if (IsOneScale(before.scale, now.scale)) {
    return {common::v1::BASIS_ABSOLUTE, kPercent, kPercent};
  }
  if (before.norm != nullptr && now.norm != nullptr) {
    return {common::v1::BASIS_RELATIVE, UnitOf(*before.norm), UnitOf(*now.norm)};
  }
  return {common::v1::BASIS_UNEQUATED, kPercent, kPercent};
}

std::vector<Pool> PoolsOf(const v1::EvidenceRow& row, const KnownOf& known) {
  std::vector<ComparedPair> pairs;
  for (const v1::PairRow& pair : row.pairs()) {
    pairs.push_back({&pair, Compare(pair.baseline(), pair.current(), known)});
  }
  std::vector<Pool> pools;
  for (const Basis basis :
       {common::v1::BASIS_ABSOLUTE, common::v1::BASIS_RELATIVE, common::v1::BASIS_UNEQUATED}) {
    std::vector<ComparedPair> alike;
    std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(alike),
                 [&](const ComparedPair& pair) { return pair.how.basis == basis; });
    if (!alike.empty()) pools.push_back(PoolOf(basis, alike));
  }
  return pools;
}

const Pool& MainOf(const std::vector<Pool>& pools) {
  static const Pool kNobody;
  const auto most = std::max_element(pools.begin(), pools.end(), [](const Pool& a, const Pool& b) {
    return a.pairs.n() < b.pairs.n();
  });
  return most == pools.end() ? kNobody : *most;
}

}  // namespace throughline::evidence
