// Reads events of several services in a resumable order: per partition in sequence, no gap, no
// duplicate, from a token that encodes where every partition stands.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// What to read.
struct EventQuery {
  std::vector<std::string> services;  // whose events, such as {"notifications"}
  std::string district;               // events about it; never empty
  std::string school;                 // events about this school only; empty: all of the district
  std::string after;                  // token; empty: from the beginning, or from now
  bool only_new = false;              // with an empty token: from now on
};

// An event as read. `message` is null when its type is not known to this program.
struct ReadEvent {
  std::string token;  // the position after it
  v1::Envelope envelope;
  std::string id;  // "<service>.<partition>.<sequence>"
  std::string value;
  std::shared_ptr<const google::protobuf::Message> message;
};

// One reading position. Not thread-safe.
class EventReader {
 public:
  // INVALID_ARGUMENT when the token is not one this query could have given out.
  static core::Result<EventReader> Open(Log& log, int32_t partitions, const EventQuery& query);
  // Events after the position, at most `limit`; empty when there are none yet. Moves on.
  core::Result<std::vector<ReadEvent>> Next(size_t limit);
  // Whether a change of this partition concerns the reader.
  bool Concerns(const TopicPartition& changed) const;

 private:
  struct Place {
    int64_t offset = 0;
    ChainPlace chain;
    bool anywhere = false;  // the first event read says where the chain is
  };
  EventReader(Log& log, EventQuery query) : log_(&log), query_(std::move(query)) {}
  core::Result<bool> PlaceAt(const std::string& token);
  core::Result<bool> ReadFrom(const TopicPartition& from, Place& at, size_t limit,
                              std::vector<ReadEvent>& events);
  std::string Token() const;
  bool Wanted(const v1::Envelope& envelope) const;
  Log* log_;
  EventQuery query_;
  std::map<TopicPartition, Place> places_;
  TopicPartition next_;  // round robin, so that no partition starves another
};

// Finds one event by its id "<service>.<partition>.<sequence>"; NOT_FOUND when there is none.
// `id` of an input ("inbox.<service>.<partition>.<offset>") finds the command.
core::Result<ReadEvent> FindEvent(Log& log, std::string_view id);

}  // namespace throughline::runtime
