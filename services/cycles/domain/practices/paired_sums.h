// Exact sums as messages carry them, and what practices do with them. Pure.
#pragma once

#include "core/statistics/paired_moments.h"
#include "throughline/common/v1/paired_sums.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

core::PairedMoments MomentsOf(const common::v1::PairedSums& sums);
common::v1::PairedSums SumsOf(const core::PairedMoments& moments);

// A cycle more, or less, in the sums of a window.
void PutIn(const common::v1::PairedSums& sums, v1::WindowSumsRow& row);
void TakeOut(const common::v1::PairedSums& sums, v1::WindowSumsRow& row);

}  // namespace throughline::cycles
