// A journal as it was at an earlier moment: what its log has beyond that is taken away, and with it
// the store, which whoever serves it next folds anew from what is left.
//
// Cut are commands (inbox.*) and events (events.*), each partition from the first record that is
// later on. What is left closes over its causes: no event is left whose inputs are gone, no half of
// a decision, and no delivery whose event is gone; commands that were not decided yet at the moment
// are decided by whoever serves it. Topics that are no part of the state stay whole, such as the
// audit trail and the fingerprints of keys.
#pragma once

#include <cstdint>
#include <string>

#include "core/date.h"
#include "core/result.h"

namespace throughline::runtime {

// Of the journal's file, which nobody has open. How many records it took away. MOMENT_BEFORE_MOVE
// when the log was moved from another number of partitions later than that: of what was before,
// positions say how far partitions had come together, and not each by itself. Throws
// sqlite::Failure.
core::Result<int64_t> CutAfter(const std::string& file, core::Instant moment);

}  // namespace throughline::runtime
