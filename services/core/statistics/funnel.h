// How far a share of few differs from that of all by chance alone: the limits of a funnel plot
// (Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in
// Medicine 24).
#pragma once

#include <cstdint>
#include <optional>

namespace throughline::core {

// Between them lie 95 %, and 99.8 %, of the shares of so many cases when nothing but chance tells
// them from the share of all; cut to 0 and 1.
struct FunnelLimits {
  double low_95 = 0;
  double high_95 = 0;
  double low_998 = 0;
  double high_998 = 0;
};

// `share` of all, 0 to 1: share ± z·√(share·(1−share)/cases), z 1.959964 and 3.090232. Absent
// without cases.
std::optional<FunnelLimits> FunnelLimitsOf(double share, int64_t cases);

}  // namespace throughline::core
