#include "cycles/domain/look_fors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/display_text.h"
#include "core/ids.h"
#include "core/statistics/proportion.h"
#include "cycles/domain/errors.h"

namespace throughline::cycles {

using core::Error;

namespace {

constexpr int kLookForsAtMost = 10;
constexpr int kLevelsAtMost = 10;
constexpr int kMinutesAtMost = 240;
constexpr int kNotesAtMost = 10;

std::optional<Error> CheckLookFor(const v1::LookFor& one, const std::string& field) {
  if (!core::IsId(one.look_for())) return IdInvalid(field + ".look_for");
  if (one.statement().empty()) return NothingSaid(field + ".statement");
  if (auto error = core::CheckDisplayText(one.statement(), field + ".statement", 300)) return error;
  const std::string& about = one.practice().empty() ? one.indicator() : one.practice();
  if (one.practice().empty() == one.indicator().empty() || !core::IsId(about)) {
    return LookForInvalid(field, "It is of a practice or of an indicator, and names it.");
  }
  const bool by_rubric = one.levels() >= 2 && one.levels() <= kLevelsAtMost &&
                         one.seen_from() >= 1 && one.seen_from() <= one.levels();
  const bool by_sight = one.levels() == 0 && one.seen_from() == 0;
  if (by_rubric || by_sight) return std::nullopt;
  return LookForInvalid(
      field, fmt::format("It has 2 to {} levels and counts as seen from one of these on, or is "
                         "seen or not and says neither.",
                         kLevelsAtMost));
}

const v1::LookFor* Find(const v1::Visit& visit, const std::string& look_for) {
  for (const v1::LookFor& one : visit.look_fors()) {
    if (one.look_for() == look_for) return &one;
  }
  return nullptr;
}

std::optional<Error> CheckSeen(const v1::VisitRoom& room, const v1::Visit& visit) {
  std::set<std::string> rated;
  for (int i = 0; i < room.seen_size(); ++i) {
    const v1::LookForSeen& seen = room.seen(i);
    const std::string field = fmt::format("room.seen[{}]", i);
    const v1::LookFor* look_for = Find(visit, seen.look_for());
    if (look_for == nullptr) return LookForUnknown(field, seen.look_for());
    if (!rated.insert(seen.look_for()).second) {
      return RoomInvalid(field, "It is there already.");
    }
    const bool fits = look_for->levels() == 0 ? seen.has_seen() && seen.level() == 0
                                              : !seen.has_seen() && seen.level() >= 1 &&
                                                    seen.level() <= look_for->levels();
    if (!fits && look_for->levels() == 0) return RoomInvalid(field, "Say whether it was seen.");
    if (!fits) {
      return RoomInvalid(field, fmt::format("Say a level from 1 to {}.", look_for->levels()));
    }
  }
  return std::nullopt;
}

bool IsSeen(const v1::LookForSeen& seen, const v1::LookFor& look_for) {
  return look_for.levels() == 0 ? seen.seen() : seen.level() >= look_for.seen_from();
}

template <class Share>
void SetProportion(int rooms, int seen, Share& share) {
  const auto proportion = core::ProportionOf(seen, rooms);
  if (!proportion) return;
  share.set_rooms(rooms);
  share.set_seen(seen);
  share.set_share(proportion->share);
  share.set_share_low(proportion->low);
  share.set_share_high(proportion->high);
}

// Of some rooms: in how many it was looked for and seen, and, where it is rated by levels, in how
// many each level was seen.
struct Count {
  int rooms = 0, seen = 0;
  std::vector<int> by_level;
};

// Writes it into a LookForShare or a VisitFinding.
template <class Share>
void SetShare(const Count& count, Share& share) {
  SetProportion(count.rooms, count.seen, share);
  int sum = 0;
  for (size_t i = 0; i < count.by_level.size(); ++i) {
    share.add_rooms_by_level(count.by_level[i]);
    sum += static_cast<int>(i + 1) * count.by_level[i];
  }
  if (!count.by_level.empty()) share.set_mean_level(static_cast<double>(sum) / count.rooms);
}

void Add(const v1::LookForShare& share, Count& count) {
  count.rooms += share.rooms();
  count.seen += share.seen();
  count.by_level.resize(share.rooms_by_level_size());
  for (int i = 0; i < share.rooms_by_level_size(); ++i) {
    count.by_level[i] += share.rooms_by_level(i);
  }
}

// What was looked for, and how it was rated: only what has both in common is summed.
using Rated = std::tuple<std::string, std::string, std::string, std::string, int, std::string, int>;

Rated RatedOf(const v1::LookFor& one) {
  return {one.look_for(), one.practice(),  one.indicator(), one.rubric(),
          one.revision(), one.criterion(), one.levels()};
}

v1::LookForShare ShareOf(const v1::LookFor& look_for, const std::vector<v1::VisitRoom>& rooms) {
  Count count;
  count.by_level.resize(look_for.levels());
  for (const v1::VisitRoom& room : rooms) {
    for (const v1::LookForSeen& one : room.seen()) {
      if (one.look_for() != look_for.look_for()) continue;
      ++count.rooms;
      if (IsSeen(one, look_for)) ++count.seen;
      if (look_for.levels() > 0) ++count.by_level[one.level() - 1];
    }
  }
  v1::LookForShare share;
  share.set_look_for(look_for.look_for());
  if (count.rooms < kFewestRooms) {
    share.set_suppressed(true);
  } else {
    SetShare(count, share);
  }
  return share;
}

}  // namespace

std::optional<Error> CheckLookFors(
    const google::protobuf::RepeatedPtrField<v1::LookFor>& look_fors) {
  if (look_fors.size() > kLookForsAtMost) return LookForsInvalid(kLookForsAtMost);
  std::set<std::string> ids;
  for (int i = 0; i < look_fors.size(); ++i) {
    if (auto error = CheckLookFor(look_fors[i], fmt::format("look_fors[{}]", i))) return error;
    if (!ids.insert(look_fors[i].look_for()).second) return LookForsInvalid(kLookForsAtMost);
  }
  return std::nullopt;
}

std::optional<Error> CheckRoom(const v1::VisitRoom& room, const v1::Visit& visit) {
  if (!room.room().empty() && !core::IsId(room.room())) return IdInvalid("room.room");
  if (room.grade().empty()) return NothingSaid("room.grade");
  if (auto error = core::CheckDisplayText(room.grade(), "room.grade", 20)) return error;
  if (room.subject().empty()) return NothingSaid("room.subject");
  if (auto error = core::CheckDisplayText(room.subject(), "room.subject", 60)) return error;
  if (room.minutes() < 1 || room.minutes() > kMinutesAtMost) {
    return RoomInvalid("room.minutes", fmt::format("It is from 1 to {}.", kMinutesAtMost));
  }
  if (room.notes_size() > kNotesAtMost) {
    return RoomInvalid("room.notes", fmt::format("There are at most {}.", kNotesAtMost));
  }
  for (int i = 0; i < room.notes_size(); ++i) {
    const std::string field = fmt::format("room.notes[{}]", i);
    if (room.notes(i).empty()) return NothingSaid(field);
    if (auto error = core::CheckDisplayText(room.notes(i), field, 500)) return error;
  }
  return CheckSeen(room, visit);
}

void SetShares(v1::Visit& visit, const std::vector<v1::VisitRoom>& rooms) {
  visit.clear_shares();
  visit.clear_rooms();
  const int count = static_cast<int>(rooms.size());
  if (count >= kFewestRooms) visit.set_rooms(count);
  for (const v1::LookFor& one : visit.look_fors()) *visit.add_shares() = ShareOf(one, rooms);
}

std::vector<v1::VisitFinding> FindingsOf(const std::vector<v1::Visit>& visits) {
  struct Sum {
    const v1::LookFor* look_for = nullptr;
    std::string date;  // of the visit that says it
    std::set<std::string> schools;
    Count count;
  };
  std::map<Rated, Sum> sums;
  for (const v1::Visit& visit : visits) {
    if (visit.state() == v1::VISIT_STATE_CANCELLED) continue;
    for (const v1::LookForShare& share : visit.shares()) {
      const v1::LookFor* look_for = Find(visit, share.look_for());
      if (look_for == nullptr || share.rooms() < kFewestRooms) continue;
      Sum& sum = sums[RatedOf(*look_for)];
      Add(share, sum.count);
      sum.schools.insert(visit.host());
      if (visit.date() < sum.date) continue;
      sum.date = visit.date();
      sum.look_for = look_for;
    }
  }
  std::vector<v1::VisitFinding> findings;
  for (const auto& [key, sum] : sums) {
    v1::VisitFinding& finding = findings.emplace_back();
    *finding.mutable_look_for() = *sum.look_for;
    finding.set_schools(static_cast<int>(sum.schools.size()));
    SetShare(sum.count, finding);
  }
  return findings;
}

Notes NotesOf(const std::vector<v1::VisitRoom>& rooms) {
  std::set<std::string> notes;
  int with_notes = 0;
  for (const v1::VisitRoom& room : rooms) {
    if (!room.notes().empty()) ++with_notes;
    notes.insert(room.notes().begin(), room.notes().end());
  }
  if (with_notes < kFewestRooms) return {.notes = {}, .suppressed = true};
  return {.notes = {notes.begin(), notes.end()}};
}

}  // namespace throughline::cycles
