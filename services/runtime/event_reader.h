// Reads events of several services in a resumable order: per partition in sequence, no gap, no
// duplicate, from a token that encodes where every partition stands. Partitions take turns, so two
// readers of one query may meet the events of different partitions in different orders; when their
// places are equal they have read the same events.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"
#include "runtime/stream_token.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

// What to read.
struct EventQuery {
  std::vector<std::string> services;  // whose events, such as {"notifications"}
  std::string subject;  // events about it, and about what is beneath it: "<subject>/…"; never empty
  bool only_this = false;  // about the subject itself only, which is a partition key
  std::string after;       // token; empty: from the beginning, or from now
  bool only_new = false;   // with an empty token: from now on
  // Which move the log is of (MoveOf its first service), when that is known; otherwise it is read.
  std::optional<uint64_t> move = {};
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
  // TOKEN_INVALID when the token is not one this query could have given out; TOKEN_AHEAD when it
  // is of a place that this process has not seen the log reach, which may be a moment's delay.
  // A token of another log shows here nearly always; if not, Next says TOKEN_INVALID before it
  // gives anything of a partition that differs.
  static core::Result<EventReader> Open(Log& log, int32_t partitions, const EventQuery& query);
  // Events after the position, at most `limit`, and none at or behind the places `until` where they
  // are given. Moves on. Looks at a bounded number of records, so that it returns soon: that there
  // are no events means that there are none yet only when caught_up() says so.
  core::Result<std::vector<ReadEvent>> Next(size_t limit, const ReadPlaces* until = nullptr);
  // Whether the last Next left nothing to read.
  bool caught_up() const { return caught_up_; }
  // Whether a change of this partition concerns the reader.
  bool Concerns(const TopicPartition& changed) const { return places_.contains(changed); }

  const ReadPlaces& places() const { return places_; }
  // Which move the log is of; its tokens are of no other.
  uint64_t move() const { return *query_.move; }
  // Takes over where the chain is from a reader of the same query at the same offsets, where this
  // one does not know yet.
  void Learn(const ReadPlaces& places);
  // Reads what its token left for when something follows: where the chains are. TOKEN_INVALID as of
  // Next.
  core::Result<void> ReadChains();
  // The position, as a token.
  std::string Token() const;

 private:
  EventReader(Log& log, EventQuery query) : log_(&log), query_(std::move(query)) {}
  core::Result<void> PlaceAt(const std::string& token);
  // How much Next may still do.
  struct Bounds {
    size_t events;
    size_t records;
  };
  // Whether nothing is left before `until`.
  core::Result<bool> ReadFrom(const TopicPartition& from, ReadPlace& at, int64_t until,
                              Bounds& bounds, std::vector<ReadEvent>& events);
  // Where the chain is, by the record before the place: read, or as it was read.
  core::Result<void> ReadChain(const TopicPartition& of, ReadPlace& at) const;
  core::Result<void> PlaceChain(ReadPlace& at, const StoredRecord& before) const;
  core::Result<void> Take(const TopicPartition& from, ReadPlace& at, StoredRecord& stored,
                          std::vector<ReadEvent>& events) const;
  bool Wanted(const v1::Envelope& envelope) const;
  Log* log_;
  EventQuery query_;
  ReadPlaces places_;
  TopicPartition next_;  // round robin, so that no partition starves another
  bool caught_up_ = false;
};

// Finds one event by its id "<service>.<partition>.<sequence>"; NOT_FOUND when there is none.
// `id` of an input ("inbox.<service>.<partition>.<offset>") finds the command.
core::Result<ReadEvent> FindEvent(Log& log, std::string_view id);

}  // namespace throughline::runtime
