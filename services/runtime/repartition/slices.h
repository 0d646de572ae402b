// What of a piece goes to which partition of the new log: each slice is a decision of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "decider/decider.h"
#include "runtime/repartition/merged_decisions.h"

namespace throughline::runtime {

struct Slice {
  int32_t partition = 0;
  std::vector<size_t> events = {};  // of the piece's decision
  bool expires_timer = false;       // it clears the decision's timer, and nothing else does there
  bool answers = false;             // it keeps what the decision's command was answered
};

struct Partitions {
  int32_t before = 1, after = 1;
};

// `route`: the key of the command that the decision answers; empty: it is not known, or was none.
// EVENT_ELSEWHERE when an event is not where its key was.
core::Result<std::vector<Slice>> SlicesOf(const Piece& piece, const decider::Decider& decider,
                                          const Partitions& partitions, const std::string& route);

// How many records it comes to.
size_t RecordsOf(const Slice& slice);

}  // namespace throughline::runtime
