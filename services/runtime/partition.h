// The owner of one partition of one service: the protocol that everything else rests on.
//
//   take      commands from inbox.<service>, facts from events.<upstream>, due timers
//   decide    in order, on hot state; every event gets the next dense sequence number
//   commit    state, positions, sequence and the events as an outbox, in one guarded step
//   publish   the outbox, in order, to events.<service>; then deliveries to other partitions
//   answer    the waiting callers
//
// The log is the truth: on taking a partition over, the owner folds what its own events topic has
// beyond the store, and publishes what the store's outbox has beyond the topic. A store that lost
// its last commits, or everything, is a special case of that.
//
// A decision of several events may have reached the log in part when everything else was lost. Its
// input is then decided again, which gives the same events, and the missing ones are published.
//
// After an error the owner has given up: drop it and make another. Not thread-safe.
#pragma once

#include <google/protobuf/arena.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "decider/decider.h"
#include "runtime/batch_record.h"
#include "runtime/counters.h"
#include "runtime/event_chain.h"
#include "runtime/input_progress.h"
#include "runtime/journal.h"
#include "runtime/outcome_book.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

struct PartitionOptions {
  int32_t partition = 0;
  int32_t partitions = 1;
  std::string nonce;  // unique to this owner: two owners never write the same token
  size_t max_inputs = 256;
  size_t max_bytes = 4 << 20;
  size_t max_hot_rows = 400'000;
  std::chrono::milliseconds keep_outcomes = std::chrono::hours(24);
  PartitionStanding* standing = nullptr;  // outlives it; null: nobody asks how it stands
  Tracing tracing = {};
};

class Partition : private decider::RowSource {
 public:
  using AnswerSink = std::function<void(const std::string& request_id, const v1::Outcome& outcome)>;

  // The parts must outlive the partition.
  Partition(Log& log, Store& store, const decider::Decider& decider, PartitionOptions options,
            AnswerSink answer, Counters& counters);

  // Does the next step: at most one write. True when it did something, false when there is nothing
  // to do now. `now` says which timers are due.
  core::Result<bool> Step(core::Instant now);
  // When time alone will give it something to do; nullopt: never.
  std::optional<core::Instant> NextDue() const;
  // Looks whether the store still holds what this owner last committed. STORE_DIFFERS when it does
  // not: another owner has been there, or the store has lost it.
  core::Result<void> Verify();
  // Marks what is published as published, so that the next owner need not look.
  core::Result<void> Release();
  int64_t sequence() const { return decided_.sequence; }
  // Whether the state is that of the log: what this owner does from now on are its own decisions.
  bool taken_over() const { return stage_ > Stage::kFold; }
  // Offset in the own events topic up to which local callers have been answered; nullopt before the
  // partition is taken over.
  std::optional<int64_t> answered_end() const { return answered_end_; }

 private:
  enum class Stage { kTakeOver, kFold, kReady, kDecided, kCommitted, kPublished, kDelivered };
  struct Taken {
    size_t input = 0;  // which input topic
    int64_t offset = 0;
    v1::Envelope envelope;
    std::string value;
    std::string id;
    const google::protobuf::Message* message = nullptr;  // in the arena
    std::optional<ChainPlace> place;                     // of an upstream topic after this record
    bool dropped = false;                                // it does not count
    bool ignored = false;                                // a fact of a type that means nothing here
  };

  core::Result<bool> Act(core::Instant now);
  core::Result<void> TakeOver();
  core::Result<v1::Head> ReadHead();
  core::Result<void> FoldChunk();
  void PreloadFold(const std::vector<StoredRecord>& records);
  core::Result<bool> FoldRecord(const StoredRecord& stored, std::vector<v1::Packed>& deliveries);
  void FoldDecision(std::vector<v1::Packed>& deliveries);
  void ReadRowsFromStore();
  core::Result<void> FinishFold();
  core::Result<void> CompleteDecision();
  core::Result<Taken> FindCause(const std::string& cause);
  core::Result<bool> TakeAndDecide(core::Instant now);
  core::Result<std::vector<std::vector<Taken>>> Read(bool& all);
  Taken Understand(size_t input, StoredRecord stored);
  void Preload(const std::vector<std::vector<Taken>>& inputs);
  void DecideInOrder(std::vector<std::vector<Taken>>& inputs, bool all, core::Instant now);
  void DecideRecord(Taken& taken);
  bool IsRepeated(const Taken& taken);
  void DecideTimer(const decider::Timer& timer);
  void Keep(std::vector<v1::Packed> events);
  core::Result<void> CommitBatch(core::Instant now);
  core::Result<void> Publish(core::Instant now);
  core::Result<void> Deliver(const std::vector<v1::Packed>& events);
  void AnswerAll();
  core::Result<void> WriteHead();
  // Whether another owner has written to the own topic, found by an append to it.
  core::Result<void> Appended(const Stretch& at, size_t count);

  // Under which the store is read.
  std::optional<std::string> Guard() const;

  // RowSource
  std::vector<std::optional<std::string>> Load(const std::vector<decider::RowKey>& keys) override;
  std::vector<std::pair<std::string, std::string>> Scan(std::string_view table,
                                                        std::string_view prefix) override;

  Log& log_;
  Store& store_;
  const decider::Decider& decider_;
  PartitionOptions options_;
  AnswerSink answer_;
  Counters& counters_;
  TopicPartition own_;
  StorePartition stored_;
  std::vector<TopicPartition> inputs_;  // the inbox first

  Stage stage_ = Stage::kTakeOver;
  std::optional<decider::State> state_;
  bool rebuilding_ = false;  // from nothing: the state has every row there is
  std::string token_;        // of the head in the store; empty: none
  int64_t commits_ = 0;      // of this owner
  ChainPlace decided_;       // the last event decided
  ChainPlace logged_;        // the last event known to be in the log
  int64_t log_end_ = 0;      // offset after it
  InputProgress progress_;
  google::protobuf::Arena arena_;  // of the messages that are taken at once
  core::Instant time_{};           // of the last event: time does not go back
  bool outbox_unmarked_ = false;   // the head in the store still lists published events
  int64_t silent_inputs_ = 0;      // taken since the last commit without an event

  std::vector<v1::Packed> outbox_;  // decided, not published
  std::vector<v1::Packed> half_;    // the first events of a decision whose rest is not in the log
  int64_t boundary_ = 0;            // log offset before them
  std::optional<int64_t> answered_end_;
  OutcomeBook outcomes_;
  BatchRecord batch_;
};

}  // namespace throughline::runtime
