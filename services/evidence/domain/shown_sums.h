// Exact sums of the matched students that readers are shown, for those who compare cycles. Pure.
#pragma once

#include "evidence/domain/basis.h"
#include "throughline/common/v1/paired_sums.pb.h"

namespace throughline::evidence {

// In millionths of the scale or of a standard deviation of the district, as whole numbers, so that
// sums of cycles are exact; empty when changes cannot be compared.
common::v1::PairedSums ShownSums(const Pool& pool);

}  // namespace throughline::evidence
