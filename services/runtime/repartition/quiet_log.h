// Whether a log is quiet: whatever is in it was taken by everybody who reads it, and what came of
// that is in the log, too. Only then do its events say all there is to know.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "decider/decider.h"
#include "runtime/journal.h"

namespace throughline::runtime {

// What the services' partitions came to.
struct QuietService {
  int64_t last_sequence = 0;   // the greatest of any partition
  int64_t commands_until = 0;  // no command has a number in its id as great as that
  bool operator==(const QuietService&) const = default;
};
using QuietServices = std::map<std::string, QuietService, std::less<>>;

// LOG_NOT_QUIET, with what is not taken yet: by the positions that the store's heads have.
core::Result<QuietServices> ReadQuiet(Log& log, Store& store,
                                      const std::vector<const decider::Decider*>& services,
                                      int32_t partitions);

}  // namespace throughline::runtime
