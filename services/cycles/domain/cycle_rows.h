// A cycle in the state: its key, what its events are about, and whether it is over.
#pragma once

#include <algorithm>
#include <string>

#include "core/result.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "decider/decider.h"

namespace throughline::cycles {

inline std::string SubjectOf(const v1::Cycle& cycle) {
  return core::Key{cycle.district(), cycle.school()}.Text();
}

inline std::string KeyOf(const v1::Cycle& cycle) {
  return JoinKey(cycle.district(), cycle.school(), cycle.cycle());
}

inline bool IsOver(const v1::Cycle& cycle) {
  return cycle.state() == v1::CYCLE_STATE_CLOSED || cycle.state() == v1::CYCLE_STATE_CANCELLED;
}

// For Apply: the next review, of a school or a plan, gathers the closed cycle, unless the last one
// did before it was reopened.
template <class ReviewRow>
void AddClosed(const v1::Cycle& cycle, ReviewRow& row) {
  const auto& gathered = row.gathered();
  if (std::find(gathered.begin(), gathered.end(), cycle.cycle()) != gathered.end()) return;
  row.add_closed(cycle.cycle());
}

// The cycle that a command is about, when it is of the version expected.
template <class Request>
core::Result<v1::Cycle> CycleOf(const Request& request, const decider::Turn& turn) {
  if (request.school().empty()) return core::Refuse(SchoolUnknown(""));
  const auto* cycle =
      turn.state().Find(kCycles, JoinKey(request.district(), request.school(), request.cycle()));
  if (cycle == nullptr) return core::Refuse(CycleUnknown(request.cycle()));
  if (request.expected_version() != 0 && request.expected_version() != cycle->version()) {
    return core::Refuse(
        VersionStale("expected_version", request.expected_version(), cycle->version()));
  }
  return *cycle;
}

// The same, when it is still open.
template <class Request>
core::Result<v1::Cycle> OpenCycle(const Request& request, const decider::Turn& turn) {
  auto cycle = CycleOf(request, turn);
  if (cycle && IsOver(*cycle)) return core::Refuse(CycleOver(request.cycle()));
  return cycle;
}

}  // namespace throughline::cycles
