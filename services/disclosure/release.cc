#include "disclosure/release.h"

#include <algorithm>
#include <compare>
#include <map>
#include <set>

#include "disclosure/group_choice.h"
#include "disclosure/smallest_cell.h"

namespace throughline::disclosure {

namespace {

using Part = Place::Part;

// Those whose baselines changed and those whose current scores did are seen in different sums.
enum DifferenceKind {
  kCome,
  kCovered,
  kCompleted,
  kBaselineChanged,
  kCurrentChanged,
  kBothChanged,
  kLeft
};

DifferenceKind KindOf(const Difference& difference) {
  const Part shown = difference.shown.part, now = difference.now.part;
  if (now < shown) return kLeft;
  if (shown == Part::kMatched) {
    if (difference.shown.current == difference.now.current) return kBaselineChanged;
    return difference.shown.baseline == difference.now.baseline ? kCurrentChanged : kBothChanged;
  }
  if (shown == Part::kCovered) return kCompleted;
  return now == Part::kMatched ? kCome : kCovered;
}

bool IsChange(DifferenceKind kind) {
  return kind == kBaselineChanged || kind == kCurrentChanged || kind == kBothChanged;
}

// Those of a kind who leave the same sums for the same.
struct Class {
  DifferenceKind kind;
  int32_t from = 0;
  int32_t to = 0;
  auto operator<=>(const Class&) const = default;
};

Class ClassOf(const Difference& difference) {
  const DifferenceKind kind = KindOf(difference);
  return kind == kLeft ? Class{kind} : Class{kind, difference.shown.pool, difference.now.pool};
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
      classes_[ClassOf(differences[i])].push_back(i);
    }
  }

  Release Plan() && {
    const ShownCell before = release_.cell;
    for (const auto& [one, students] : classes_) {
      if (one.kind != kLeft) Move(one, students);
    }
    if (release_.any) {
      // Together only as the first, or when everybody changed.
      const int64_t changed = MostChanged();
      const bool came =
          release_.cell.covered != before.covered || release_.cell.matched != before.matched;
      const bool all =
          before.covered == 0
              ? release_.cell.covered == release_.cell.matched || release_.cell.matched == 0
              : !came && changed == before.matched && before.covered == changed;
      release_.cell.uniform = before.uniform && all && pools_.size() <= 1;
    } else {
      TakeOut();
    }
    if (release_.any) ++release_.cell.moves;
    return std::move(release_);
  }

 private:
  int64_t MostChanged() const {
    size_t most = 0;
    for (const auto& [one, students] : classes_) {
      if (IsChange(one.kind)) most = std::max(most, students.size());
    }
    return static_cast<int64_t>(most);
  }

  // Whether what was said of the roster, and these counts, do not tell of few students.
  bool Fits(int64_t covered, int64_t matched) const {
    const int64_t rostered = release_.cell.rostered;
    if (!IsNoneOrEnough(covered - matched, smallest_)) return false;
    const auto fits = [&](int64_t part) {
      return part > rostered || IsNoneOrEnough(rostered - part, smallest_);
    };
    return rostered == 0 || (fits(covered) && fits(matched));
  }

  void Move(const Class& of, const std::vector<size_t>& moving) {
    const auto count = static_cast<int64_t>(moving.size());
    const DifferenceKind kind = of.kind;
    if (count < smallest_) return;
    ShownCell after = release_.cell;
    if (kind == kCome || kind == kCovered) after.covered += count;
    if (kind == kCome || kind == kCompleted) after.matched += count;
    if (IsChange(kind)) {
      if (of.from != of.to && after.pools[of.from] != count) return;
      after.pools[of.from] -= count;
    }
    if (kind != kCovered) after.pools[of.to] += count;
    if (!Fits(after.covered, after.matched)) return;
    if (kind != kCovered && !KeepGroups(moving)) return;
    release_.cell = after;
    for (size_t i : moving) {
      release_.moves[i] = true;
      if (kind != kCovered) pools_.insert(differences_[i].now.pool);
    }
    release_.any = true;
  }

  // False when it is worth waiting for others.
  bool KeepGroups(const std::vector<size_t>& moving) {
    std::vector<std::vector<std::string>> students;
    students.reserve(moving.size());
    for (size_t i : moving) students.push_back(differences_[i].groups);
    std::vector<std::string> kept = GroupsToShow(students, release_.kept_groups, smallest_);
    const bool is_early =
        static_cast<int64_t>(moving.size()) < 2 * smallest_ && rostered_ >= 3 * smallest_;
    if (is_early && kept.size() < release_.kept_groups.size()) return false;
    release_.kept_groups = std::move(kept);
    return true;
  }

  void TakeOut() {
    const std::vector<size_t>& leaving = classes_[Class{kLeft}];
    const auto count = static_cast<int64_t>(leaving.size());
    ShownCell after = release_.cell;
    if (count < smallest_ || !after.uniform) return;
    for (size_t i : leaving) {
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
    for (size_t i : leaving) release_.moves[i] = true;
    release_.any = true;
  }

  std::span<const Difference> differences_;
  int64_t rostered_;
  int64_t smallest_;
  Release release_;
  std::map<Class, std::vector<size_t>> classes_;  // in the order in which they are looked at
  std::set<int32_t> pools_;                       // that somebody moves to
};

}  // namespace

Release PlanRelease(std::span<const Difference> differences, const ShownCell& cell,
                    std::span<const std::string> groups, int64_t rostered, int64_t smallest) {
  return Planner(differences, cell, groups, rostered, smallest).Plan();
}

}  // namespace throughline::disclosure
