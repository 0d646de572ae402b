// Where a reader of many partitions is, and that as a token that people and programs keep. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"

namespace throughline::runtime {

// How far one partition is read.
struct ReadPlace {
  int64_t offset = 0;  // of the next record
  ChainPlace chain;
  bool anywhere = false;  // the first event read says where the chain is
  // The record before is the event that the chain is at: a reader of it needs no more than that.
  bool after_event = false;
  // That record is still to be read; until then only the lowest bytes of chain.chain are known.
  bool chain_unread = false;
};
using ReadPlaces = std::map<TopicPartition, ReadPlace>;

// URL-safe characters: some four for each partition that is not at its beginning, and fifty for
// one in which a record was dropped. Equal places of one log have equal tokens. `move`: which move
// the log is of (moved_records.h), for offsets of before mean other events behind it.
std::string TokenOf(const ReadPlaces& places, uint64_t move = 0);
// Sets the places of these partitions. TOKEN_INVALID when the token is not one of exactly these,
// and of this move.
core::Result<void> ReadToken(std::string_view token, ReadPlaces& places, uint64_t move = 0);

// What a token of so many partitions keeps of a chain value.
uint64_t CheckOf(uint64_t chain, size_t partitions);
// Whether both stand at one event, as far as is known of them; both are of so many partitions.
bool SameChain(const ReadPlace& one, const ReadPlace& other, size_t partitions);

}  // namespace throughline::runtime
