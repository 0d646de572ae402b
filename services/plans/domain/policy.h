// The district's policy: its defaults, and which values make sense.
#pragma once

#include <optional>

#include "core/result.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline::plans {

// Every field present.
common::v1::Policy DefaultPolicy();
// The policy with the defaults of what it does not say: a district may be older than a field.
common::v1::Policy WholePolicy(const common::v1::Policy& policy);
// The first thing wrong with an effective policy; nullopt when nothing is.
std::optional<core::Error> Check(const common::v1::Policy& policy);

}  // namespace throughline::plans
