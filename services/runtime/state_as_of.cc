#include "runtime/state_as_of.h"

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/kept_rows.h"

namespace throughline::runtime {

using core::Result;

namespace {

// So many rows are kept as messages while a partition is folded; the others as bytes.
constexpr size_t kHotRowsWhileFolding = 200'000;

}  // namespace

// One partition, and how far its events are folded.
struct StateAsOf::Folded {
  Folded(RecordReader& log, TopicPartition of, int32_t number)
      : partition(number), reader(log, std::move(of)) {}

  const int32_t partition;
  DecisionReader reader;
  KeptRows rows;
  decider::State state{&rows};
  std::vector<v1::Packed> after;           // the first decision after the moment, once it was met
  std::optional<core::Instant> beginning;  // when something about the subject is first said
};

StateAsOf::StateAsOf(RecordReader& log, const decider::Decider& decider, core::Instant moment,
                     std::string subject, AlsoFolded also, size_t bytes_at_most)
    : log_(log),
      decider_(decider),
      moment_(moment),
      subject_(std::move(subject)),
      also_(also),
      bytes_at_most_(bytes_at_most) {}

StateAsOf::~StateAsOf() = default;

bool StateAsOf::IsFolded(const v1::Envelope& event) const {
  return also_ == AlsoFolded::kBeneath ? IsAbout(event, subject_) : IsAboutOrAbove(event, subject_);
}

StateAsOf::Folded& StateAsOf::At(int32_t partition) {
  std::unique_ptr<Folded>& folded = partitions_[partition];
  if (!folded) {
    folded = std::make_unique<Folded>(
        log_, TopicPartition{EventsTopic(decider_.service()), partition}, partition);
  }
  return *folded;
}

Result<std::optional<core::Instant>> StateAsOf::Beginning(int32_t partition) {
  auto folded = Fold(partition);
  if (!folded) return core::Refuse(folded.error());
  Folded& of = **folded;
  for (const v1::Packed& event : of.after) {
    if (!of.beginning && IsFolded(event.envelope())) {
      of.beginning = core::FromMillis(event.envelope().time_ms());
    }
  }
  // Nothing of the subject is folded, and nothing will be: what is read from here on is not missed.
  while (!of.beginning && !of.after.empty()) {
    if (of.reader.fetches() && is_unwanted_ && is_unwanted_()) {
      return core::Refuse(AsOfAbandoned());
    }
    auto decision = of.reader.Next();
    if (!decision) return core::Refuse(decision.error());
    if (decision->empty()) break;
    for (const v1::Packed& event : *decision) {
      if (of.beginning || !IsFolded(event.envelope())) continue;
      of.beginning = core::FromMillis(event.envelope().time_ms());
    }
    of.after = *std::move(decision);
  }
  return of.beginning;
}

Result<StateAsOf::Folded*> StateAsOf::Fold(int32_t partition) {
  Folded& folded = At(partition);
  while (folded.after.empty()) {
    if (folded.reader.fetches() && is_unwanted_ && is_unwanted_()) {
      return core::Refuse(AsOfAbandoned());
    }
    auto decision = folded.reader.Next();
    if (!decision) return core::Refuse(decision.error());
    if (decision->empty()) break;
    if (core::FromMillis(decision->front().envelope().time_ms()) > moment_) {
      folded.after = *std::move(decision);
      break;
    }
    Apply(folded, *decision);
    if (folded.state.hot_rows() < kHotRowsWhileFolding) continue;
    if (auto kept = Keep(folded); !kept) return core::Refuse(kept.error());
  }
  if (auto kept = Keep(folded); !kept) return core::Refuse(kept.error());
  return &folded;
}

void StateAsOf::Apply(Folded& folded, const std::vector<v1::Packed>& decision) const {
  for (const v1::Packed& event : decision) {
    const v1::Envelope& envelope = event.envelope();
    if (!envelope.timer().empty() && envelope.index() == 0) {
      folded.state.ClearTimer(envelope.timer());
    }
    if (!IsFolded(envelope)) continue;
    const core::Instant time = core::FromMillis(envelope.time_ms());
    if (!folded.beginning) folded.beginning = time;
    const auto message = ParseMessage(envelope.type(), event.value());
    if (!message) continue;
    const std::string id = EventIdOf(decider_.service(), folded.partition, envelope);
    decider_.Apply({*message, time, id}, folded.state);
    if (observer_) observer_(event, decision.front(), folded.state);
  }
}

Result<void> StateAsOf::Keep(Folded& folded) {
  bytes_ -= folded.rows.bytes();
  folded.rows.Keep(folded.state, 0);
  bytes_ += folded.rows.bytes();
  if (bytes_ <= bytes_at_most_) return {};
  partitions_.clear();  // `folded` with them
  bytes_ = 0;
  return core::Refuse(AsOfTooLarge());
}

Result<std::vector<std::optional<std::string>>> StateAsOf::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& /*expected_token*/) {
  auto folded = Fold(from.partition);
  if (!folded) return core::Refuse(folded.error());
  return (*folded)->rows.Load(keys);
}

Result<std::vector<std::pair<std::string, std::string>>> StateAsOf::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& /*expected_token*/) {
  auto folded = Fold(from.partition);
  if (!folded) return core::Refuse(folded.error());
  return (*folded)->rows.Scan(table, prefix, after, limit);
}

}  // namespace throughline::runtime
