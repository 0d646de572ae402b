#include "disclosure/release.h"

#include <algorithm>
#include <array>

#include "disclosure/group_choice.h"
#include "disclosure/smallest_cell.h"

namespace throughline::disclosure {

namespace {

using Part = Place::Part;

// Those whose baselines changed and those whose current scores did are seen in different sums.
enum Kind {
  kCome,
  kCovered,
  kCompleted,
  kBaselineChanged,
  kCurrentChanged,
  kBothChanged,
  kLeft,
  kKinds
};

Kind KindOf(const Difference& difference) {
  const Part shown = difference.shown.part, now = difference.now.part;
  if (now < shown) return kLeft;
  if (shown == Part::kMatched) {
    if (difference.shown.current == difference.now.current) return kBaselineChanged;
    return difference.shown.baseline == difference.now.baseline ? kCurrentChanged : kBothChanged;
  }
  if (shown == Part::kCovered) return kCompleted;
  return now == Part::kMatched ? kCome : kCovered;
}

class Planner {
 public:
  Planner(std::span<const Difference> differences, const ShownCell& cell,
          std::span<const std::string> groups, int64_t rostered, int64_t smallest)
      : differences_(differences), rostered_(rostered), smallest_(smallest) {
    release_.moves.assign(differences.size(), false);
    release_.cell = cell;
    release_.kept_groups.assign(groups.begin(), groups.end());
    for (size_t i = 0; i < differences.size(); ++i) {
      if (differences[i].shown == differences[i].now) continue;
      kinds_[KindOf(differences[i])].push_back(i);
    }
  }

  Release Plan() && {
    const ShownCell before = release_.cell;
    Move(kCome);
    Move(kCovered);
    Move(kCompleted);
    for (Kind kind : {kBaselineChanged, kCurrentChanged, kBothChanged}) Move(kind);
    if (release_.any) {
      // Together only as the first, or when everybody changed.
      const int64_t changed =
          std::max({Count(kBaselineChanged), Count(kCurrentChanged), Count(kBothChanged)});
      const bool came =
          release_.cell.covered != before.covered || release_.cell.matched != before.matched;
      const bool all =
          before.covered == 0
              ? release_.cell.covered == release_.cell.matched || release_.cell.matched == 0
              : !came && changed == before.matched && before.covered == changed;
      release_.cell.uniform = before.uniform && all;
    } else {
      TakeOut();
    }
    if (release_.any) ++release_.cell.moves;
    return std::move(release_);
  }

 private:
  int64_t Count(Kind kind) const { return static_cast<int64_t>(kinds_[kind].size()); }

  // Whether what was said of the roster, and these counts, do not tell of few students.
  bool Fits(int64_t covered, int64_t matched) const {
    const int64_t rostered = release_.cell.rostered;
    if (!IsNoneOrEnough(covered - matched, smallest_)) return false;
    const auto fits = [&](int64_t part) {
      return part > rostered || IsNoneOrEnough(rostered - part, smallest_);
    };
    return rostered == 0 || (fits(covered) && fits(matched));
  }

  void Move(Kind kind) {
    const int64_t count = Count(kind);
    if (count < smallest_) return;
    ShownCell after = release_.cell;
    if (kind == kCome || kind == kCovered) after.covered += count;
    if (kind == kCome || kind == kCompleted) after.matched += count;
    if (!Fits(after.covered, after.matched)) return;
    if (kind != kCovered && !KeepGroups(kind)) return;
    release_.cell = after;
    for (size_t i : kinds_[kind]) release_.moves[i] = true;
    release_.any = true;
  }

  // False when it is worth waiting for others.
  bool KeepGroups(Kind kind) {
    std::vector<std::vector<std::string>> students;
    for (size_t i : kinds_[kind]) students.push_back(differences_[i].groups);
    std::vector<std::string> kept = GroupsToShow(students, release_.kept_groups, smallest_);
    const bool is_early = Count(kind) < 2 * smallest_ && rostered_ >= 3 * smallest_;
    if (is_early && kept.size() < release_.kept_groups.size()) return false;
    release_.kept_groups = std::move(kept);
    return true;
  }

  void TakeOut() {
    const int64_t count = Count(kLeft);
    ShownCell after = release_.cell;
    if (count < smallest_ || !after.uniform) return;
    for (size_t i : kinds_[kLeft]) {
      const Difference& one = differences_[i];
      // Whoever is only covered from now on would be alone among those who are matched.
      if (one.now.part != Part::kNone) return;
      --after.covered;
      if (one.shown.part == Part::kMatched) --after.matched;
    }
    if (!IsNoneOrEnough(after.covered, smallest_) || !IsNoneOrEnough(after.matched, smallest_) ||
        !Fits(after.covered, after.matched)) {
      return;
    }
    // Of those who stay nobody knows here in which groups they are.
    release_.kept_groups.clear();
    release_.cell = after;
    for (size_t i : kinds_[kLeft]) release_.moves[i] = true;
    release_.any = true;
  }

  std::span<const Difference> differences_;
  int64_t rostered_;
  int64_t smallest_;
  Release release_;
  std::array<std::vector<size_t>, kKinds> kinds_;
};

}  // namespace

Release PlanRelease(std::span<const Difference> differences, const ShownCell& cell,
                    std::span<const std::string> groups, int64_t rostered, int64_t smallest) {
  return Planner(differences, cell, groups, rostered, smallest).Plan();
}

}  // namespace throughline::disclosure
