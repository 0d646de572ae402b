// What visitors look for, what they saw, and in how many rooms. Pure.
//
// Under 4 rooms nothing is shown, for it would name teachers. Rooms are counted once, when the
// visit is held and none can come any more, so that no two moments differ by a room; and sums over
// visits are of shares that are shown by themselves, so that no two sums do.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>
#include <vector>

#include "core/errors.h"
#include "throughline/cycles/v1/visit.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::cycles {

inline constexpr int kFewestRooms = 4;
inline constexpr int kRoomsAtMost = 40;

// What is wrong with a host's look-fors: LOOK_FORS_INVALID, LOOK_FOR_INVALID, TEXT_….
std::optional<core::Error> CheckLookFors(
    const google::protobuf::RepeatedPtrField<v1::LookFor>& look_fors);
// What is wrong with what was seen in a room: ROOM_INVALID, LOOK_FOR_UNKNOWN, TEXT_….
std::optional<core::Error> CheckRoom(const v1::VisitRoom& room, const v1::Visit& visit);

// The shares of every look-for of the visit, in order, over its rooms.
void SetShares(v1::Visit& visit, const std::vector<v1::VisitRoom>& rooms);

// What these visits saw: a finding for each look-for of one id, practice, indicator and way of
// rating that has a share that is shown.
std::vector<v1::VisitFinding> FindingsOf(const std::vector<v1::Visit>& visits);

// What was noted in the rooms, each note once, in alphabetical order; none, and `suppressed`, when
// too few rooms have notes.
struct Notes {
  std::vector<std::string> notes;
  bool suppressed = false;
};
Notes NotesOf(const std::vector<v1::VisitRoom>& rooms);

}  // namespace throughline::cycles
