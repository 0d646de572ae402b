// What of the service's rows may be shown.
#pragma once

#include <string>

#include "core/result.h"
#include "runtime/rows.h"

namespace throughline::cycles {

// Takes out what the district may not show: by the policy of that moment, and that of now.
core::Result<void> Hide(const runtime::Rows& rows, const std::string& district,
                        google::protobuf::Message& response);

}  // namespace throughline::cycles
