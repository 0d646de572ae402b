#include "runtime/repartition/new_log.h"

#include "runtime/envelope.h"
#include "runtime/repartition/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kBatchBytes = 4 << 20;

}  // namespace

Result<void> NewLog::CheckEmpty(const TopicPartition& of) {
  auto end = log_.End(of);
  if (!end) return core::Refuse(end.error());
  if (*end > 0) return core::Refuse(LogNotEmpty(of.topic));
  return {};
}

Result<void> NewLog::Append(const TopicPartition& to, Record record) {
  waiting_ += record.headers.size() + record.value.size();
  partitions_[to].waiting.push_back(std::move(record));
  ++records_;
  return waiting_ < kBatchBytes ? Result<void>() : Flush();
}

Result<void> NewLog::AppendEvent(const TopicPartition& to, v1::Packed event) {
  ChainPlace& last = partitions_[to].last;
  v1::Envelope& envelope = *event.mutable_envelope();
  envelope.set_sequence(++last.sequence);
  last.chain = ChainValue(last.chain, envelope, event.value());
  envelope.set_chain(last.chain);
  return Append(to, ToRecord(event));
}

Result<void> NewLog::Flush() {
  std::vector<AppendTo> batches;
  std::vector<Partition*> written;
  for (auto& [at, partition] : partitions_) {
    if (partition.waiting.empty()) continue;
    batches.push_back({at, std::exchange(partition.waiting, {})});
    written.push_back(&partition);
  }
  waiting_ = 0;
  if (batches.empty()) return {};
  auto stretches = log_.Append(batches);
  if (!stretches) return core::Refuse(stretches.error());
  for (size_t i = 0; i < batches.size(); ++i) {
    const Stretch& at = (*stretches)[i];
    const auto count = static_cast<int64_t>(batches[i].records.size());
    if (at.first != written[i]->end || at.end != at.first + count) {
      return core::Refuse(MoveDiffers("somebody else writes to " + batches[i].to.topic));
    }
    written[i]->end = at.end;
  }
  return {};
}

}  // namespace throughline::runtime
