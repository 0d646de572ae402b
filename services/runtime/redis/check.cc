#include "runtime/redis/check.h"

#include <unistd.h>

#include <random>

#include "runtime/redis/errors.h"
#include "runtime/redis/requests.h"

namespace throughline::runtime::redis {

std::string_view InfoOf(std::string_view info, std::string_view name) {
  size_t at = info.find("\n" + std::string(name) + ":");
  if (at == std::string_view::npos) return {};
  at += name.size() + 2;
  return info.substr(at, info.find_first_of("\r\n", at) - at);
}

Attempt<bool> DoEverythingOnce(Connection& on) {
  const StorePartition place{"_check." + NewId(), 0};
  const std::optional<std::string> guard = "1";
  const Commit first{"", "head", "1", {{{"rows", "a"}, "1"}, {{"rows", "b"}, "2"}}};
  const Commit second{"1", "head", "2", {{{"rows", "a"}, std::nullopt}, {{"rows", "c"}, "3"}}};
  Request list_tables;
  list_tables.Command({"HKEYS", TablesKey(place)});
  for (const Request& request :
       {MakeCommit(on, place, first, ByTable(first.rows)), MakeIndex(on, place, "rows", "0", "1"),
        MakeScan(on, place, {"rows", "", "", 10, guard}),
        MakeCommit(on, place, second, ByTable(second.rows)),
        LoadRequest(place, {{"rows", "b"}}, true).request(), MakeHead(place), list_tables,
        MakeClear(on, place, {"rows"})}) {
    if (auto done = on.Ask(request); !done) return tl::make_unexpected(done.error());
  }
  return true;
}

core::Result<void> Check(ConnectionPool& pool) {
  auto lease = pool.Take();
  if (!lease) return core::Refuse(RedisUnusable(pool.place(), lease.error().words));
  Request question;
  question.Command({"INFO", "memory"});
  auto replies = (*lease)->Ask(question);
  if (!replies) return core::Refuse(RedisUnusable(pool.place(), replies.error().words));
  const std::string_view policy = InfoOf(TextOf(replies->front().get()), "maxmemory_policy");
  if (policy != "noeviction") return core::Refuse(RedisEvicts(pool.place(), policy));
  if (auto done = DoEverythingOnce(**lease); !done) {
    return core::Refuse(RedisUnusable(pool.place(), done.error().words));
  }
  return {};
}

std::string NewId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) id += std::to_string(random()) + ".";
  return id + std::to_string(getpid());
}

}  // namespace throughline::runtime::redis
