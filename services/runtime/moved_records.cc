#include "runtime/moved_records.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>

#include "runtime/envelope.h"
#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kPlaceBytes = 1 << 20;

TopicPartition EventsOf(std::string_view service, int32_t partition) {
  return {EventsTopic(service), partition};
}

// The message of that type at the offset; nullopt: something else is there, or nothing.
template <class Message>
Result<std::optional<Message>> MessageAt(RecordReader& log, const TopicPartition& of,
                                         int64_t offset) {
  auto records = log.ReadHistory(of, offset, 1, kPlaceBytes);
  if (!records) return core::Refuse(records.error());
  if (records->empty() || records->front().offset != offset) return std::optional<Message>();
  const auto envelope = ParseEnvelope(records->front().record);
  std::optional<Message> message;
  if (!envelope || envelope->type() != Message::descriptor()->full_name()) return message;
  if (!message.emplace().ParseFromString(records->front().record.value)) message.reset();
  return message;
}

// Whether the record is in the stretch, or in one before it.
enum class Side { kBefore, kHere, kAfter };

Side SideOf(const RecordNumber& of, const v1::MovedRecords& stretch) {
  const auto wanted = std::tuple(of.is_command, of.partition);
  const auto here = std::tuple(stretch.commands(), stretch.partition());
  if (wanted != here) return wanted < here ? Side::kBefore : Side::kAfter;
  if (of.number < stretch.first()) return Side::kBefore;
  return of.number < stretch.first() + stretch.partitions_size() ? Side::kHere : Side::kAfter;
}

// An event's offset is never less than its number there, from 0: dropped duplicates only add.
RecordPlace PlaceIn(const RecordNumber& of, const v1::PartitionBegun& begun, int32_t partition,
                    int64_t number) {
  if (of.is_command) return {{InboxTopic(of.service), partition}, number, 0};
  return {EventsOf(of.service, partition), number - begun.events_before() - 1, number};
}

// By halves: the stretches are in order.
Result<std::optional<RecordPlace>> LookUp(RecordReader& log, const RecordNumber& of,
                                          const v1::PartitionBegun& begun) {
  const TopicPartition in = EventsOf(of.service, of.partition % begun.partitions());
  auto here = MessageAt<v1::PartitionBegun>(log, in, 0);
  if (!here) return core::Refuse(here.error());
  if (!*here) return core::Refuse(JournalCorrupt(in.topic + " does not begin as it should"));
  int64_t low = (*here)->index(), high = low + (*here)->index_records();
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    auto stretch = MessageAt<v1::MovedRecords>(log, in, middle);
    if (!stretch) return core::Refuse(stretch.error());
    if (!*stretch) return core::Refuse(JournalCorrupt(PlaceOf(in, middle) + " is no index"));
    const Side side = SideOf(of, **stretch);
    if (side == Side::kBefore) high = middle;
    if (side == Side::kAfter) low = middle + 1;
    if (side != Side::kHere) continue;
    const auto at = static_cast<int>(of.number - (*stretch)->first());
    if ((*stretch)->partitions(at) == 0) break;
    int64_t number = 0;
    for (int i = 0; i <= at; ++i) number += (*stretch)->steps(i);
    return PlaceIn(of, begun, static_cast<int32_t>((*stretch)->partitions(at)) - 1, number);
  }
  return std::optional<RecordPlace>();
}

}  // namespace

Result<std::optional<v1::PartitionBegun>> BegunOf(RecordReader& log, const TopicPartition& events) {
  return MessageAt<v1::PartitionBegun>(log, events, 0);
}

Result<std::optional<int32_t>> PartitionsOf(RecordReader& log,
                                            const std::vector<std::string>& services) {
  for (const std::string& service : services) {
    auto begun = BegunOf(log, EventsOf(service, 0));
    if (!begun) return core::Refuse(begun.error());
    if (*begun) return std::optional((*begun)->partitions());
  }
  return std::optional<int32_t>();
}

Result<uint64_t> MoveOf(Log& log, const std::string& service) {
  const TopicPartition events = EventsOf(service, 0);
  auto end = log.End(events);
  if (!end) return core::Refuse(end.error());
  if (*end == 0) return uint64_t{0};
  auto begun = BegunOf(log, events);
  if (!begun) return core::Refuse(begun.error());
  if (!*begun) return uint64_t{0};
  // What it begins with says how many partitions there are, and where the numbers of before end.
  const std::string said = (*begun)->SerializeAsString();
  return std::max<uint64_t>(1, XXH3_64bits(said.data(), said.size()));
}

Result<std::optional<core::Instant>> MovedUntil(RecordReader& log, const std::string& service) {
  const TopicPartition events = EventsOf(service, 0);
  auto begun = BegunOf(log, events);
  if (!begun) return core::Refuse(begun.error());
  if (!*begun) return std::optional<core::Instant>();
  const int64_t last = (*begun)->records() - 1;
  auto records = log.ReadHistory(events, last, 1, kPlaceBytes);
  if (!records) return core::Refuse(records.error());
  const auto end = records->empty() ? std::nullopt : ParseEnvelope(records->front().record);
  if (!end || end->type() != v1::PartitionMoved::descriptor()->full_name()) {
    return core::Refuse(JournalCorrupt(PlaceOf(events, last) + " is no end of a move"));
  }
  return std::optional(core::FromMillis(end->time_ms()));
}

Result<std::optional<RecordPlace>> PlaceOfRecord(RecordReader& log, const RecordNumber& of) {
  const TopicPartition in{of.is_command ? InboxTopic(of.service) : EventsTopic(of.service),
                          of.partition};
  auto begun = BegunOf(log, EventsOf(of.service, 0));
  if (!begun) return core::Refuse(begun.error());
  const v1::PartitionBegun none;
  const v1::PartitionBegun& before = *begun ? **begun : none;
  if (of.is_command && of.number >= before.commands_before()) {
    return RecordPlace{in, of.number - before.commands_before(), 0};
  }
  if (!of.is_command && of.number > before.events_before()) {
    return RecordPlace{in, of.number - before.events_before() - 1, of.number};
  }
  if (!*begun) return std::optional<RecordPlace>();
  return LookUp(log, of, before);
}

}  // namespace throughline::runtime
