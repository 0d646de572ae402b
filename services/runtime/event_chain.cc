#include "runtime/event_chain.h"

#include <xxhash.h>

#include "runtime/planted_bug.h"
#include "throughline/runtime/v1/repartition.pb.h"

namespace throughline::runtime {

namespace {

bool IsNext(const ChainPlace& place, const v1::Envelope& event) {
  if (event.sequence() == place.sequence + 1) return true;
  return place.sequence == 0 && event.sequence() > 0 &&
         event.type() == v1::PartitionBegun::descriptor()->full_name();
}

}  // namespace

uint64_t ChainValue(uint64_t before, const v1::Envelope& event, std::string_view value) {
  uint64_t hash = XXH3_64bits_withSeed(value.data(), value.size(), before);
  hash = XXH3_64bits_withSeed(event.type().data(), event.type().size(), hash);
  hash = XXH3_64bits_withSeed(event.cause().data(), event.cause().size(), hash);
  const int64_t numbers[] = {event.sequence(), event.index(), event.time_ms()};
  return XXH3_64bits_withSeed(numbers, sizeof numbers, hash);
}

Follows Follow(ChainPlace& place, const v1::Envelope& event, std::string_view value) {
  if (Planted(Bug::kDuplicatesTaken) ||
      (IsNext(place, event) && event.chain() == ChainValue(place.chain, event, value))) {
    place.sequence = event.sequence();
    place.chain = event.chain();
    return Follows::kNext;
  }
  if (event.sequence() > place.sequence &&
      event.chain() != ChainValue(place.branch, event, value)) {
    return Follows::kGap;
  }
  place.branch = event.chain();
  return Follows::kDropped;
}

}  // namespace throughline::runtime
