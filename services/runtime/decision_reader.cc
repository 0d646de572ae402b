#include "runtime/decision_reader.h"

#include <iterator>
#include <utility>

#include "runtime/envelope.h"
#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kFetchRecords = 1024;
constexpr size_t kFetchBytes = 4 << 20;

}  // namespace

Result<std::vector<v1::Packed>> DecisionReader::Next() {
  while (true) {
    if (fetched_.empty()) {
      auto records = log_->ReadHistory(of_, offset_, kFetchRecords, kFetchBytes);
      if (!records) return core::Refuse(records.error());
      if (records->empty()) return std::vector<v1::Packed>();
      std::move(records->begin(), records->end(), std::back_inserter(fetched_));
    }
    if (auto taken = Take(std::move(fetched_.front())); !taken) return core::Refuse(taken.error());
    fetched_.pop_front();
    if (begun_.empty()) continue;
    const v1::Envelope& last = begun_.back().envelope();
    if (last.index() + 1 == last.count()) return std::exchange(begun_, {});
  }
}

Result<void> DecisionReader::Take(StoredRecord stored) {
  auto envelope = ParseEnvelope(stored.record);
  const Follows follows =
      envelope ? Follow(place_, *envelope, stored.record.value) : Follows::kDropped;
  if (follows == Follows::kGap) {
    fetched_.clear();  // read again when asked again
    return core::Refuse(
        SequenceGap(PlaceOf(of_, stored.offset), place_.sequence + 1, envelope->sequence()));
  }
  offset_ = stored.offset + 1;
  if (follows == Follows::kDropped) return {};
  v1::Packed& packed = begun_.emplace_back();
  *packed.mutable_envelope() = std::move(*envelope);
  packed.set_value(std::move(stored.record.value));
  return {};
}

}  // namespace throughline::runtime
