#include "runtime/repartition/slices.h"

#include <algorithm>

#include "runtime/envelope.h"
#include "runtime/partitioner.h"
#include "runtime/repartition/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

class Slicing {
 public:
  Slicing(const Piece& piece, const decider::Decider& decider, const Partitions& partitions)
      : piece_(piece), decider_(decider), partitions_(partitions) {}

  Result<void> Events() {
    for (size_t i = piece_.begin; i < piece_.end; ++i) {
      const v1::Envelope& event = (*piece_.decision)[i].envelope();
      if (piece_.common) {
        for (int32_t p = 0; p < partitions_.after; ++p) At(p).events.push_back(i);
      } else if (!event.subject().empty()) {
        if (PartitionOf(event.subject(), partitions_.before) != piece_.from) {
          return core::Refuse(EventElsewhere(
              EventId(decider_.service(), piece_.from, event.sequence()) + ", " + event.type()));
        }
        At(PartitionOf(event.subject(), partitions_.after)).events.push_back(i);
      } else {
        Nameless(i, event.timer());
      }
    }
    return {};
  }

  void Timer() {
    const std::string& timer = piece_.decision->front().envelope().timer();
    if (!piece_.begins() || timer.empty()) return;
    const std::string key = decider_.RouteOfTimer(timer);
    for (int32_t p = 0; p < partitions_.after; ++p) {
      const bool has = key.empty() || PartitionOf(key, partitions_.after) == p;
      if (has && !IsThere(p)) At(p).expires_timer = true;
    }
  }

  void Answer(const std::string& route) {
    if (!piece_.ends() || !piece_.decision->back().envelope().has_outcome()) return;
    std::string key = route;
    for (const v1::Packed& event : *piece_.decision) {
      if (key.empty()) key = event.envelope().subject();
    }
    At(key.empty() ? piece_.from % partitions_.after : PartitionOf(key, partitions_.after))
        .answers = true;
  }

  std::vector<Slice> Take() { return std::move(slices_); }

 private:
  // The runtime's own events say no key: a timer belongs to one.
  void Nameless(size_t event, const std::string& timer) {
    const std::string key = timer.empty() ? "" : decider_.RouteOfTimer(timer);
    if (!key.empty()) {
      At(PartitionOf(key, partitions_.after)).events.push_back(event);
    } else if (timer.empty()) {
      At(piece_.from % partitions_.after).events.push_back(event);
    } else {
      for (int32_t p = 0; p < partitions_.after; ++p) At(p).events.push_back(event);
    }
  }

  bool IsThere(int32_t partition) const {
    return std::any_of(slices_.begin(), slices_.end(),
                       [&](const Slice& one) { return one.partition == partition; });
  }

  Slice& At(int32_t partition) {
    for (Slice& slice : slices_) {
      if (slice.partition == partition) return slice;
    }
    return slices_.emplace_back(Slice{partition});
  }

  const Piece& piece_;
  const decider::Decider& decider_;
  const Partitions& partitions_;
  std::vector<Slice> slices_;
};

}  // namespace

Result<std::vector<Slice>> SlicesOf(const Piece& piece, const decider::Decider& decider,
                                    const Partitions& partitions, const std::string& route) {
  Slicing slicing(piece, decider, partitions);
  if (auto events = slicing.Events(); !events) return core::Refuse(events.error());
  slicing.Timer();
  slicing.Answer(route);
  return slicing.Take();
}

size_t RecordsOf(const Slice& slice) { return std::max<size_t>(1, slice.events.size()); }

}  // namespace throughline::runtime
