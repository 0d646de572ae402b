#include "evidence/domain/shown_evidence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/ids.h"
#include "disclosure/release.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/basis.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/cycle_numbers.h"
#include "evidence/domain/desired_growth.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

using disclosure::Place;

constexpr int32_t kNeverAgain = -1;  // rostered

// What tells a score from another: the same number on another assessment is another score.
uint64_t ScoreOf(const v1::TrailPoint& point) {
  return ResultHash("", point.assessment()) + static_cast<uint64_t>(point.ppm());
}

Place PlaceOf(const v1::ContributionRow* contribution) {
  if (contribution == nullptr || !HasCurrent(*contribution)) return {};
  if (!contribution->has_baseline()) return {Place::Part::kCovered, 0, 0, 0};
  return {Place::Part::kMatched, ScoreOf(contribution->baseline()),
          ScoreOf(contribution->current()), 0};
}

// In which sums students are, by the pair of assessments that their change is between. Unequated
// pairs are apart, for each may get a norm by itself.
class PairPools {
 public:
  explicit PairPools(const KnownOf& known) : known_(known) {}

  int32_t Of(const std::string& baseline, const std::string& current) {
    const auto [at, is_new] = pools_.try_emplace({baseline, current}, 0);
    if (is_new) {
      const auto basis = Compare(baseline, current, known_).basis;
      at->second = basis == common::v1::BASIS_UNEQUATED ? kUnequated + ++unequated_ : basis;
    }
    return at->second;
  }
  Place In(Place place, const v1::ContributionRow* contribution) {
    if (place.part != Place::Part::kMatched) return place;
    place.pool = Of(contribution->baseline().assessment(), contribution->current().assessment());
    return place;
  }

 private:
  static constexpr int32_t kUnequated = common::v1::BASIS_UNEQUATED;

  const KnownOf& known_;
  std::map<std::pair<std::string, std::string>, int32_t> pools_;
  int32_t unequated_ = 0;
};

const v1::ContributionRow* ShownOf(const v1::PendingStudent& pending) {
  return pending.has_shown() ? &pending.shown() : nullptr;
}
const v1::ContributionRow* NowOf(const v1::PendingStudent& pending) {
  return pending.has_now() ? &pending.now() : nullptr;
}

bool IsDropped(const v1::ShownEvidence& shown, const std::string& group) {
  return std::binary_search(shown.dropped_groups().begin(), shown.dropped_groups().end(), group);
}

void Drop(v1::ShownEvidence& shown, const std::string& group) {
  if (IsDropped(shown, group)) return;
  Placed(*shown.mutable_dropped_groups(), group);
  for (v1::PairRow& pair : *shown.mutable_sums()->mutable_pairs()) {
    auto& groups = *pair.mutable_groups();
    for (int i = groups.size() - 1; i >= 0; --i) {
      if (groups[i].group() == group) groups.DeleteSubrange(i, 1);
    }
  }
  auto& gaps = *shown.mutable_gaps();
  for (int i = gaps.size() - 1; i >= 0; --i) {
    if (gaps[i].group() == group) gaps.DeleteSubrange(i, 1);
  }
}

// What a student adds to what is shown: nothing to groups that are not.
v1::ContributionRow ToSum(const v1::ShownEvidence& shown, v1::ContributionRow contribution) {
  auto& groups = *contribution.mutable_groups();
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [&](const std::string& group) { return IsDropped(shown, group); }),
               groups.end());
  return contribution;
}

// Somebody who is shown in other groups from now on would be seen to go from one to the other.
void DropChangedGroups(v1::ShownEvidence& shown, const v1::ContributionRow& before,
                       const v1::ContributionRow& now) {
  if (std::equal(before.groups().begin(), before.groups().end(), now.groups().begin(),
                 now.groups().end())) {
    return;
  }
  std::vector<std::string> changed;
  std::set_symmetric_difference(before.groups().begin(), before.groups().end(),
                                now.groups().begin(), now.groups().end(),
                                std::back_inserter(changed));
  for (const std::string& group : changed) Drop(shown, group);
}

// Groups that may be shown so far, the largest first.
std::vector<std::string> GroupsOf(const v1::ShownEvidence& shown) {
  std::map<std::string, int64_t> counts;
  for (const v1::PairRow& pair : shown.sums().pairs()) {
    for (const v1::GroupRow& group : pair.groups()) counts[group.group()] += group.current().n();
  }
  for (const v1::PendingStudent& pending : shown.pending()) {
    for (const std::string& group : pending.now().groups()) {
      if (!IsDropped(shown, group)) ++counts[group];
    }
  }
  std::vector<std::string> groups;
  groups.reserve(counts.size());
  for (const auto& [group, count] : counts) groups.push_back(group);
  std::stable_sort(groups.begin(), groups.end(), [&](const std::string& a, const std::string& b) {
    return counts[a] > counts[b];
  });
  return groups;
}

int64_t MatchedIn(const v1::EvidenceRow& sums) {
  int64_t matched = 0;
  for (const v1::PairRow& pair : sums.pairs()) matched += pair.matched().current().n();
  return matched;
}

bool Fits(const v1::ShownEvidence& shown, int64_t rostered, int64_t smallest) {
  const int64_t without = rostered - shown.sums().covered();
  const int64_t unmatched = rostered - MatchedIn(shown.sums());
  return without >= 0 && disclosure::IsNoneOrEnough(without, smallest) &&
         disclosure::IsNoneOrEnough(unmatched, smallest);
}

// Whether so many came or left that it is shown although no number of results moves.
bool RosteredMoves(const v1::ShownEvidence& shown, int32_t rostered, int64_t smallest) {
  return shown.rostered() > 0 && std::abs(rostered - shown.rostered()) >= smallest &&
         Fits(shown, rostered, smallest);
}

void MoveRostered(v1::ShownEvidence& shown, int32_t rostered, int64_t smallest) {
  const int32_t before = shown.rostered();
  if (before == kNeverAgain) return;
  const bool moves = before == 0 || std::abs(rostered - before) >= smallest;
  if (moves && Fits(shown, rostered, smallest)) return shown.set_rostered(rostered);
  if (before != 0 && !Fits(shown, before, smallest)) shown.set_rostered(kNeverAgain);
}

disclosure::ShownCell CellOf(const v1::ShownEvidence& shown, PairPools& pools) {
  std::map<int32_t, int64_t> of;
  for (const v1::PairRow& pair : shown.sums().pairs()) {
    of[pools.Of(pair.baseline(), pair.current())] += pair.matched().current().n();
  }
  const bool uniform = shown.moves() == 0 || (shown.uniform() && of.size() <= 1);
  return {shown.sums().covered(),
          MatchedIn(shown.sums()),
          std::max(0, shown.rostered()),
          shown.moves(),
          uniform,
          of};
}

std::vector<disclosure::Difference> DifferencesOf(const v1::ShownEvidence& shown,
                                                  PairPools& pools) {
  std::vector<disclosure::Difference> differences;
  differences.reserve(static_cast<size_t>(shown.pending_size()));
  for (const v1::PendingStudent& pending : shown.pending()) {
    const auto& groups = pending.has_now() ? pending.now().groups() : pending.shown().groups();
    const v1::ContributionRow *as_shown = ShownOf(pending), *now = NowOf(pending);
    differences.push_back({pools.In(PlaceOf(as_shown), as_shown),
                           pools.In(PlaceOf(now), now),
                           {groups.begin(), groups.end()}});
  }
  return differences;
}

// Puts those who move into what is shown, and takes out of `groups` those that cannot be any more.
void Move(v1::ShownEvidence& shown, const disclosure::Release& release,
          const std::vector<std::string>& groups) {
  for (const std::string& group : groups) {
    const auto& kept = release.kept_groups;
    if (std::find(kept.begin(), kept.end(), group) == kept.end()) Drop(shown, group);
  }
  v1::EvidenceRow& sums = *shown.mutable_sums();
  google::protobuf::RepeatedPtrField<v1::PendingStudent> rest;
  for (int i = 0; i < shown.pending_size(); ++i) {
    v1::PendingStudent& pending = *shown.mutable_pending(i);
    if (!release.moves[static_cast<size_t>(i)]) {
      *rest.Add() = std::move(pending);
      continue;
    }
    if (pending.has_shown()) TakeOut(ToSum(shown, std::move(*pending.mutable_shown())), sums);
    if (pending.has_now()) PutIn(ToSum(shown, std::move(*pending.mutable_now())), sums);
  }
  sums.clear_struggling();
  *shown.mutable_pending() = std::move(rest);
  shown.set_moves(release.cell.moves);
  shown.set_uniform(release.cell.uniform);
}

double SpreadOf(const core::Summary& scores) { return std::sqrt(scores.Variance().value_or(0)); }

// What the sums that are shown come to.
void SetNumbers(const EvidenceKey& evidence, const v1::Watch& watch, const decider::State& state,
                v1::ShownEvidence& shown) {
  const TeamKey& team = evidence.team;
  const common::v1::Policy& policy = PolicyOf(state, team.district);
  const int64_t smallest = disclosure::SmallestCell(policy);
  const std::vector<Pool> pools = PoolsOf(shown.sums(), KnownIn(state, team.district));
  const Pool& pool = MainOf(pools);
  common::v1::CycleEvidence numbers =
      NumbersOf(shown.sums(), pools, std::max(0, shown.rostered()), watch,
                DesiredGrowthPerYear(evidence, watch, state), policy,
                CalendarOf(state, team.district, team.school));
  const double change_spread = SpreadOf(pool.pairs.change);
  disclosure::Round(numbers, SpreadOf(pool.pairs.baseline), change_spread, smallest);
  numbers.set_as_of_ms(shown.as_of_ms());
  if (shown.rostered() <= 0) numbers.clear_rostered();
  if (!disclosure::IsNoneOrEnough(numbers.matched_otherwise(), smallest)) {
    numbers.clear_matched_otherwise();
  }
  *shown.mutable_numbers() = std::move(numbers);
  shown.clear_gaps();
  for (common::v1::GapEvidence& gap : GapsOf(pool, smallest, policy)) {
    disclosure::Round(gap, change_spread, smallest);
    gap.set_as_of_ms(shown.as_of_ms());
    *shown.add_gaps() = std::move(gap);
  }
}

// Who the matched students are, now that what is shown of them moves.
void NoteStudents(v1::EvidenceRow& row) {
  std::map<std::string, int32_t> groups;
  for (const v1::PairRow& pair : row.pairs()) {
    for (const v1::GroupRow& group : pair.groups()) {
      groups[group.group()] += static_cast<int32_t>(group.current().n());
    }
  }
  common::v1::TeamStudents& of = *row.mutable_shown()->mutable_team_students();
  of.Clear();
  of.set_students(static_cast<int32_t>(MatchedIn(row)));
  of.set_struggling(std::min(row.struggling(), of.students()));
  for (const auto& [group, students] : groups) {
    auto& one = *of.add_groups();
    one.set_group(group);
    one.set_students(students);
  }
}

// The number of those who struggle is said once in a cycle, when it and the rest are large enough.
void MoveStruggling(v1::ShownEvidence& shown, int32_t struggling, int64_t smallest) {
  if (shown.has_struggling() || struggling < smallest) return;
  const int64_t rest = shown.sums().covered() - struggling;
  if (rest >= 0 && disclosure::IsNoneOrEnough(rest, smallest)) shown.set_struggling(struggling);
}

}  // namespace

void NoteChange(v1::EvidenceRow& row, std::string_view student, const v1::ContributionRow* before,
                const v1::ContributionRow* now) {
  v1::ShownEvidence& shown = *row.mutable_shown();
  auto& pending = *shown.mutable_pending();
  const auto at = std::lower_bound(
      pending.begin(), pending.end(), student,
      [](const v1::PendingStudent& a, std::string_view b) { return a.student() < b; });
  const int index = static_cast<int>(at - pending.begin());
  const bool is_pending = at != pending.end() && at->student() == student;
  const v1::ContributionRow* as_shown = is_pending ? ShownOf(*at) : before;
  if (PlaceOf(as_shown).part == Place::Part::kNone) as_shown = nullptr;
  if (as_shown != nullptr && now != nullptr) DropChangedGroups(shown, *as_shown, *now);
  if (PlaceOf(as_shown) == PlaceOf(now)) {
    if (is_pending) pending.DeleteSubrange(index, 1);
    return;
  }
  v1::PendingStudent& one = is_pending ? pending[index] : *pending.Add();
  if (as_shown == nullptr) one.clear_shown();
  now == nullptr ? one.clear_now() : one.mutable_now()->CopyFrom(*now);
  if (is_pending) return;
  one.set_student(std::string(student));
  if (as_shown != nullptr) *one.mutable_shown() = *as_shown;
  for (int i = pending.size() - 1; i > index; --i) pending.SwapElements(i, i - 1);
}

void MoveShown(decider::State& state, const EvidenceKey& evidence, core::Instant time) {
  const std::string key = RowKeyOf(evidence);
  const auto* found = state.Find(kEvidence, key);
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  if (found == nullptr || watch == nullptr) return;
  const std::string& district = evidence.team.district;
  const common::v1::Policy& policy = PolicyOf(state, district);
  const int64_t smallest = disclosure::SmallestCell(policy);
  const int32_t rostered = watch->closed() ? watch->rostered_at_close() : team->rostered();
  const bool enough = found->shown().pending_size() >= smallest;
  if (!enough && !RosteredMoves(found->shown(), rostered, smallest)) return;
  const std::vector<std::string> groups = GroupsOf(found->shown());
  disclosure::Release release;
  if (enough) {
    const KnownOf known = KnownIn(state, district);
    PairPools pools(known);
    release = disclosure::PlanRelease(DifferencesOf(found->shown(), pools),
                                      CellOf(found->shown(), pools), groups, rostered, smallest);
  }
  if (!release.any && !RosteredMoves(found->shown(), rostered, smallest)) return;
  v1::EvidenceRow& row = state.Edit(kEvidence, key);
  v1::ShownEvidence& shown = *row.mutable_shown();
  if (release.any) Move(shown, release, groups);
  if (release.any) NoteStudents(row);
  MoveRostered(shown, rostered, smallest);
  MoveStruggling(shown, row.struggling(), smallest);
  shown.set_as_of_ms(core::ToMillis(time));
  SetNumbers(evidence, *watch, state, shown);
}

void ShowAnew(decider::State& state, const EvidenceKey& evidence, core::Instant time) {
  const std::string key = RowKeyOf(evidence);
  const auto* row = state.Find(kEvidence, key);
  const auto* team = state.Find(kTeams, RowKeyOf(evidence.team));
  const v1::Watch* watch = team == nullptr ? nullptr : FindWatch(*team, evidence.cycle);
  if (row == nullptr || watch == nullptr || !row->shown().has_numbers()) return;
  v1::ShownEvidence& shown = *state.Edit(kEvidence, key).mutable_shown();
  shown.set_as_of_ms(core::ToMillis(time));
  SetNumbers(evidence, *watch, state, shown);
}

std::optional<common::v1::CycleEvidence> NothingYet(int32_t rostered, int64_t smallest) {
  if (rostered < smallest) return std::nullopt;
  common::v1::CycleEvidence nothing;
  nothing.set_covered(0);
  nothing.set_matched(0);
  nothing.set_rostered_at_least(static_cast<int32_t>(rostered / smallest * smallest));
  return nothing;
}

const common::v1::GapEvidence* ShownGap(const v1::EvidenceRow& row, std::string_view group) {
  for (const common::v1::GapEvidence& gap : row.shown().gaps()) {
    if (gap.group() == group) return &gap;
  }
  return nullptr;
}

}  // namespace throughline::evidence
