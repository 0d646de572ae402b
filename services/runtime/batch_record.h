// What is measured and traced of the batch that a partition has in hand. It decides nothing, and a
// partition does the same without it.
//
// A batch has a span for each work that its inputs come of: `process`, the child of whatever sent
// them, and in it `commit` and `send`. What is sent names `send` as its parent. Inputs of one batch
// that come of different work are linked. Of what is not sampled no span is made, unless it failed,
// took long or is notable; a notable decision is sampled from there on.
//
// A timer goes on with the work that set it, as long as this owner has the partition; after that it
// begins a trace of its own.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/trace_context.h"
#include "runtime/counters.h"
#include "runtime/tracing.h"

namespace throughline::runtime {

class BatchRecord {
 public:
  // `counters` and `standing`, which may be null, outlive this.
  BatchRecord(std::string_view service, int32_t partition, Counters& counters,
              PartitionStanding* standing, Tracing tracing);

  bool traces() const { return tracing_.tracer != nullptr; }
  // For the owner of the state: where the names of timers go that the next decision sets.
  std::vector<std::string>* timers_set() { return &timers_set_; }

  // Reading begins.
  void Begin();
  // What was read: when the oldest of it came, and when, at the earliest, what is left did.
  void Read(std::optional<core::Instant> oldest, std::optional<core::Instant> left);
  void TookInput() { ++inputs_; }
  // What was decided on an input: its events go on in its trace.
  void DecidedOnRecord(const std::string& topic, const std::string& traceparent,
                       std::vector<v1::Packed>& events);
  void DecidedOnTimer(const std::string& timer, std::vector<v1::Packed>& events);
  // All of it is decided.
  void Decided(size_t events);
  void Committed(core::Instant now);
  // An event has got into the log.
  void Published(const v1::Envelope& event, core::Instant now);
  // The events, and what is delivered, are in the log.
  void Delivered();
  // The batch is over.
  void Done();
  void Failed(const std::string& reason);

 private:
  using Steady = std::chrono::steady_clock;
  // Of the batch, what comes of one piece of work.
  struct Part {
    std::string topic;
    core::TraceContext cause;
    core::TraceContext process, send;
    std::vector<core::TraceContext> links;
    int64_t inputs = 0, events = 0;
    bool notable = false;
    bool begins = false;  // nothing caused it
  };
  Part& PartOf(const std::string& topic, const core::TraceContext& cause, bool begins);
  core::TraceContext NewProcess(const Part& part) const;
  void GoOn(Part& part, std::vector<v1::Packed>& events);
  bool IsNotable(const std::vector<v1::Packed>& events) const;
  void NoteTimers(const core::TraceContext& context);
  void Export(const std::string& error);
  void ExportPart(Part& part, const std::string& error);
  std::chrono::system_clock::time_point At(Steady::time_point moment) const;
  double Since(Steady::time_point moment) const {
    return std::chrono::duration<double>(Steady::now() - moment).count();
  }

  const std::string service_;
  const int32_t partition_;
  Counters& counters_;
  PartitionStanding* const standing_;
  const Tracing tracing_;
  // Of the batch.
  bool begun_ = false;
  Steady::time_point noticed_, began_, decided_, committed_, delivered_;
  std::chrono::system_clock::time_point began_at_;
  size_t inputs_ = 0;
  std::optional<core::Instant> left_;
  std::vector<Part> parts_;
  std::vector<std::string> timers_set_;
  // Of those that are set, what they go on with.
  std::map<std::string, std::vector<core::TraceContext>, std::less<>> timers_;
};

}  // namespace throughline::runtime
