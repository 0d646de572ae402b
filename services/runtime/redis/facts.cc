#include "runtime/redis/facts.h"

#include <charconv>

#include "runtime/redis/check.h"

namespace throughline::runtime {

using core::Result;

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

int64_t NumberOf(std::string_view info, std::string_view name) {
  const std::string_view text = redis::InfoOf(info, name);
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

RedisFacts FactsOf(redis::ConnectionPool& pool) {
  RedisFacts facts;
  facts.place = pool.place();
  auto lease = pool.Take();
  if (!lease) {
    facts.broken = lease.error().words;
    return facts;
  }
  redis::Request question;
  question.Command({"INFO"});
  const auto asked = std::chrono::system_clock::now();
  auto replies = (*lease)->Ask(question);
  const auto answered = std::chrono::system_clock::now();
  if (!replies) {
    facts.broken = replies.error().words;
    return facts;
  }
  const std::string_view info = redis::TextOf(replies->front().get());
  facts.version = redis::InfoOf(info, "redis_version");
  facts.policy = redis::InfoOf(info, "maxmemory_policy");
  facts.keeps_log = redis::InfoOf(info, "aof_enabled") == "1";
  facts.used_bytes = NumberOf(info, "used_memory");
  facts.bytes_at_most = NumberOf(info, "maxmemory");
  if (const int64_t at = NumberOf(info, "server_time_usec"); at > 0) {
    const auto middle = asked.time_since_epoch() + (answered - asked) / 2;
    facts.clock_ahead = std::chrono::duration_cast<milliseconds>(microseconds(at) - middle);
  }
  if (auto done = redis::DoEverythingOnce(**lease); !done) facts.may_not = done.error().words;
  return facts;
}

}  // namespace

Result<std::vector<RedisFacts>> LookAtRedis(const RedisOptions& options) {
  auto pools = MakePools(options);
  if (!pools) return core::Refuse(pools.error());
  std::vector<RedisFacts> all;
  for (const auto& pool : *pools) all.push_back(FactsOf(*pool));
  return all;
}

}  // namespace throughline::runtime
