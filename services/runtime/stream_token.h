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
};
using ReadPlaces = std::map<TopicPartition, ReadPlace>;

// URL-safe characters: some thirty for each partition that is not at its beginning. Equal places
// have equal tokens.
std::string TokenOf(const ReadPlaces& places);
// Sets the places of these partitions. TOKEN_INVALID when the token is not one of exactly these.
core::Result<bool> ReadToken(std::string_view token, ReadPlaces& places);

}  // namespace throughline::runtime
