// Cycles in the state: where they are, and whether they are over.
#pragma once

#include <string>

#include "core/result.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// Of the school, which a cycle is kept with.
std::string SubjectOf(const v1::Cycle& cycle);
std::string KeyOf(const v1::Cycle& cycle);

bool IsOver(const v1::Cycle& cycle);

// The cycle that a command is about, when it is still open and of the version expected.
template <class Request>
core::Result<v1::Cycle> OpenCycle(const Request& request, const decider::Turn& turn) {
  if (request.school().empty()) return core::Refuse(core::SchoolUnknown(""));
  const auto* cycle =
      turn.state().Find(kCycles, JoinKey(request.district(), request.school(), request.cycle()));
  if (cycle == nullptr) return core::Refuse(CycleUnknown(request.cycle()));
  if (request.expected_version() != 0 && request.expected_version() != cycle->version()) {
    return core::Refuse(
        VersionStale("expected_version", request.expected_version(), cycle->version()));
  }
  if (IsOver(*cycle)) return core::Refuse(CycleOver(request.cycle()));
  return *cycle;
}

}  // namespace throughline::cycles
