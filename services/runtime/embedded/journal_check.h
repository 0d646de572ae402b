// Reads everything that is in the embedded journal's directory, and says of each place whether it
// is as it was written: every page of the file by its checksum; every record of every topic
// partition, whether its envelope and its message can be read, whether offsets are dense, and
// whether each event follows the one before (runtime/event_chain.h); every head and row. Changes
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"

namespace throughline::runtime {

struct CheckedJournal {
  int64_t pages = 0;  // read so far
  int64_t pages_of = 0;
  int64_t partitions = 0;  // of topics, with records
  int64_t records = 0;
  int64_t dropped = 0;  // events that are there twice, or on a branch that was left; no damage
  int64_t rows = 0;
  bool has_checksums = true;  // false: it was last written by a version that had none
  int64_t bad_pages = 0;
  int64_t bad_in_log = 0;    // places
  int64_t bad_in_store = 0;  // places; what is there is a fold of the log, and comes back from it

  std::vector<StoredRecord> fingerprints;  // of the secrets it is served with (known_secret.h)

  int64_t bad() const { return bad_pages + bad_in_log + bad_in_store; }
};

// Calls `bad` with a sentence for each place that is bad, and `progress` again and again. A page
// that is bad is one place; the records or rows on it that cannot be read are another. NO_DATA;
// JOURNAL_IN_USE when somebody may be writing to it; JOURNAL_NOT_READABLE with why.
core::Result<CheckedJournal> CheckJournal(
    const std::string& directory, const std::function<void(const std::string& place)>& bad,
    const std::function<void(const CheckedJournal& so_far)>& progress);

}  // namespace throughline::runtime
