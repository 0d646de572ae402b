// How a Redis is set up, for whoever looks whether it is right. Functions without state; block for
// as long as Redis takes to answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "runtime/redis/redis_store.h"

namespace throughline::runtime {

struct RedisFacts {
  std::string place = {};   // where it is, for messages
  std::string broken = {};  // why nothing is known of it; empty: the rest is known
  std::string version = {};
  std::string policy = {};  // what happens when its memory is full
  bool keeps_log = false;   // the append-only file
  int64_t used_bytes = 0;
  int64_t bytes_at_most = 0;  // 0: no limit
  // How far its clock is ahead of this machine's; nullopt: it does not say.
  std::optional<std::chrono::milliseconds> clock_ahead = {};
  // What this user may not do, in Redis's words; empty: it may do all there is.
  std::string may_not = {};
};

// Each of them; with Sentinels the master alone. REDIS_ADDRESS_MISSING and the like when what is
// configured makes no sense.
core::Result<std::vector<RedisFacts>> LookAtRedis(const RedisOptions& options);

}  // namespace throughline::runtime
