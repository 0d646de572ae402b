// The steps that a Redis does as one, in its own Lua. scripts.cc has their grammar.
//
// Every partition keeps
//   tl:{service.partition}:head         hash      token, head
//   tl:{service.partition}:tables       hash      table -> how its keys are kept, see below
//   tl:{service.partition}:row:<table>  hash      key -> row
//   tl:{service.partition}:key:<table>  sorted set of its keys, all with score 0: bytewise order
// under one hash tag, so that a partition is never spread. Behind every row, and behind the head,
// stands its checksum: see runtime/checked_value.h.
//
// Most tables are never scanned, and the sorted set costs more than all the rest of a commit. So a
// table has one only from its first scan on:
//   plain          no scan has been: there is no sorted set
//   indexing <id>  commits keep the sorted set; somebody adds the keys that were there before
//   indexed        it is whole
#pragma once

#include <array>
#include <string_view>

namespace throughline::runtime::redis {

enum class Script { kCommit, kScan, kIndex, kClear };
inline constexpr size_t kScripts = 4;

std::string_view TextOf(Script script);

}  // namespace throughline::runtime::redis
