// The moments at which a visit is due for re-evaluation, each named after its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/visit.pb.h"

namespace throughline::cycles {

struct VisitTimer {
  enum class What {
    kPacket,    // its day begins
    kOverdue,   // it, or a commitment, is past its due day
    kEscalate,  // and still is
  };
  What what;
  std::string district;
  std::string host;
  std::string visit;
  std::string commitment;  // empty: of the visit itself
};

// The visit timer of that name (`visit/<what>/<district>/<host>/<visit>[/<commitment>]`); nullopt
// for another.
std::optional<VisitTimer> ParseVisitTimer(std::string_view name);
void DecideTimer(const VisitTimer& timer, decider::Turn& turn);

// For Apply. Of the visit: the morning of its day, and when it is overdue.
void SetVisitTimers(const v1::Visit& visit, decider::State& state);
void ClearVisitTimers(const v1::Visit& visit, decider::State& state);
// Of all of its commitments: when they are overdue.
void SetCommitmentTimers(const v1::Visit& visit, decider::State& state);
void ClearCommitmentTimers(const v1::Visit& visit, std::string_view commitment,
                           decider::State& state);

}  // namespace throughline::cycles
