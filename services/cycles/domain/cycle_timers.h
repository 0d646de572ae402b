// The moments at which a cycle is due for re-evaluation, each named after its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

struct CycleTimer {
  enum class What {
    kStart,     // the window begins
    kOverdue,   // the phase is past its due day
    kEscalate,  // and still is
    kMissing,   // evidence is looked for, some days before implement ends
    kLapse,     // nobody closed it for as long again as it lasted
  };
  What what;
  std::string district;
  std::string school;
  std::string cycle;
};

// The cycle timer of that name (`cycle/<what>/<district>/<school>/<cycle>`); nullopt for another.
std::optional<CycleTimer> ParseTimer(std::string_view name);
void DecideTimer(const CycleTimer& timer, decider::Turn& turn);

// For Apply.
void SetWindowTimers(const v1::Cycle& cycle, decider::State& state);
// Of those of the window the ones that a cycle has again when it is reopened.
void SetLaterTimers(const v1::Cycle& cycle, decider::State& state);
void SetPhaseTimers(const v1::Cycle& cycle, decider::State& state);
void ClearTimers(const v1::Cycle& cycle, decider::State& state);

}  // namespace throughline::cycles
