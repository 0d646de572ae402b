#include "runtime/embedded/journal_cut.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "runtime/embedded/errors.h"
#include "runtime/embedded/sqlite_files.h"
#include "runtime/envelope.h"
#include "throughline/runtime/v1/repartition.pb.h"

namespace throughline::runtime {

namespace {

constexpr std::string_view kEvents = "events.";
constexpr std::string_view kInbox = "inbox.";

// A partition of a topic, and how much of it is left.
struct Place {
  int64_t first_id = 0;  // of its records in the file
  bool holds_events = false;
  std::string service = {};
  int32_t partition = 0;
  int64_t end = 0;  // offset after the last record that is left
  int64_t end_before = 0;
};

template <class Message>
bool Is(const v1::Envelope& envelope) {
  return envelope.type() == Message::descriptor()->full_name();
}

class Cut {
 public:
  Cut(sqlite::Connection& db, core::Instant moment)
      : db_(db),
        moment_ms_(core::ToMillis(moment)),
        forward_(db, "SELECT id, headers FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id"),
        backward_(db, "SELECT id, headers FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id DESC"),
        last_(db, "SELECT id, headers FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id DESC") {}

  core::Result<int64_t> Run() {
    FindPlaces();
    for (auto& [at, place] : places_) CutByTime(place);
    if (cuts_move_) return core::Refuse(MomentBeforeMove());
    // What is taken from one place may be what another rests on.
    while (CloseOverCauses()) {
    }
    return Delete();
  }

 private:
  using Key = std::pair<std::string, int32_t>;  // topic, partition

  void FindPlaces() {
    sqlite::Statement topics(db_, "SELECT id, name FROM topic ORDER BY id");
    while (topics.Step()) {
      const std::string name = topics.Bytes(1);
      const bool events = name.starts_with(kEvents);
      if (!events && !name.starts_with(kInbox)) continue;
      const std::string service = name.substr(events ? kEvents.size() : kInbox.size());
      sqlite::Statement next(db_, "SELECT id FROM record WHERE id >= ?1 AND id < ?2 LIMIT 1");
      const int64_t end = sqlite::FirstRecordOf(topics.Int(0) + 1, 0);
      int64_t from = sqlite::FirstRecordOf(topics.Int(0), 0);
      while (next.Bind(1, from).Bind(2, end).Step()) {
        const int64_t first = next.Int(0) / sqlite::kOffsets * sqlite::kOffsets;
        next.Reset();
        const auto partition = static_cast<int32_t>(first / sqlite::kOffsets % sqlite::kPartitions);
        places_[{name, partition}] = {first, events, service, partition};
        from = first + sqlite::kOffsets;
      }
    }
  }

  // Calls `each` with the offset and envelope of every record that is left, until it says false.
  template <class Each>
  void Records(sqlite::Statement& in_order, const Place& place, const Each& each) {
    in_order.Bind(1, place.first_id).Bind(2, place.first_id + place.end);
    bool more = true;
    while (more && in_order.Step()) {
      more = each(in_order.Int(0) - place.first_id, ParseEnvelope({in_order.Bytes(1), ""}));
    }
    in_order.Reset();
  }

  void CutByTime(Place& place) {
    place.end = sqlite::kOffsets;
    int64_t end = 0;
    bool moves = false;  // and is not at the end of that
    Records(forward_, place, [&](int64_t offset, const std::optional<v1::Envelope>& envelope) {
      end = offset;
      if (envelope && Is<v1::PartitionBegun>(*envelope)) moves = true;
      if (envelope && envelope->time_ms() > moment_ms_) return false;
      if (envelope && Is<v1::PartitionMoved>(*envelope)) moves = false;
      end = offset + 1;
      return true;
    });
    cuts_move_ = cuts_move_ || moves;
    place.end = end;
    int64_t last = end;
    sqlite::Statement latest(db_, "SELECT max(id) FROM record WHERE id >= ?1 AND id < ?2");
    if (latest.Bind(1, place.first_id).Bind(2, place.first_id + sqlite::kOffsets).Step()) {
      last = latest.Int(0) - place.first_id + 1;
    }
    place.end_before = last;
  }

  // The number of the last event that is left; 0: none is.
  int64_t LastSequence(const std::string& service, int32_t partition) {
    const auto found = places_.find({std::string(kEvents) + service, partition});
    if (found == places_.end()) return 0;
    int64_t last = 0;
    Records(last_, found->second, [&](int64_t, const std::optional<v1::Envelope>& envelope) {
      if (envelope) last = envelope->sequence();
      return !envelope;
    });
    return last;
  }

  // Whether everything that an event was decided on is left, as far as its positions say it.
  bool RestsOnWhatIsLeft(const Place& place, const v1::Envelope& event) {
    for (const v1::Positions::Input& input : event.positions().inputs()) {
      const auto found = places_.find({input.topic(), place.partition});
      if (found != places_.end() && input.offset() > found->second.end) return false;
    }
    return std::all_of(event.positions().sources().begin(), event.positions().sources().end(),
                       [&](const v1::Positions::Source& source) {
                         return source.sequence() <=
                                LastSequence(place.service, source.partition());
                       });
  }

  // Positions only grow, so that the last decisions are those that may rest on what is gone.
  void CutEvents(Place& place) {
    Records(backward_, place, [&](int64_t offset, const std::optional<v1::Envelope>& event) {
      if (!event) return true;
      const bool half = place.end < place.end_before && event->index() + 1 < event->count();
      if (!half && RestsOnWhatIsLeft(place, *event)) return false;
      place.end = offset;
      return true;
    });
  }

  void CutDeliveries(Place& place) {
    std::map<int32_t, int64_t> last_of;  // by deciding partition
    int64_t end = place.end;
    Records(forward_, place, [&](int64_t offset, const std::optional<v1::Envelope>& delivery) {
      if (!delivery || !delivery->has_source_partition()) return true;
      const int32_t source = delivery->source_partition();
      const auto [last, is_new] = last_of.try_emplace(source, 0);
      if (is_new) last->second = LastSequence(place.service, source);
      if (delivery->sequence() <= last->second) return true;
      end = offset;
      return false;
    });
    place.end = end;
  }

  // True when something more was cut.
  bool CloseOverCauses() {
    bool cut = false;
    for (auto& [at, place] : places_) {
      const int64_t before = place.end;
      if (place.holds_events) {
        CutEvents(place);
      } else {
        CutDeliveries(place);
      }
      cut |= place.end != before;
    }
    return cut;
  }

  int64_t Delete() {
    int64_t deleted = 0;
    db_.Run("BEGIN IMMEDIATE");
    sqlite::Statement records(db_, "DELETE FROM record WHERE id >= ?1 AND id < ?2");
    for (const auto& [at, place] : places_) {
      records.Bind(1, place.first_id + place.end).Bind(2, place.first_id + sqlite::kOffsets);
      records.Execute();
      deleted += sqlite3_changes64(db_.raw());
    }
    db_.Run("DELETE FROM row; DELETE FROM head; COMMIT");
    return deleted;
  }

  sqlite::Connection& db_;
  const int64_t moment_ms_;
  sqlite::Statement forward_, backward_;
  sqlite::Statement last_;  // as backward_, for a look while one of the others is under way
  std::map<Key, Place> places_;
  bool cuts_move_ = false;
};

}  // namespace

core::Result<int64_t> CutAfter(const std::string& file, core::Instant moment) {
  sqlite::Connection db(file);
  return Cut(db, moment).Run();
}

}  // namespace throughline::runtime
