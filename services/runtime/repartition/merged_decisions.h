// The events of all partitions of a service as one sequence, in the order of time: each partition's
// in its own order, and what is about one key's in the order in which that was decided.
//
// An event that every partition has of its own, about a key that has nothing above it, comes once:
// behind what is before it in every partition, and before what is behind it in any, of that key and
// of what is beneath it. So whatever folds the sequence meets every event after the same others of
// its key as its partition did. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/date.h"
#include "decider/decider.h"
#include "runtime/decision_reader.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/repartition.pb.h"

namespace throughline::runtime {

// Events of one decision that follow one another, or one that every partition has.
struct Piece {
  int32_t from = 0;  // partition
  std::shared_ptr<const std::vector<v1::Packed>> decision;
  size_t begin = 0, end = 0;  // of its events
  // Of an event that every partition has: its number among those; nullopt: it is none.
  std::optional<size_t> common = {};
  // Where else it is, besides the first of the piece: partition and sequence number.
  std::vector<std::pair<int32_t, int64_t>> same = {};
  bool is_known = false;  // it came before; this says only where else it is

  core::Instant time() const { return core::FromMillis((*decision)[begin].envelope().time_ms()); }
  bool begins() const { return begin == 0; }
  bool ends() const { return end == decision->size(); }
};

class MergedDecisions {
 public:
  // The parts must outlive this.
  MergedDecisions(RecordReader& log, const decider::Decider& decider, int32_t partitions);

  // nullopt at the end. What the runtime says of an earlier move is left out.
  core::Result<std::optional<Piece>> Next();
  // Where records of before an earlier move are, as far as was read.
  const std::vector<std::pair<int32_t, v1::MovedRecords>>& moved_before() const {
    return moved_before_;
  }

 private:
  struct Waiting {
    Piece piece;
    int64_t number = 0;  // in the order of its partition
    std::string common;  // what is the same in every partition; empty: nothing
  };
  // The pieces of one partition about one key and what is beneath it.
  struct Stream {
    std::deque<Waiting> waiting;
    std::map<std::string, std::deque<size_t>> passed;  // common ones that came before they did here
  };
  struct Source {
    Source(RecordReader& log, TopicPartition of) : reader(log, std::move(of)) {}
    DecisionReader reader;
    bool ended = false;
    int64_t read = 0;    // pieces
    size_t waiting = 0;  // of those
    std::map<std::string, Stream> streams;
    std::map<int64_t, std::string> open;  // streams whose first may come next, by its number
  };

  core::Result<void> Read(int32_t partition);
  void Take(int32_t partition, std::vector<v1::Packed> decision);
  bool IsOfTheRuntime(int32_t partition, const v1::Packed& event);
  std::string RootOf(const std::vector<v1::Packed>& decision) const;
  std::string CommonOf(const v1::Packed& event) const;
  void Put(int32_t partition, const std::string& root, Waiting waiting);
  void LookAtFirst(int32_t partition, const std::string& root);
  void TryCommon(const std::string& root);
  int32_t WhoseCommon(const std::string& root);
  Piece TakeFirst(int32_t partition, const std::string& root);
  const Piece& FirstOpen(int32_t partition) const;
  bool HasItsCauses(const Piece& piece) const;
  bool IsBefore(const Piece& one, const Piece& other) const;

  const decider::Decider& decider_;
  const int32_t partitions_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::set<std::string> held_up_;  // keys of which a common event may be what comes next
  std::deque<Piece> ready_;
  size_t commons_ = 0;
  std::vector<int64_t> given_;  // the greatest sequence number of each partition
  std::vector<std::pair<int32_t, v1::MovedRecords>> moved_before_;
};

}  // namespace throughline::runtime
