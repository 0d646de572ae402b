// Taking a partition over: what the log has beyond the store is folded in, what the outbox has
// beyond the log is published.
#include <algorithm>

#include "runtime/decision_turn.h"
#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/moved_records.h"
#include "runtime/partition.h"
#include "runtime/partition_tables.h"
#include "runtime/planted_bug.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kFoldRecords = 1024;
constexpr size_t kFoldBytes = 8 << 20;

// The chain value covers what the event says, when, and everything before it.
bool SameEvent(const v1::Packed& decided, const v1::Envelope& envelope) {
  return decided.envelope().chain() == envelope.chain();
}

}  // namespace

Result<void> Partition::TakeOver() {
  ++counters_.take_overs;
  auto read = ReadHead();
  if (!read) return core::Refuse(read.error());
  const v1::Head& head = *read;
  token_ = head.token();
  progress_.Restore(head.positions());
  log_end_ = head.log_end();
  boundary_ = log_end_;
  answered_end_ = log_end_;
  outbox_.assign(head.outbox().begin(), head.outbox().end());
  outbox_unmarked_ = !outbox_.empty();
  logged_ = {head.log_sequence(), head.log_chain(), head.log_branch()};
  decided_ = logged_;
  decided_.sequence = head.sequence();
  if (!outbox_.empty()) decided_.chain = outbox_.back().envelope().chain();
  half_.clear();
  time_ = core::Instant{};
  // Of an empty store nothing needs to be asked: a row that is not here is nowhere.
  rebuilding_ = token_.empty();
  state_.emplace(rebuilding_ ? nullptr : static_cast<decider::RowSource*>(this));
  outcomes_.Begin(*state_);
  if (const v1::PartitionTime* time = state_->Find(kTime, "last")) {
    time_ = core::FromMillis(time->time_ms());
  }
  stage_ = Stage::kFold;
  return {};
}

// Empty when there is none, or none that this version can go on from: then the store is cleared, as
// if it had lost everything.
Result<v1::Head> Partition::ReadHead() {
  auto stored = store_.Head(stored_);
  if (!stored) return core::Refuse(stored.error());
  v1::Head head;
  if (!*stored) return head;
  head.ParseFromString(**stored);
  if (head.state_version() == decider_.state_version()) return head;
  if (auto cleared = store_.Clear(stored_); !cleared) return core::Refuse(cleared.error());
  return v1::Head();
}

// One read of the own topic's tail, folded, its deliveries repeated, then committed.
Result<void> Partition::FoldChunk() {
  auto records = log_.Read(own_, log_end_, kFoldRecords, kFoldBytes);
  if (!records) return core::Refuse(records.error());
  if (records->empty() || Planted(Bug::kTailIgnored)) return FinishFold();
  if (!rebuilding_) PreloadFold(*records);
  std::vector<v1::Packed> deliveries;
  const int64_t before = decided_.sequence;
  for (const StoredRecord& stored : *records) {
    auto folded = FoldRecord(stored, deliveries);
    if (!folded) return core::Refuse(folded.error());
    if (!*folded) return {};  // the store was wrong and is cleared: start over
  }
  if (decided_.sequence == before) return {};
  // Before the commit: it is what says that they need not be repeated.
  if (auto done = Deliver(deliveries); !done) return done;
  // The log has them; once the head says so, nobody looks here for answers again.
  AnswerAll();
  if (state_->Find(kWhole, kWholeKey) != nullptr) state_->Erase(kWhole, kWholeKey);
  // A decision that is not whole yet is read again by the owner that starts from this head.
  const int64_t end = std::exchange(log_end_, boundary_);
  const ChainPlace logged =
      std::exchange(logged_, ChainPlace{decided_.sequence, decided_.chain, logged_.branch});
  auto done = WriteHead();
  log_end_ = end;
  logged_ = logged;
  if (!done) return done;
  if (rebuilding_ && state_->hot_rows() > options_.max_hot_rows) ReadRowsFromStore();
  state_->EvictCleanRows(options_.max_hot_rows);
  return {};
}

void Partition::PreloadFold(const std::vector<StoredRecord>& records) {
  std::vector<decider::RowKey> rows;
  for (const StoredRecord& stored : records) {
    const auto envelope = ParseEnvelope(stored.record);
    const auto message = envelope ? ParseMessage(envelope->type(), stored.record.value) : nullptr;
    if (message == nullptr) continue;
    std::vector<decider::RowKey> touched =
        decider_.Touches(decider::Input{message.get(), nullptr}, *state_);
    rows.insert(rows.end(), std::make_move_iterator(touched.begin()),
                std::make_move_iterator(touched.end()));
  }
  state_->Preload(std::move(rows));
}

// From here on what is not hot may be in the store. All of the state is committed.
void Partition::ReadRowsFromStore() {
  rebuilding_ = false;
  state_.emplace(static_cast<decider::RowSource*>(this));
}

// False: the store holds a decision that is not the one the log has.
Result<bool> Partition::FoldRecord(const StoredRecord& stored,
                                   std::vector<v1::Packed>& deliveries) {
  log_end_ = stored.offset + 1;
  auto envelope = ParseEnvelope(stored.record);
  const Follows follows =
      envelope ? Follow(logged_, *envelope, stored.record.value) : Follows::kDropped;
  if (follows == Follows::kGap) {
    ++counters_.gaps;
    return core::Refuse(
        SequenceGap(PlaceOf(own_, stored.offset), logged_.sequence + 1, envelope->sequence()));
  }
  if (follows == Follows::kDropped) {
    if (half_.empty()) boundary_ = log_end_;
    return true;
  }
  if (logged_.sequence <= decided_.sequence) {
    const size_t ahead = static_cast<size_t>(decided_.sequence - logged_.sequence);
    if (ahead >= outbox_.size()) {
      return core::Refuse(JournalCorrupt(own_.topic + " does not go on where the store's head is"));
    }
    const v1::Packed& decided = outbox_[outbox_.size() - ahead - 1];
    if (!SameEvent(decided, *envelope)) {
      if (auto cleared = store_.Clear(stored_); !cleared) return core::Refuse(cleared.error());
      stage_ = Stage::kTakeOver;
      return false;
    }
    if (half_.empty()) boundary_ = log_end_;
    return true;
  }
  // All of the outbox is in the log; whether it was delivered and answered is not known.
  for (v1::Packed& published : outbox_) {
    outcomes_.Owe(published.envelope());
    deliveries.push_back(std::move(published));
  }
  outbox_.clear();
  v1::Packed& packed = half_.emplace_back();
  *packed.mutable_envelope() = std::move(*envelope);
  packed.set_value(stored.record.value);
  const v1::Envelope& event = packed.envelope();
  if (event.index() + 1 == event.count() || Planted(Bug::kHalfDecisionFolded)) {
    FoldDecision(deliveries);
    boundary_ = log_end_;
  }
  return true;
}

void Partition::FoldDecision(std::vector<v1::Packed>& deliveries) {
  for (v1::Packed& packed : half_) {
    const v1::Envelope& envelope = packed.envelope();
    if (!envelope.timer().empty() && envelope.index() == 0) state_->ClearTimer(envelope.timer());
    auto message = ParseMessage(envelope.type(), packed.value());
    const core::Instant time = core::FromMillis(envelope.time_ms());
    decided_.sequence = envelope.sequence();
    decided_.chain = envelope.chain();
    if (message) {
      const std::string id = EventIdOf(decider_.service(), options_.partition, envelope);
      decider_.Apply({*message, time, id}, *state_);
    }
    time_ = std::max(time_, time);
    if (envelope.has_positions() && !Planted(Bug::kPositionsNotRestored)) {
      progress_.Restore(envelope.positions());
    }
    if (envelope.has_outcome()) {
      outcomes_.Record(*state_, envelope.request_id(), envelope.outcome());
    }
    if (!envelope.deliver_to().empty()) deliveries.push_back(std::move(packed));
  }
  half_.clear();
}

Result<void> Partition::FinishFold() {
  if (rebuilding_) ReadRowsFromStore();
  const bool was_whole = state_->Find(kWhole, kWholeKey) != nullptr;
  if (!was_whole) {
    auto begun = BegunOf(log_, own_);
    if (!begun) return core::Refuse(begun.error());
    if (*begun && log_end_ < (*begun)->records()) return core::Refuse(MoveIncomplete(own_.topic));
    state_->Edit(kWhole, kWholeKey);
  }
  if (!half_.empty()) return CompleteDecision();
  if (outbox_.empty()) {
    if (!was_whole) {
      if (auto done = WriteHead(); !done) return done;
    }
    answered_end_ = log_end_;
    stage_ = Stage::kReady;
    return {};
  }
  for (const v1::Packed& packed : outbox_) outcomes_.Owe(packed.envelope());
  if (Planted(Bug::kOutboxForgotten)) logged_ = decided_;
  stage_ = Stage::kCommitted;
  return {};
}

// The log has the first events of a decision, and nothing else has the rest: decide its input
// again, on the state it met before.
Result<void> Partition::CompleteDecision() {
  const std::vector<v1::Packed> begun = std::move(half_);
  half_.clear();
  const v1::Envelope& first = begun.front().envelope();
  if (!first.timer().empty()) {
    const size_t at = first.cause().rfind('@');
    DecideTimer({first.timer(), core::FromMillis(std::stoll(first.cause().substr(at + 1)))});
  } else {
    auto cause = FindCause(first.cause());
    if (!cause) return core::Refuse(cause.error());
    DecideRecord(*cause);
  }
  bool same = outbox_.size() == static_cast<size_t>(first.count());
  for (size_t i = 0; same && i < begun.size(); ++i) {
    same = SameEvent(outbox_[i], begun[i].envelope());
  }
  if (!same) {
    return core::Refuse(
        JournalCorrupt("the decision on " + first.cause() + " could not be repeated"));
  }
  stage_ = Stage::kDecided;
  return {};
}

Result<Partition::Taken> Partition::FindCause(const std::string& cause) {
  size_t input = 0;  // a command, or a delivery from another partition of this service
  for (size_t i = 1; i < inputs_.size(); ++i) {
    std::string_view service = std::string_view(inputs_[i].topic).substr(7);  // events.
    if (cause.starts_with(std::string(service) + ".")) input = i;
  }
  int64_t offset = progress_.NextOffset(inputs_[input].topic);
  while (true) {
    auto records = log_.Read(inputs_[input], offset, kFoldRecords, kFoldBytes);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) break;
    for (StoredRecord& stored : *records) {
      offset = stored.offset + 1;
      arena_.Reset();  // what was found before is not it
      Taken taken = Understand(input, std::move(stored));
      // What is passed over here was taken before, and decided nothing.
      if (taken.id == cause) return taken;
    }
  }
  return core::Refuse(JournalCorrupt("the input " + cause + " is gone"));
}

}  // namespace throughline::runtime
