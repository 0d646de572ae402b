// Writes the log of an installation anew, with another number of partitions. See README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "decider/decider.h"
#include "runtime/journal.h"
#include "runtime/repartition/slices.h"

namespace throughline::runtime {

struct RepartitionOptions {
  std::vector<const decider::Decider*> services;  // all that read and write the log
  Partitions partitions;
};

struct Repartitioned {
  int64_t events = 0;   // that were read
  int64_t records = 0;  // that were written
};

// What is being done, and how much of it.
using RepartitionProgress = std::function<void(std::string_view doing, int64_t records)>;

// From a log that nobody writes to, and the store that its owners left, to one that is empty and
// that nobody else writes to. PARTITIONS_OUT_OF_RANGE, LOG_NOT_QUIET, LOG_NOT_EMPTY,
// EVENT_ELSEWHERE, MOVE_DIFFERS, and the errors of the logs. When it fails, what is in `to` is of
// no use: nobody can serve it.
core::Result<Repartitioned> Repartition(Log& from, Store& store, Log& to,
                                        const RepartitionOptions& options,
                                        const RepartitionProgress& progress);

}  // namespace throughline::runtime
