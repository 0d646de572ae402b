// What a commit to the Store on Redis costs: against a redis-server of its own that appends to its
// file as it would in production.
//   throughline_redis_bench [ROWS OF A COMMIT] [COMMITS]
// Prints, for tables that are never scanned and for such that are, and for several shares of new
// rows: the time of a commit, and what it costs the processor of Redis, a row.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "../contract/redis_server.h"
#include "runtime/redis/redis_store.h"

namespace throughline::runtime {
namespace {

struct Load {
  size_t rows;
  size_t commits;
  double fresh;  // share of rows that are new
  bool scanned;
};

double CpuSeconds(const RedisServer& server) {
  const std::string info = server.Say({"INFO", "cpu"});
  const auto read = [&](const std::string& name) {
    return std::atof(info.c_str() + info.find(name) + name.size());
  };
  return read("used_cpu_user:") + read("used_cpu_sys:");
}

std::string KeyOf(uint64_t number) {
  char key[64];
  std::snprintf(key, sizeof key, "district/school-%02llu/%016llx", number % 40ull,
                number * 0x9e3779b97f4a7c15ull);
  return key;
}

int Measure(const RedisServer& server, const Load& load) {
  server.Say({"FLUSHALL"});
  auto store = RedisStore::Open({.addresses = {server.address()}});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  const StorePartition place{"evidence", 3};
  constexpr size_t kFilling = 50;  // commits of new rows only, before anything is measured
  std::mt19937_64 random(1);
  uint64_t next = 0;
  double cpu = 0;
  std::vector<double> times;
  for (size_t c = 0; c < kFilling + load.commits; ++c) {
    const double fresh = c < kFilling ? 1 : load.fresh;
    Commit commit{
        c == 0 ? "" : std::to_string(c), std::string(300, 'h'), std::to_string(c + 1), {}};
    for (size_t r = 0; r < load.rows; ++r) {
      const bool is_new = r < fresh * load.rows;
      const uint64_t number = is_new ? next++ : random() % next;
      commit.rows.push_back({{"result", KeyOf(number)}, std::string(150, 'v')});
    }
    if (c == kFilling) {
      if (load.scanned) (*store)->Scan(place, "result", "", "", 1);
      cpu = CpuSeconds(server);
    }
    const auto begin = std::chrono::steady_clock::now();
    if (auto done = (*store)->Apply(place, commit); !done) {
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
      return 1;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (c >= kFilling) times.push_back(took.count());
  }
  const double microseconds = 1e6 * (CpuSeconds(server) - cpu) / double(load.rows * load.commits);
  std::sort(times.begin(), times.end());
  std::printf("%-13s  %3.0f %% new  median %6.2f ms  p99 %6.2f ms  Redis %5.2f us of CPU a row\n",
              load.scanned ? "scanned" : "never scanned", 100 * load.fresh, times[times.size() / 2],
              times[times.size() * 99 / 100], microseconds);
  return 0;
}

}  // namespace
}  // namespace throughline::runtime

int main(int count, char** arguments) {
  using namespace throughline::runtime;
  const size_t rows = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 2000;
  const size_t commits = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 200;
  if (rows == 0 || commits == 0) return 2;
  const RedisServer server({"appendonly yes"});
  std::printf("%zu rows of 150 bytes a commit, %zu commits\n", rows, commits);
  for (const bool scanned : {false, true}) {
    for (const double fresh : {1.0, 0.4, 0.05}) {
      if (Measure(server, {rows, commits, fresh, scanned}) != 0) return 1;
    }
  }
  return 0;
}
