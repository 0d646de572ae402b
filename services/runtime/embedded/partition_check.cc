#include "runtime/embedded/partition_check.h"

#include "runtime/envelope.h"

namespace throughline::runtime {

PartitionCheck::PartitionCheck(TopicPartition of, const Bad& bad)
    : name_(of.topic + ", partition " + std::to_string(of.partition)),
      events_(of.topic.starts_with(EventsTopic(""))),
      bad_(bad) {}

void PartitionCheck::Say(const std::string& what) { bad_(name_ + ", " + what); }

void PartitionCheck::Take(const StoredRecord& stored) {
  const std::string at = "offset " + std::to_string(stored.offset);
  if (stored.offset != next_) {
    Say("offset " + std::to_string(next_) + ": the next record that is there is at " + at);
  }
  next_ = stored.offset + 1;
  const auto envelope = ParseEnvelope(stored.record);
  if (!envelope) return Say(at + ": its envelope cannot be read");
  const auto* type = FindType(envelope->type());
  if (type != nullptr && ParseMessage(*type, stored.record.value) == nullptr) {
    Say(at + ": what is in it is no " + envelope->type());
  }
  if (events_) FollowEvent(stored, *envelope);
}

void PartitionCheck::FollowEvent(const StoredRecord& stored, const v1::Envelope& envelope) {
  if (anywhere_) {
    anywhere_ = false;
    place_ = {envelope.sequence(), envelope.chain(), 0};
    return;
  }
  switch (Follow(place_, envelope, stored.record.value)) {
    case Follows::kNext:
      if (branch_ && place_.sequence >= branch_->sequence) branch_.reset();
      break;
    case Follows::kDropped:
      ++dropped_;
      if (envelope.sequence() <= place_.sequence) break;
      if (!branch_) branch_ = {stored.offset, envelope.sequence()};
      branch_->sequence = envelope.sequence();
      break;
    case Follows::kGap:
      if (envelope.sequence() == place_.sequence + 1) {
        Say("offset " + std::to_string(stored.offset) + ": does not follow event " +
            std::to_string(place_.sequence) + " as it is here");
      } else {
        Say("offset " + std::to_string(stored.offset) + ": event " +
            std::to_string(envelope.sequence()) + ", where " + std::to_string(place_.sequence + 1) +
            " was expected");
      }
      place_ = {envelope.sequence(), envelope.chain(), 0};
      branch_.reset();
      break;
  }
}

void PartitionCheck::Skip(int64_t next) {
  next_ = next;
  anywhere_ = true;
  branch_.reset();
}

void PartitionCheck::Finish() {
  if (!branch_) return;
  Say("offset " + std::to_string(branch_->offset) + ": does not follow event " +
      std::to_string(place_.sequence) + " as it is here, nor do those behind it, up to event " +
      std::to_string(branch_->sequence));
}

}  // namespace throughline::runtime
