// Whether a district had students before there was an identity vault: they are known under
// pseudonyms of another kind, and keep them.
#pragma once

#include <string_view>

#include "core/result.h"
#include "runtime/journal.h"
#include "runtime/rows.h"

namespace throughline::evidence {

// As far as the rows say, which have to be whole: BEING_REBUILT (UNAVAILABLE) as long as the log
// has more than is folded into them.
core::Result<bool> HadStudents(std::string_view district, runtime::Log& log, runtime::Store& store,
                               const runtime::Rows& rows, int32_t partitions);

}  // namespace throughline::evidence
