// The moment that `--as-of` names. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/date.h"
#include "core/result.h"

namespace throughline {

// Milliseconds since the epoch: of a day ("2026-10-01") its end in the zone, of today 0, which is
// now; of a time ("2026-10-01T12:00", seconds optional) that time in the zone, or, with an offset
// ("2026-10-01T12:00:00Z"), wherever it is. AS_OF_INVALID for any other text.
core::Result<int64_t> AsOf(std::string_view text, std::string_view zone, core::Instant now);

}  // namespace throughline
