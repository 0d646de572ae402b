// Where every record of one service goes: planned first, by reading all of it, and then written, by
// reading it once more in the same order. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "decider/decider.h"
#include "runtime/repartition/merged_decisions.h"
#include "runtime/repartition/new_log.h"
#include "runtime/repartition/quiet_log.h"
#include "runtime/repartition/slices.h"
#include "throughline/runtime/v1/repartition.pb.h"

namespace throughline::runtime {

class MovedPositions;

// Where a record is in the new log.
struct MovedTo {
  int32_t partition = -1;  // -1: nowhere; kEverywhere: in every partition
  int64_t number = 0;      // of an event sequence number, of a command offset; or its common number
};
inline constexpr int32_t kEverywhere = -2;

class ServiceMove {
 public:
  // The parts must outlive this.
  ServiceMove(RecordReader& from, const decider::Decider& decider, const Partitions& partitions,
              const QuietService& quiet)
      : from_(from), decider_(decider), partitions_(partitions), quiet_(quiet) {}

  using Progress = std::function<void(int64_t events)>;
  core::Result<void> Plan(const Progress& progress);
  // What stands before the events: where numbers begin, and the commands of before.
  core::Result<void> Begin(NewLog& to) const;
  core::Result<void> WriteEvents(NewLog& to, MovedPositions& positions,
                                 const Progress& progress) const;
  // What stands behind them: where they are, and where each partition goes on from. After the
  // events of every service.
  core::Result<void> Finish(NewLog& to, MovedPositions& positions, int64_t time_ms) const;

  std::string_view service() const { return decider_.service(); }
  const decider::Decider& decider() const { return decider_; }
  // Of an event of before.
  MovedTo PlaceOf(int32_t partition, int64_t sequence) const;
  int64_t first_of(int32_t partition) const {
    return places_[static_cast<size_t>(partition)].first;
  }
  // Of a common event, in each partition.
  const std::vector<int64_t>& Common(size_t number) const { return commons_[number].in; }
  int64_t first_sequence() const { return quiet_.last_sequence + 1; }  // of every partition
  int64_t commands_before() const { return quiet_.commands_until; }
  int64_t commands(int32_t partition) const { return commands_[static_cast<size_t>(partition)]; }
  // The last event that was moved into a partition.
  int64_t last_moved(int32_t partition) const {
    return first_sequence() + events_[static_cast<size_t>(partition)];
  }
  int64_t RecordsIn(int32_t partition) const;   // of its events topic
  int64_t events() const { return read_; }      // that were read
  int64_t time_ms() const { return time_ms_; }  // the latest of an event

 private:
  struct Commons {
    std::vector<int64_t> in;  // sequence numbers
    int32_t home = 0;         // the partition that its key has
  };
  // By offset or sequence number, less the first.
  struct Places {
    int64_t first = 0;
    std::vector<MovedTo> to;
  };

  core::Result<void> PlanEvents(const Progress& progress);
  void Place(const Piece& piece, const std::vector<Slice>& slices);
  core::Result<void> PlanCommands();
  void PlanIndex(const std::vector<std::pair<int32_t, v1::MovedRecords>>& before);
  void Index(bool commands, int32_t partition, const Places& places);
  void AddToIndex(v1::MovedRecords stretch);
  MovedTo InIndex(bool commands, MovedTo to) const;
  MovedTo CommandPlace(int32_t partition, int64_t offset) const;
  core::Result<void> WriteSlice(const Piece& piece, const Slice& slice, const v1::Positions& at,
                                const std::string& route, NewLog& to) const;
  TopicPartition EventsIn(int32_t partition) const;

  RecordReader& from_;
  const decider::Decider& decider_;
  const Partitions partitions_;
  const QuietService quiet_;
  int64_t events_before_ = 0;    // what was added to sequence numbers by an earlier move
  int64_t commands_before_ = 0;  // and to offsets in ids of commands
  std::vector<Places> places_;   // of events, by partition
  std::vector<Places> command_places_;
  std::vector<Commons> commons_;
  std::vector<int64_t> events_, commands_;  // how many go to each partition
  std::vector<std::vector<v1::MovedRecords>> index_;
  int64_t read_ = 0;
  int64_t time_ms_ = 0;
};

}  // namespace throughline::runtime
