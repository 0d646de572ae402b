// What of the service's rows may be shown.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/district.pb.h"

namespace throughline::evidence {

// ID_INVALID; DISTRICT_UNKNOWN when it is not there.
core::Result<plans::v1::District> DistrictIn(const runtime::Rows& rows,
                                             const std::string& district);
// By the policy of `then`, and that of now: of an earlier moment nothing is shown that is too small
// now.
core::Result<int64_t> SmallestCellIn(const runtime::Rows& rows, const plans::v1::District& then);

}  // namespace throughline::evidence
