// Decides what one service recorded of a district once more, as its Redecider says: from its own
// events alone, which say all that came in. Every partition takes its recorded decisions in their
// order, each where it stood between the others; partitions take turns in the order of time.
// Conclusions that are delivered are taken where the recorded ones were, and those that nobody
// recorded, at their time. Writes nothing. Not thread-safe.
//
// A log that was moved to another number of partitions (moved_records.h) does not say any more in
// which order the partitions of before took their inputs. So what was moved is taken as it was
// recorded, conclusions too, and what came after the move is decided again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decider/redecider.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// A conclusion as it was drawn now.
struct Conclusion {
  int32_t partition = 0;
  int64_t at = 0;  // sequence number of the recorded event behind which it stands
  core::Instant time;
  std::shared_ptr<const google::protobuf::Message> message;
};

struct RerunOptions {
  int32_t partitions = 1;
  std::string subject;   // what is about it, or beneath it, is decided again
  core::Instant until;   // what was decided later is left alone
  std::string upstream;  // the service whose conclusions are taken; empty: none
  // Called with every conclusion that was recorded, in the order of its partition. May be empty.
  std::function<void(const v1::Packed& recorded)> recorded;
  // The same with those that stand as they were recorded, for they were moved.
  std::function<void(const v1::Packed& stands)> stands;
};

class Rerun {
 public:
  // The parts must outlive this.
  Rerun(RecordReader& log, const decider::Redecider& rules, RerunOptions options);
  ~Rerun();

  // Does what is next in time; false at the end of what is recorded. An error is the log's.
  core::Result<bool> Step();
  // Takes a conclusion of the upstream service, where the recorded ones of its place were taken.
  core::Result<void> Take(const Conclusion& upstream);
  // Does what is left after the last conclusion of the upstream service, up to the time that this
  // service came to.
  core::Result<void> Finish(core::Instant upstream_time);

  // What was concluded since this was asked last.
  std::vector<Conclusion> TakeConclusions();
  // The time of the last recorded decision that was read.
  core::Instant time() const { return time_; }
  // Recorded events that were read, of everybody.
  int64_t events() const { return events_; }

 private:
  class Turn;
  struct Place;

  core::Result<void> Fetch(Place& place);
  void NoteMove(Place& place, const v1::Packed& event);
  void TakeMoved(Place& place, const std::vector<v1::Packed>& decision);
  // Whether all that the next recorded decision had taken from other partitions is decided.
  bool IsReady(const Place& place) const;
  // When the partition has something to do; nullopt: never again.
  std::optional<core::Instant> NextTime(const Place& place) const;
  void Do(Place& place);
  void Repeat(Place& place);
  void Fire(Place& place, const decider::Timer& timer);
  bool DrawOne(Place& place, core::Instant by);
  void Decide(Place& place, const decider::Input& input, core::Instant time, const std::string& id,
              int64_t at);
  static int64_t Pair(Place& place, const google::protobuf::Message& message, int64_t at);
  void Conclude(Place& place, const google::protobuf::Message& message, int64_t at,
                core::Instant time, const decider::Delivery& delivery);
  int64_t TakenFromUpstream(const Place& place) const;
  void KeepRows(Place& place);

  RecordReader& log_;
  const decider::Redecider& rules_;
  const RerunOptions options_;
  std::vector<std::unique_ptr<Place>> places_;
  std::vector<Conclusion> conclusions_;
  core::Instant time_{};
  int64_t events_ = 0;
};

}  // namespace throughline::runtime
