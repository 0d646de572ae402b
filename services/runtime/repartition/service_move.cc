#include "runtime/repartition/service_move.h"

#include <algorithm>
#include <tuple>

#include "runtime/envelope.h"
#include "runtime/moved_records.h"
#include "runtime/partitioner.h"
#include "runtime/repartition/command_routes.h"
#include "runtime/repartition/moved_positions.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kMovedRecords = 1024;
constexpr size_t kMovedBytes = 4 << 20;
constexpr size_t kStretch = 4096;
constexpr int64_t kEventsBetweenProgress = 4096;

size_t At(int32_t partition) { return static_cast<size_t>(partition); }

// Every record of a topic partition, in order.
template <class Each>
Result<void> ReadAll(RecordReader& log, const TopicPartition& of, const Each& each) {
  int64_t next = 0;
  while (true) {
    auto records = log.ReadHistory(of, next, kMovedRecords, kMovedBytes);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) return {};
    for (StoredRecord& stored : *records) {
      next = stored.offset + 1;
      if (auto done = each(stored); !done) return done;
    }
  }
}

// Commands are kept for those who ask what an event came of; deliveries were taken.
bool IsCommand(const std::optional<v1::Envelope>& envelope) {
  return envelope && !envelope->has_source_partition() && !envelope->subject().empty();
}

}  // namespace

TopicPartition ServiceMove::EventsIn(int32_t partition) const {
  return {EventsTopic(service()), partition};
}

MovedTo ServiceMove::PlaceOf(int32_t partition, int64_t sequence) const {
  if (At(partition) >= places_.size()) return {};
  const Places& places = places_[At(partition)];
  const int64_t at = sequence - places.first;
  if (at < 0 || at >= static_cast<int64_t>(places.to.size())) return {};
  return places.to[static_cast<size_t>(at)];
}

int64_t ServiceMove::RecordsIn(int32_t partition) const {
  return 1 + events_[At(partition)] + static_cast<int64_t>(index_[At(partition)].size()) + 1;
}

Result<void> ServiceMove::Plan(const Progress& progress) {
  auto begun = BegunOf(from_, EventsIn(0));
  if (!begun) return core::Refuse(begun.error());
  if (*begun) {
    events_before_ = (*begun)->events_before();
    commands_before_ = (*begun)->commands_before();
  }
  places_.assign(At(partitions_.before), {events_before_ + 1, {}});
  command_places_.assign(At(partitions_.before), {});
  events_.assign(At(partitions_.after), 0);
  commands_.assign(At(partitions_.after), 0);
  index_.assign(At(partitions_.after), {});
  if (auto planned = PlanEvents(progress); !planned) return planned;
  return {};
}

Result<void> ServiceMove::PlanEvents(const Progress& progress) {
  if (auto planned = PlanCommands(); !planned) return planned;
  MergedDecisions merged(from_, decider_, partitions_.before);
  CommandRoutes routes(from_, std::string(service()), commands_before_);
  while (true) {
    auto piece = merged.Next();
    if (!piece) return core::Refuse(piece.error());
    if (!*piece) break;
    auto route = routes.RouteOf((*piece)->from, (*piece)->decision->front().envelope().cause());
    if (!route) return core::Refuse(route.error());
    if ((*piece)->is_known) {
      Place(**piece, {});
      continue;
    }
    auto slices = SlicesOf(**piece, decider_, partitions_, *route);
    if (!slices) return core::Refuse(slices.error());
    Place(**piece, *slices);
    time_ms_ = std::max(time_ms_, core::ToMillis((*piece)->time()));
    if (read_ % kEventsBetweenProgress == 0) progress(read_);
  }
  PlanIndex(merged.moved_before());
  return {};
}

void ServiceMove::Place(const Piece& piece, const std::vector<Slice>& slices) {
  const auto note = [&](int32_t partition, int64_t sequence, MovedTo to) {
    std::vector<MovedTo>& places = places_[At(partition)].to;
    const auto at = static_cast<size_t>(sequence - events_before_ - 1);
    if (places.size() <= at) places.resize(at + 1);
    places[at] = to;
  };
  read_ += static_cast<int64_t>(piece.common ? piece.same.size() : piece.end - piece.begin);
  if (piece.common && !piece.is_known) {
    const std::string& key = (*piece.decision)[piece.begin].envelope().subject();
    commons_.push_back(
        {std::vector<int64_t>(At(partitions_.after), 0), PartitionOf(key, partitions_.after)});
  }
  for (const Slice& slice : slices) {
    int64_t& count = events_[At(slice.partition)];
    for (const size_t event : slice.events) {
      const int64_t sequence = first_sequence() + ++count;
      if (piece.common) {
        commons_.back().in[At(slice.partition)] = sequence;
      } else {
        note(piece.from, (*piece.decision)[event].envelope().sequence(),
             {slice.partition, sequence});
      }
    }
    if (slice.events.empty()) ++count;
  }
  if (!piece.common) return;
  for (const auto& [partition, sequence] : piece.same) {
    note(partition, sequence, {kEverywhere, static_cast<int64_t>(*piece.common)});
  }
}

Result<void> ServiceMove::PlanCommands() {
  for (int32_t p = 0; p < partitions_.before; ++p) {
    Places& places = command_places_[At(p)];
    auto read = ReadAll(from_, {InboxTopic(service()), p}, [&](StoredRecord& stored) {
      if (places.to.empty()) places.first = stored.offset;
      const auto envelope = ParseEnvelope(stored.record);
      places.to.resize(static_cast<size_t>(stored.offset - places.first) + 1);
      if (!IsCommand(envelope)) return Result<void>();
      const int32_t to = PartitionOf(envelope->subject(), partitions_.after);
      places.to.back() = {to, commands_[At(to)]++};
      return Result<void>();
    });
    if (!read) return read;
  }
  return {};
}

MovedTo ServiceMove::CommandPlace(int32_t partition, int64_t offset) const {
  if (At(partition) >= command_places_.size()) return {};
  const Places& places = command_places_[At(partition)];
  const int64_t at = offset - places.first;
  if (at < 0 || at >= static_cast<int64_t>(places.to.size())) return {};
  return places.to[static_cast<size_t>(at)];
}

MovedTo ServiceMove::InIndex(bool commands, MovedTo to) const {
  if (commands || to.partition != kEverywhere) return to;
  const Commons& common = commons_[static_cast<size_t>(to.number)];
  return {common.home, common.in[At(common.home)]};
}

void ServiceMove::AddToIndex(v1::MovedRecords stretch) {
  index_[At(stretch.partition() % partitions_.after)].push_back(std::move(stretch));
}

void ServiceMove::Index(bool commands, int32_t partition, const Places& places) {
  const int64_t before = commands ? commands_before_ : 0;
  for (size_t begin = 0; begin < places.to.size(); begin += kStretch) {
    v1::MovedRecords stretch;
    stretch.set_commands(commands);
    stretch.set_partition(partition);
    stretch.set_first(places.first + before + static_cast<int64_t>(begin));
    int64_t last = 0;
    for (size_t i = begin; i < std::min(begin + kStretch, places.to.size()); ++i) {
      const MovedTo to = InIndex(commands, places.to[i]);
      stretch.add_partitions(static_cast<uint32_t>(to.partition + 1));
      stretch.add_steps(to.partition < 0 ? 0 : to.number - last);
      if (to.partition >= 0) last = to.number;
    }
    AddToIndex(std::move(stretch));
  }
}

// Records that were moved before are found by the ids of then, too.
void ServiceMove::PlanIndex(const std::vector<std::pair<int32_t, v1::MovedRecords>>& before) {
  for (const auto& [in, known] : before) {
    v1::MovedRecords stretch = known;
    stretch.clear_partitions();
    stretch.clear_steps();
    int64_t number = 0, last = 0;
    for (int i = 0; i < known.partitions_size(); ++i) {
      number += known.steps(i);
      const int32_t partition = static_cast<int32_t>(known.partitions(i)) - 1;
      MovedTo to;
      if (partition >= 0) {
        to = InIndex(known.commands(), known.commands() ? CommandPlace(partition, number)
                                                        : PlaceOf(partition, number));
      }
      stretch.add_partitions(static_cast<uint32_t>(to.partition + 1));
      stretch.add_steps(to.partition < 0 ? 0 : to.number - last);
      if (to.partition >= 0) last = to.number;
    }
    AddToIndex(std::move(stretch));
  }
  for (int32_t p = 0; p < partitions_.before; ++p) {
    Index(/*commands=*/false, p, places_[At(p)]);
    Index(/*commands=*/true, p, command_places_[At(p)]);
  }
  const auto key = [](const v1::MovedRecords& one) {
    return std::tuple(one.commands(), one.partition(), one.first());
  };
  for (auto& stretches : index_) {
    std::sort(stretches.begin(), stretches.end(),
              [&](const auto& one, const auto& other) { return key(one) < key(other); });
  }
}

Result<void> ServiceMove::Begin(NewLog& to) const {
  for (int32_t p = 0; p < partitions_.after; ++p) {
    v1::PartitionBegun begun;
    begun.set_partitions(partitions_.after);
    begun.set_events_before(quiet_.last_sequence);
    begun.set_commands_before(quiet_.commands_until);
    begun.set_records(RecordsIn(p));
    begun.set_index(1 + events_[At(p)]);
    begun.set_index_records(static_cast<int64_t>(index_[At(p)].size()));
    v1::Packed event;
    event.mutable_envelope()->set_type(begun.GetDescriptor()->full_name());
    event.mutable_envelope()->set_count(1);
    begun.SerializeToString(event.mutable_value());
    to.BeginAfter(EventsIn(p), quiet_.last_sequence);
    if (auto written = to.AppendEvent(EventsIn(p), std::move(event)); !written) return written;
  }
  for (int32_t p = 0; p < partitions_.before; ++p) {
    const TopicPartition inbox{InboxTopic(service()), p};
    auto read = ReadAll(from_, inbox, [&](StoredRecord& stored) {
      const MovedTo at = CommandPlace(p, stored.offset);
      if (at.partition < 0) return Result<void>();
      return to.Append({inbox.topic, at.partition}, std::move(stored.record));
    });
    if (!read) return read;
  }
  return {};
}

Result<void> ServiceMove::WriteEvents(NewLog& to, MovedPositions& positions,
                                      const Progress& progress) const {
  MergedDecisions merged(from_, decider_, partitions_.before);
  CommandRoutes routes(from_, std::string(service()), commands_before_);
  for (int64_t pieces = 0;; ++pieces) {
    auto next = merged.Next();
    if (!next) return core::Refuse(next.error());
    if (!*next) return {};
    const Piece& piece = **next;
    auto route = routes.RouteOf(piece.from, piece.decision->front().envelope().cause());
    if (!route) return core::Refuse(route.error());
    if (piece.is_known) continue;
    auto slices = SlicesOf(piece, decider_, partitions_, *route);
    if (!slices) return core::Refuse(slices.error());
    positions.Take(piece.from, piece.decision->back().envelope().positions());
    for (const Slice& slice : *slices) {
      const v1::Positions at = positions.In(slice.partition, piece.from, to);
      if (auto written = WriteSlice(piece, slice, at, *route, to); !written) return written;
    }
    if (pieces % kEventsBetweenProgress == 0) progress(to.records());
  }
}

Result<void> ServiceMove::WriteSlice(const Piece& piece, const Slice& slice,
                                     const v1::Positions& at, const std::string& route,
                                     NewLog& to) const {
  const v1::Envelope& first = piece.decision->front().envelope();
  const size_t count = RecordsOf(slice);
  for (size_t i = 0; i < count; ++i) {
    v1::Packed packed = slice.events.empty() ? v1::Packed() : (*piece.decision)[slice.events[i]];
    v1::Envelope& envelope = *packed.mutable_envelope();
    if (slice.events.empty()) {
      envelope = first;
      envelope.clear_moved_from();
      const auto* type =
          slice.answers ? v1::CommandAnswered::descriptor() : v1::TimerExpired::descriptor();
      envelope.set_type(type->full_name());
      envelope.set_subject(slice.answers ? route : "");
    }
    if (!slice.events.empty() && !envelope.has_moved_from()) {
      v1::MovedFrom& from = *envelope.mutable_moved_from();
      from.set_partition(piece.from);
      from.set_sequence(envelope.sequence());
      from.set_index(envelope.index());
    }
    envelope.set_index(static_cast<int32_t>(i));
    envelope.set_count(static_cast<int32_t>(count));
    // They were delivered.
    envelope.clear_deliver_to();
    envelope.clear_positions();
    envelope.clear_outcome();
    envelope.clear_actor();
    if (!piece.begins()) envelope.clear_timer();
    if (i == 0 && first.has_actor()) *envelope.mutable_actor() = first.actor();
    if (i + 1 == count) {
      *envelope.mutable_positions() = at;
      if (slice.answers) {
        *envelope.mutable_outcome() = piece.decision->back().envelope().outcome();
      }
    }
    if (auto written = to.AppendEvent(EventsIn(slice.partition), std::move(packed)); !written) {
      return written;
    }
  }
  return {};
}

Result<void> ServiceMove::Finish(NewLog& to, MovedPositions& positions, int64_t time_ms) const {
  const auto append = [&](int32_t partition, const google::protobuf::Message& message,
                          const v1::Positions* at) {
    v1::Packed event;
    v1::Envelope& envelope = *event.mutable_envelope();
    envelope.set_type(message.GetDescriptor()->full_name());
    envelope.set_time_ms(time_ms);
    envelope.set_count(1);
    if (at != nullptr) *envelope.mutable_positions() = *at;
    message.SerializeToString(event.mutable_value());
    return to.AppendEvent(EventsIn(partition), std::move(event));
  };
  for (int32_t p = 0; p < partitions_.after; ++p) {
    for (const v1::MovedRecords& stretch : index_[At(p)]) {
      if (auto written = append(p, stretch, nullptr); !written) return written;
    }
    const v1::Positions end = positions.AtTheEnd(p);
    if (auto written = append(p, v1::PartitionMoved(), &end); !written) return written;
  }
  return {};
}

}  // namespace throughline::runtime
