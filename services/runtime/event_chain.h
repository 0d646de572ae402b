// Which records of an events topic count.
//
// An owner that lost its partition without knowing may still write. Then two events of one number
// are in the log, and whichever came first counts; but what the loser wrote after its own must not
// be taken for the winner's continuation. So every event carries a hash of the one it follows, and
// a reader takes a record only when it follows what was taken last. A record that follows nothing
// taken, nor a dropped record, is a gap: that is never passed over. An event that is damaged is
// one, too, for its chain value is not that of what it says.
//
// A partition of a log that was written from one with another number of partitions begins with an
// event that says so, whatever its number.
#pragma once

#include <cstdint>
#include <string_view>

#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// How far a reader of one events partition is.
struct ChainPlace {
  int64_t sequence = 0;  // of the last event taken
  uint64_t chain = 0;    // its chain value
  uint64_t branch = 0;   // chain value of the last record dropped
};

enum class Follows { kNext, kDropped, kGap };

// The chain value of an event that follows `before` (XXH3, 64 bits).
uint64_t ChainValue(uint64_t before, const v1::Envelope& event, std::string_view value);
// Judges the next record and moves the place on, unless it is a gap.
Follows Follow(ChainPlace& place, const v1::Envelope& event, std::string_view value);

}  // namespace throughline::runtime
