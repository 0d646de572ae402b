#include "runtime/partition.h"

#include <algorithm>
#include <set>

#include "runtime/decision_turn.h"
#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/partition_tables.h"
#include "runtime/partitioner.h"
#include "runtime/planted_bug.h"

namespace throughline::runtime {

using core::Instant;
using core::Result;

namespace {

// A partition with this many inputs behind it that decided nothing commits how far it has read, so
// that a restart does not read them all again.
constexpr int64_t kSilentInputsAtMost = 1000;
constexpr size_t kTimersPerBatch = 256;

// Carries a failed read out of a decider's look at its state; caught in Step.
struct ReadFailed {
  core::Error error;
};

Result<bool> Did(const Result<void>& step) {
  if (!step) return core::Refuse(step.error());
  return true;
}

}  // namespace

Partition::Partition(Log& log, Store& store, const decider::Decider& decider,
                     PartitionOptions options, AnswerSink answer, Counters& counters)
    : log_(log),
      store_(store),
      decider_(decider),
      options_(std::move(options)),
      answer_(std::move(answer)),
      counters_(counters),
      own_{EventsTopic(decider.service()), options_.partition},
      stored_{std::string(decider.service()), options_.partition},
      outcomes_(options_.keep_outcomes),
      batch_(decider.service(), options_.partition, counters, options_.standing, options_.tracing) {
  inputs_.push_back({InboxTopic(decider.service()), options_.partition});
  for (const std::string& upstream : decider.upstream()) {
    inputs_.push_back({EventsTopic(upstream), options_.partition});
  }
}

Result<bool> Partition::Step(Instant now) {
  auto did = Act(now);
  if (!did) batch_.Failed(did.error().reason);
  return did;
}

Result<bool> Partition::Act(Instant now) {
  try {
    switch (stage_) {
      case Stage::kTakeOver:
        return Did(TakeOver());
      case Stage::kFold:
        return Did(FoldChunk());
      case Stage::kReady:
        return TakeAndDecide(now);
      case Stage::kDecided:
        return Did(CommitBatch(now));
      case Stage::kCommitted:
        return Did(Publish(now));
      case Stage::kPublished:
        if (auto delivered = Deliver(outbox_); !delivered) return core::Refuse(delivered.error());
        batch_.Delivered();
        stage_ = Stage::kDelivered;
        return true;
      case Stage::kDelivered:
        outbox_.clear();
        AnswerAll();
        answered_end_ = log_end_;
        state_->EvictCleanRows(options_.max_hot_rows);
        batch_.Done();
        stage_ = Stage::kReady;
        return true;
    }
  } catch (const ReadFailed& failed) {
    return core::Refuse(failed.error);
  }
  return false;
}

std::optional<Instant> Partition::NextDue() const {
  if (stage_ != Stage::kReady) return std::nullopt;
  auto timer = state_->NextTimer();
  if (!timer) return std::nullopt;
  return timer->due;
}

Partition::Taken Partition::Understand(size_t input, StoredRecord stored) {
  Taken taken;
  taken.input = input;
  taken.offset = stored.offset;
  auto envelope = ParseEnvelope(stored.record);
  const bool inbox = input == 0;
  taken.id = RecordId(inputs_[input], stored.offset + progress_.Before(inputs_[input].topic));
  if (!envelope) return taken;
  taken.envelope = std::move(*envelope);
  taken.value = std::move(stored.record.value);
  if (inbox && taken.envelope.has_source_partition()) {
    taken.id = taken.envelope.cause();
  } else if (!inbox) {
    std::string_view service = std::string_view(inputs_[input].topic).substr(7);  // events.
    taken.id = EventIdOf(service, options_.partition, taken.envelope);
  }
  const auto* type = FindType(taken.envelope.type());
  if (type == nullptr) return taken;
  taken.ignored = !inbox && !decider_.Takes(*type);
  if (!taken.ignored) taken.message = ParseMessage(*type, taken.value, arena_);
  return taken;
}

// Reads what every input has beyond its position. `all` says whether that was everything.
Result<std::vector<std::vector<Partition::Taken>>> Partition::Read(bool& all) {
  all = true;
  std::vector<std::vector<Taken>> inputs(inputs_.size());
  std::optional<Instant> oldest, left;
  const auto take_earlier = [](std::optional<Instant>& earliest, const Taken& taken) {
    const Instant time = core::FromMillis(taken.envelope.time_ms());
    earliest = std::min(earliest.value_or(time), time);
  };
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const int64_t next = progress_.NextOffset(inputs_[i].topic);
    auto end = log_.End(inputs_[i]);
    if (!end) return core::Refuse(end.error());
    if (*end <= next) continue;
    auto records = log_.Read(inputs_[i], next, options_.max_inputs, options_.max_bytes);
    if (!records) return core::Refuse(records.error());
    ChainPlace place = progress_.PlaceIn(inputs_[i].topic);
    for (StoredRecord& stored : *records) {
      Taken taken = Understand(i, std::move(stored));
      if (i > 0 && !taken.envelope.type().empty()) {
        const Follows follows = Follow(place, taken.envelope, taken.value);
        if (follows == Follows::kGap) {
          if (!inputs[i].empty()) break;  // first what is before the gap
          ++counters_.gaps;
          return core::Refuse(SequenceGap(PlaceOf(inputs_[i], taken.offset), place.sequence + 1,
                                          taken.envelope.sequence()));
        }
        taken.dropped = follows == Follows::kDropped;
        taken.place = place;
      }
      inputs[i].push_back(std::move(taken));
    }
    if (!inputs[i].empty()) take_earlier(oldest, inputs[i].front());
    if (records->empty() || records->back().offset + 1 >= *end) continue;
    all = false;
    if (!inputs[i].empty()) take_earlier(left, inputs[i].back());
  }
  batch_.Read(oldest, left);
  return inputs;
}

void Partition::Preload(const std::vector<std::vector<Taken>>& inputs) {
  std::vector<decider::RowKey> rows;
  for (const auto& records : inputs) {
    for (const Taken& taken : records) {
      if (taken.message == nullptr) continue;
      if (taken.input == 0 && !taken.envelope.request_id().empty()) {
        rows.push_back({std::string(kOutcomes.name), taken.envelope.request_id()});
      }
      std::vector<decider::RowKey> touched =
          decider_.Touches(decider::Input{taken.message, nullptr}, *state_);
      rows.insert(rows.end(), std::make_move_iterator(touched.begin()),
                  std::make_move_iterator(touched.end()));
    }
  }
  state_->Preload(std::move(rows));
}

Result<bool> Partition::TakeAndDecide(Instant now) {
  bool all = false;
  batch_.Begin();
  if (batch_.traces()) state_->NoteTimersIn(batch_.timers_set());
  auto inputs = Read(all);
  if (!inputs) return core::Refuse(inputs.error());
  Preload(*inputs);
  const int64_t before = silent_inputs_;
  DecideInOrder(*inputs, all, now);
  arena_.Reset();
  batch_.Decided(outbox_.size());
  if (outbox_.empty() && silent_inputs_ == before) {
    batch_.Done();
    return false;
  }
  outcomes_.Expire(*state_, now);
  const bool commit = !outbox_.empty() || outcomes_.owes() || silent_inputs_ > kSilentInputsAtMost;
  stage_ = commit ? Stage::kDecided : Stage::kDelivered;
  return true;
}

// Inputs in the order of their times, each topic in its own order; timers that fall due before an
// input fire before it.
void Partition::DecideInOrder(std::vector<std::vector<Taken>>& inputs, bool all, Instant now) {
  std::vector<size_t> at(inputs.size(), 0);
  size_t timers = 0;
  while (true) {
    Taken* next = nullptr;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (at[i] == inputs[i].size()) continue;
      Taken& head = inputs[i][at[i]];
      if (next == nullptr || head.envelope.time_ms() < next->envelope.time_ms()) next = &head;
    }
    auto timer = state_->NextTimer();
    const bool due = timer && timer->due <= now && timers < kTimersPerBatch;
    if (due && (next == nullptr ? all : core::ToMillis(timer->due) <= next->envelope.time_ms())) {
      DecideTimer(*timer);
      ++timers;
      continue;
    }
    if (next == nullptr) return;
    ++at[next->input];
    DecideRecord(*next);
  }
}

bool Partition::IsRepeated(const Taken& taken) {
  if (taken.input > 0) return taken.dropped;
  if (!taken.envelope.has_source_partition()) return false;
  return progress_.IsRepeated(taken.envelope);
}

void Partition::DecideRecord(Taken& taken) {
  ++counters_.inputs;
  batch_.TookInput();
  ++silent_inputs_;
  progress_.Take(inputs_[taken.input].topic, taken.offset, taken.place);
  const bool inbox = taken.input == 0;
  const std::string& request_id = taken.envelope.request_id();
  const bool command = inbox && !taken.envelope.has_source_partition() && !request_id.empty();
  if (!taken.envelope.type().empty() && IsRepeated(taken)) {
    ++counters_.duplicates;
    return;
  }
  if (taken.ignored) return;
  if (command && outcomes_.IsAnswered(*state_, taken.envelope)) return;
  const Instant now = std::max(time_, core::FromMillis(taken.envelope.time_ms()));
  const std::string& chain = taken.envelope.correlation();
  DecisionTurn turn(
      decider_, *state_, decided_,
      {decider_.service(), options_.partition, taken.id, chain.empty() ? taken.id : chain,
       command ? request_id : "", "", taken.envelope.traceparent(), now,
       command ? taken.envelope.actor() : v1::Actor()});
  std::optional<v1::Outcome> outcome;
  if (taken.message == nullptr) {
    // A fact of a type that a later version of its service introduced is not for this one.
    if (!inbox && !taken.envelope.type().empty() && FindType(taken.envelope.type()) == nullptr) {
      return;
    }
    ++counters_.set_aside;
    v1::InputSetAside aside;
    aside.set_topic(inputs_[taken.input].topic);
    aside.set_offset(taken.offset);
    aside.set_reason(taken.envelope.type().empty() ? "ENVELOPE_UNREADABLE" : "MESSAGE_UNREADABLE");
    turn.Record(aside, taken.envelope.subject());
    if (command) outcome = Refused(InputUnreadable(), now);
  } else {
    decider_.Decide(decider::Input{taken.message, nullptr}, turn);
    if (command) outcome = turn.outcome() ? *turn.outcome() : Accepted(nullptr, now);
    if (command && !turn.emitted()) turn.Record(v1::CommandAnswered(), taken.envelope.subject());
  }
  if (!turn.emitted()) return;
  if (outcome && taken.envelope.has_request_digest()) {
    *outcome->mutable_request_digest() = taken.envelope.request_digest();
  }
  time_ = now;
  std::vector<v1::Packed> events = turn.Finish(progress_.positions(), outcome);
  batch_.DecidedOnRecord(inputs_[taken.input].topic, taken.envelope.traceparent(), events);
  Keep(std::move(events));
  if (outcome) outcomes_.Record(*state_, request_id, *outcome);
}

void Partition::Keep(std::vector<v1::Packed> events) {
  for (v1::Packed& packed : events) outbox_.push_back(std::move(packed));
}

void Partition::DecideTimer(const decider::Timer& timer) {
  ++counters_.inputs;
  batch_.TookInput();
  const Instant now = std::max(time_, timer.due);
  const std::string id = TimerId(decider_.service(), options_.partition, timer);
  DecisionTurn turn(decider_, *state_, decided_,
                    {decider_.service(), options_.partition, id, id, "", timer.name, "", now});
  decider_.Decide(decider::Input{nullptr, &timer}, turn);
  if (!turn.emitted()) turn.Record(v1::TimerExpired(), "");
  time_ = now;
  std::vector<v1::Packed> events = turn.Finish(progress_.positions(), std::nullopt);
  batch_.DecidedOnTimer(timer.name, events);
  Keep(std::move(events));
}

Result<void> Partition::WriteHead() {
  state_->Edit(kTime, "last").set_time_ms(core::ToMillis(time_));
  v1::Head head;
  std::string token = options_.nonce + ":" + std::to_string(++commits_);
  head.set_token(token);
  head.set_state_version(decider_.state_version());
  head.set_sequence(decided_.sequence);
  *head.mutable_positions() = progress_.positions();
  head.set_log_end(log_end_);
  head.set_log_sequence(logged_.sequence);
  head.set_log_chain(logged_.chain);
  head.set_log_branch(logged_.branch);
  // Lent to the head and taken back: it may be large.
  for (v1::Packed& packed : outbox_) head.add_outbox()->Swap(&packed);
  Commit commit;
  commit.expected_token = token_;
  if (Planted(Bug::kNoGuard)) {
    auto current = store_.Head(stored_);
    v1::Head there;
    if (current && *current) there.ParseFromString(**current);
    commit.expected_token = there.token();
  }
  commit.token = token;
  commit.head = head.SerializeAsString();
  for (size_t i = 0; i < outbox_.size(); ++i) {
    head.mutable_outbox(static_cast<int>(i))->Swap(&outbox_[i]);
  }
  commit.rows = state_->TakeChanges();
  auto done = store_.Apply(stored_, commit);
  if (!done) return done;
  token_ = std::move(token);
  outbox_unmarked_ = !outbox_.empty();
  silent_inputs_ = 0;
  ++counters_.commits;
  return {};
}

Result<void> Partition::CommitBatch(Instant now) {
  if (auto done = WriteHead(); !done) return done;
  batch_.Committed(now);
  stage_ = Stage::kCommitted;
  return {};
}

Result<void> Partition::Publish(Instant now) {
  AppendTo batch{own_, {}};
  for (const v1::Packed& packed : outbox_) {
    if (packed.envelope().sequence() > logged_.sequence) batch.records.push_back(ToRecord(packed));
  }
  if (!batch.records.empty()) {
    auto at = log_.Append({batch});
    if (!at) return core::Refuse(at.error());
    if (auto alone = Appended(at->front(), batch.records.size()); !alone) return alone;
    for (const v1::Packed& packed : outbox_) {
      if (packed.envelope().sequence() > logged_.sequence) batch_.Published(packed.envelope(), now);
    }
  }
  counters_.events += static_cast<int64_t>(batch.records.size());
  logged_.sequence = decided_.sequence;
  logged_.chain = decided_.chain;
  stage_ = Stage::kPublished;
  return {};
}

Result<void> Partition::Appended(const Stretch& at, size_t count) {
  // Another owner wrote in between: whose events came first is for the log to say. Rebuild.
  if (at.first != log_end_ || at.end != at.first + static_cast<int64_t>(count)) {
    return core::Refuse(OwnershipLost(own_.topic + "." + std::to_string(own_.partition)));
  }
  log_end_ = at.end;
  return {};
}

Result<void> Partition::Deliver(const std::vector<v1::Packed>& events) {
  std::map<int32_t, std::vector<Record>> to;
  for (const v1::Packed& event : events) {
    if (event.envelope().deliver_to().empty()) continue;
    v1::Packed delivery;
    v1::Envelope& envelope = *delivery.mutable_envelope();
    envelope.set_type(event.envelope().type());
    envelope.set_time_ms(event.envelope().time_ms());
    envelope.set_subject(event.envelope().subject());
    envelope.set_sequence(event.envelope().sequence());
    envelope.set_cause(
        EventId(decider_.service(), options_.partition, event.envelope().sequence()));
    envelope.set_correlation(event.envelope().correlation());
    envelope.set_traceparent(event.envelope().traceparent());
    envelope.set_source_partition(options_.partition);
    delivery.set_value(event.value());
    Record record = ToRecord(delivery);
    std::set<int32_t> targets;
    for (const std::string& key : event.envelope().deliver_to()) {
      if (key != "*") targets.insert(PartitionOf(key, options_.partitions));
      for (int32_t p = 0; key == "*" && p < options_.partitions; ++p) targets.insert(p);
    }
    for (int32_t target : targets) to[target].push_back(record);
  }
  if (to.empty()) return {};
  std::vector<AppendTo> batches;
  batches.reserve(to.size());
  for (auto& [partition, records] : to) {
    batches.push_back({{InboxTopic(decider_.service()), partition}, std::move(records)});
  }
  auto done = log_.Append(batches);
  if (!done) return core::Refuse(done.error());
  return {};
}

void Partition::AnswerAll() {
  for (const auto& [id, outcome] : outcomes_.TakeAnswers()) answer_(id, outcome);
}

Result<void> Partition::Verify() {
  if (stage_ != Stage::kReady) return {};
  auto stored = store_.Head(stored_);
  if (!stored) return core::Refuse(stored.error());
  v1::Head head;
  if (*stored) head.ParseFromString(**stored);
  if (head.token() == token_) return {};
  return core::Refuse(StoreDiffers(own_.topic + "." + std::to_string(own_.partition)));
}

Result<void> Partition::Release() {
  if (stage_ != Stage::kReady || (!outbox_unmarked_ && silent_inputs_ == 0)) return {};
  return WriteHead();
}

std::optional<std::string> Partition::Guard() const {
  return Planted(Bug::kRowsUnguarded) ? std::nullopt : std::optional(token_);
}

std::vector<std::optional<std::string>> Partition::Load(const std::vector<decider::RowKey>& keys) {
  auto rows = store_.Load(stored_, keys, Guard());
  if (!rows) throw ReadFailed{rows.error()};
  return std::move(*rows);
}

std::vector<std::pair<std::string, std::string>> Partition::Scan(std::string_view table,
                                                                 std::string_view prefix) {
  constexpr size_t kPage = 10'000;
  std::vector<std::pair<std::string, std::string>> all;
  std::string after;
  while (true) {
    auto page = store_.Scan(stored_, table, prefix, after, kPage, Guard());
    if (!page) throw ReadFailed{page.error()};
    for (auto& row : *page) all.push_back(std::move(row));
    if (page->size() < kPage) return all;
    after = all.back().first;
  }
}

}  // namespace throughline::runtime
