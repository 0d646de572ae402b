// Running moments as they are stored.
#pragma once

#include "core/statistics/moments.h"
#include "core/statistics/paired_moments.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

core::Moments MomentsOf(const v1::MomentsRow& row);
void Store(const core::Moments& moments, v1::MomentsRow& row);

core::PairedMoments PairedMomentsOf(const v1::PairedMomentsRow& row);
void Store(const core::PairedMoments& moments, v1::PairedMomentsRow& row);

}  // namespace throughline::evidence
