#include "throughline/doctor/redis_findings.h"

#include <fmt/format.h>

#include <cstdlib>

namespace throughline::doctor {

namespace {

using runtime::RedisFacts;
using std::chrono::milliseconds;

constexpr int kOldestVersion = 7;
constexpr int kFullPercent = 80, kTooFullPercent = 95;
constexpr milliseconds kClockMayDiffer(1000), kClockMayNotDiffer(60'000);
constexpr int64_t kMegabyte = 1 << 20;

Findings MemoryFindings(const std::string& what, const RedisFacts& facts) {
  if (facts.bytes_at_most == 0) {
    return {Warning(what, "It has no limit of memory: a machine that runs out of it kills it.",
                    "Set its maxmemory to what the machine can spare.")};
  }
  const int64_t percent = facts.used_bytes * 100 / facts.bytes_at_most;
  const std::string said = fmt::format("{} % of its maxmemory of {} MB is used.", percent,
                                       facts.bytes_at_most / kMegabyte);
  const std::string next =
      "Give it more, or name another Redis. When it is full, the services stop until it is not.";
  if (percent >= kTooFullPercent) return {Fault(what, said, next)};
  if (percent >= kFullPercent) return {Warning(what, said, next)};
  return {};
}

Findings ClockFindings(const std::string& what, const RedisFacts& facts) {
  if (!facts.clock_ahead) return {};
  const milliseconds apart = std::chrono::abs(*facts.clock_ahead);
  if (apart <= kClockMayDiffer) return {};
  const std::string said = fmt::format(
      "Its clock is {:.1f} s {} this machine's.", static_cast<double>(apart.count()) / 1000,
      *facts.clock_ahead > milliseconds(0) ? "ahead of" : "behind");
  const std::string next = "See that both machines have their time from NTP.";
  return {apart > kClockMayNotDiffer ? Fault(what, said, next) : Warning(what, said, next)};
}

}  // namespace

Findings RedisFindings(const RedisFacts& facts) {
  const std::string what = "Redis " + facts.place;
  if (!facts.broken.empty()) {
    return {Fault(what, "It cannot be used: " + facts.broken + ".",
                  "See that it runs, and that the address, the user and the password are right.")};
  }
  Findings found;
  if (std::atoi(facts.version.c_str()) < kOldestVersion) {
    found.push_back(Fault(what, "It is version " + facts.version + ".", "Use 7 or later."));
  }
  if (facts.policy != "noeviction") {
    found.push_back(Fault(what,
                          "It forgets what it was given when it is full: " + facts.policy + ".",
                          "Set its maxmemory-policy to noeviction."));
  }
  if (!facts.may_not.empty()) {
    found.push_back(Fault(what, "This user may not do what a service does: " + facts.may_not + ".",
                          "deploy/redis/README.md has the rights that are needed."));
  }
  if (!facts.keeps_log) {
    found.push_back(Warning(what,
                            "It keeps nothing on disk: after a restart of it all state is "
                            "folded anew from the log, which takes a while.",
                            "Set its appendonly to yes."));
  }
  Append(found, MemoryFindings(what, facts));
  Append(found, ClockFindings(what, facts));
  if (!found.empty()) return found;
  return {Ok(what, fmt::format("Version {}, noeviction, append-only file, {} of {} MB used, clock "
                               "{} ms apart.",
                               facts.version, facts.used_bytes / kMegabyte,
                               facts.bytes_at_most / kMegabyte,
                               facts.clock_ahead.value_or(milliseconds(0)).count()))};
}

Findings RedisFindings(const runtime::RedisOptions& options) {
  const auto all = runtime::LookAtRedis(options);
  if (!all) return {Fault("Redis", all.error().message, "")};
  Findings found;
  for (const RedisFacts& facts : *all) Append(found, RedisFindings(facts));
  return found;
}

}  // namespace throughline::doctor
