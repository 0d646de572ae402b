// When shown numbers move.
//
// What is shown of a cell (the students of a team with a result in a cycle's window, those of them
// matched with a baseline, and these by group) is a snapshot. It follows what is so only in moves
// that many students make together, so that the difference between any two moments, between
// cells, and every other combination of what was ever shown, rests on enough students or none.
//
// Students who changed in the same way are moved together, when there are enough of them: those who
// come to the cell, those who were covered and are matched now, those whose baseline changed, those
// whose current score did, those of whom both did. A group
// is shown as long as each move held enough students of it, and enough outside it, or none
// (group_choice.h).
//
// Why that is enough: in a combination of what was shown at moments 1 to k, let P(j) be the sum of
// the factors up to j. A student who came with move t and changed with moves b cancels out only
// when P(b) = P(t) = P(k) for all of them, for each score is in what was shown from one change to
// the next. If for some t P(t) differs from P(k), all who came with move t stay in; if none
// differs, the first ones say P(k) = 0, and where P(b) is not 0 all who changed with move b stay
// in. With groups, P is a function of the student's groups, and the same holds of the students on
// whom it is not 0.
//
// Numbers are of those matched students whose changes can be compared, in one pool for each basis.
// Which pool they are of may differ from one moment to the next, so each has its own P: students
// move together only to the same pool, and from one pool to another only all of it, as when two
// pools are put together; then what was said of P holds of the two in sequence. Else those who stay
// behind would be the difference of two pools.
//
// Whoever leaves breaks that. Students who left stay in what is shown, as they were, until all who
// are shown have the same history (they came and changed together): then enough of them may be
// taken out when enough, or none, remain.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace throughline::disclosure {

// Where a student is in a cell.
struct Place {
  enum class Part { kNone, kCovered, kMatched };
  Part part = Part::kNone;
  // When matched: what tells one baseline, and one current score, from another, and the pool of
  // those who are in the same sums.
  uint64_t baseline = 0;
  uint64_t current = 0;
  int32_t pool = 0;
  bool operator==(const Place&) const = default;
};

// A student who is elsewhere than is shown.
struct Difference {
  Place shown;
  Place now;
  std::vector<std::string> groups;
};

// What is shown of a cell.
struct ShownCell {
  int64_t covered = 0;  // those matched included
  int64_t matched = 0;
  int64_t rostered = 0;  // 0: was never shown
  int32_t moves = 0;     // so far
  bool uniform = true;   // all who are shown have the same history, and are in one pool
  std::map<int32_t, int64_t> pools = {};  // of the matched
};

struct Release {
  std::vector<bool> moves;  // by difference: whether it is shown from now on
  bool any = false;
  ShownCell cell;                        // after the move; rostered is as before
  std::vector<std::string> kept_groups;  // those that may go on being shown
};

// `groups` are those that may be shown so far, those that matter most first.
// `rostered` is how many students the team has: one of three smallest cells or more waits for two
// of them rather than give up a group, for most of it is still to come.
Release PlanRelease(std::span<const Difference> differences, const ShownCell& cell,
                    std::span<const std::string> groups, int64_t rostered, int64_t smallest);

}  // namespace throughline::disclosure
