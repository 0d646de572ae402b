// What of the service's rows may be shown.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/plans/v1/district.pb.h"

namespace throughline::cycles {

// DISTRICT_UNKNOWN when it is not there.
core::Result<plans::v1::District> DistrictIn(const runtime::Rows& rows,
                                             const std::string& district);
// By the policy of that moment, and that of now.
core::Result<int64_t> SmallestCellIn(const runtime::Rows& rows, const std::string& district);
// Takes out what the district may not show.
core::Result<void> Hide(const runtime::Rows& rows, const std::string& district,
                        google::protobuf::Message& response);

}  // namespace throughline::cycles
