#include "runtime/event_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/key.h"
#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/moved_records.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kReadRecords = 256;
constexpr size_t kReadBytes = 1 << 20;
constexpr size_t kLookedAt = 4096;  // records, of one Next

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<EventReader> EventReader::Open(Log& log, int32_t partitions, const EventQuery& query) {
  EventReader reader(log, query);
  if (!query.move) {
    auto move = MoveOf(log, query.services.front());
    if (!move) return core::Refuse(move.error());
    reader.query_.move = *move;
  }
  for (const std::string& service : query.services) {
    if (query.only_this) {
      reader.places_[{EventsTopic(service), PartitionOf(query.subject, partitions)}] = {};
      continue;
    }
    for (int32_t p = 0; p < partitions; ++p) reader.places_[{EventsTopic(service), p}] = {};
  }
  if (!query.after.empty()) {
    if (auto placed = reader.PlaceAt(query.after); !placed) {
      return core::Refuse(placed.error());
    }
  } else if (query.only_new) {
    for (auto& [place, at] : reader.places_) {
      auto end = log.End(place);
      if (!end) return core::Refuse(end.error());
      at.offset = *end;
      at.anywhere = *end > 0;
    }
  }
  reader.next_ = reader.places_.begin()->first;
  return reader;
}

Result<void> EventReader::PlaceAt(const std::string& token) {
  if (auto read = ReadToken(token, places_, move()); !read) return read;
  for (const auto& [place, at] : places_) {
    auto end = log_->End(place);
    if (!end) return core::Refuse(end.error());
    if (at.offset > *end) return core::Refuse(TokenAhead());
  }
  // Any position of a token of another log nearly always reveals that; so one is read at once.
  for (auto& [place, at] : places_) {
    if (at.chain_unread) return ReadChain(place, at);
  }
  return {};
}

std::string EventReader::Token() const { return TokenOf(places_, move()); }

bool EventReader::Wanted(const v1::Envelope& envelope) const {
  if (query_.only_this) return envelope.subject() == query_.subject;
  return IsAbout(envelope, query_.subject);
}

void EventReader::Learn(const ReadPlaces& places) {
  for (auto& [place, at] : places_) {
    auto known = places.find(place);
    if (at.anywhere && known != places.end() && known->second.offset == at.offset) {
      at = known->second;
    }
  }
}

// One partition after another, so that events of one stay in order and none starves the others.
Result<std::vector<ReadEvent>> EventReader::Next(size_t limit, const ReadPlaces* until) {
  std::vector<ReadEvent> events;
  Bounds bounds{limit, kLookedAt};
  auto place = places_.find(next_);
  caught_up_ = true;
  for (size_t tried = 0; tried < places_.size(); ++tried) {
    if (bounds.events == 0 || bounds.records == 0) {
      caught_up_ = false;
      break;
    }
    const int64_t end = until == nullptr ? std::numeric_limits<int64_t>::max()
                                         : until->find(place->first)->second.offset;
    auto read = ReadFrom(place->first, place->second, end, bounds, events);
    if (!read) {
      caught_up_ = false;
      // What was read before it counts; the error will be met again.
      if (!events.empty()) return events;
      return core::Refuse(read.error());
    }
    caught_up_ = caught_up_ && *read;
    if (++place == places_.end()) place = places_.begin();
    next_ = place->first;
  }
  return events;
}

Result<bool> EventReader::ReadFrom(const TopicPartition& from, ReadPlace& at, int64_t until,
                                   Bounds& bounds, std::vector<ReadEvent>& events) {
  while (bounds.events > 0 && bounds.records > 0) {
    if (at.offset >= until) return true;
    auto end = log_->End(from);
    if (!end) return core::Refuse(end.error());
    const int64_t left = std::min(until, *end) - at.offset;
    if (left <= 0) return true;
    const size_t most =
        std::min({static_cast<size_t>(left), bounds.events, bounds.records, kReadRecords});
    const size_t again = at.chain_unread ? 1 : 0;
    auto records =
        log_->Read(from, at.offset - static_cast<int64_t>(again), most + again, kReadBytes);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) return true;
    for (StoredRecord& stored : *records) {
      if (at.chain_unread) {
        if (auto placed = PlaceChain(at, stored); !placed) return core::Refuse(placed.error());
        continue;
      }
      const size_t before = events.size();
      auto taken = Take(from, at, stored, events);
      if (!taken) return core::Refuse(taken.error());
      bounds.events -= events.size() - before;
      --bounds.records;
    }
  }
  return false;
}

Result<void> EventReader::PlaceChain(ReadPlace& at, const StoredRecord& before) const {
  const auto event = ParseEnvelope(before.record);
  // Another log than the one the token is of has something else there.
  if (before.offset != at.offset - 1 || !event ||
      CheckOf(event->chain(), places_.size()) != at.chain.chain) {
    return core::Refuse(TokenInvalid());
  }
  at.chain = {event->sequence(), event->chain(), 0};
  at.chain_unread = false;
  return {};
}

Result<void> EventReader::ReadChains() {
  for (auto& [place, at] : places_) {
    if (!at.chain_unread) continue;
    if (auto read = ReadChain(place, at); !read) return read;
  }
  return {};
}

Result<void> EventReader::ReadChain(const TopicPartition& of, ReadPlace& at) const {
  auto before = log_->Read(of, at.offset - 1, 1, kReadBytes);
  if (!before) return core::Refuse(before.error());
  if (before->empty()) return core::Refuse(TokenInvalid());
  return PlaceChain(at, before->front());
}

Result<void> EventReader::Take(const TopicPartition& from, ReadPlace& at, StoredRecord& stored,
                               std::vector<ReadEvent>& events) const {
  auto envelope = ParseEnvelope(stored.record);
  at.after_event = envelope.has_value();
  if (envelope) {
    if (at.anywhere) {
      at.chain = {envelope->sequence(), envelope->chain(), 0};
      at.anywhere = false;
    } else {
      const Follows follows = Follow(at.chain, *envelope, stored.record.value);
      if (follows == Follows::kGap) {
        return core::Refuse(
            SequenceGap(PlaceOf(from, stored.offset), at.chain.sequence + 1, envelope->sequence()));
      }
      if (follows == Follows::kDropped) envelope.reset();
      at.after_event = follows == Follows::kNext;
    }
  }
  at.offset = stored.offset + 1;
  if (!envelope || !Wanted(*envelope)) return {};
  ReadEvent& event = events.emplace_back();
  event.token = Token();
  event.id = EventIdOf(std::string_view(from.topic).substr(7), from.partition, *envelope);
  event.message = ParseMessage(envelope->type(), stored.record.value);
  event.value = std::move(stored.record.value);
  event.envelope = std::move(*envelope);
  return {};
}

Result<ReadEvent> FindEvent(Log& log, std::string_view id) {
  const bool inbox = id.starts_with("inbox.");
  std::string_view rest = inbox ? id.substr(6) : id;
  const size_t first = rest.find('.');
  const size_t second = first == std::string_view::npos ? first : rest.find('.', first + 1);
  if (second == std::string_view::npos) return core::Refuse(EventUnknown(id));
  auto partition = ParseNumber(rest.substr(first + 1, second - first - 1));
  auto number = ParseNumber(rest.substr(second + 1));
  if (!partition || !number || *number < 0) return core::Refuse(EventUnknown(id));
  const RecordNumber of{rest.substr(0, first), inbox, static_cast<int32_t>(*partition), *number};
  auto place = PlaceOfRecord(log, of);
  if (!place) return core::Refuse(place.error());
  if (!*place) return core::Refuse(EventUnknown(id));
  int64_t offset = (*place)->offset;
  while (true) {
    auto records = log.Read((*place)->in, offset, kReadRecords, kReadBytes);
    if (!records) return core::Refuse(records.error());
    if (records->empty()) return core::Refuse(EventUnknown(id));
    for (StoredRecord& stored : *records) {
      offset = stored.offset + 1;
      auto envelope = ParseEnvelope(stored.record);
      const bool found = inbox ? stored.offset == (*place)->offset
                               : envelope && envelope->sequence() == (*place)->sequence;
      if (!found && inbox) return core::Refuse(EventUnknown(id));
      if (!found || !envelope) continue;
      ReadEvent event;
      event.id = std::string(id);
      event.message = ParseMessage(envelope->type(), stored.record.value);
      event.value = std::move(stored.record.value);
      event.envelope = std::move(*envelope);
      return event;
    }
  }
}

}  // namespace throughline::runtime
