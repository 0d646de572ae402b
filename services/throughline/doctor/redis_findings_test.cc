#include "throughline/doctor/redis_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::doctor {
namespace {

using runtime::RedisFacts;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

RedisFacts GoodRedis() {
  return {.place = "r:6379",
          .version = "7.0.15",
          .policy = "noeviction",
          .keeps_log = true,
          .used_bytes = 100 << 20,
          .bytes_at_most = 1 << 30,
          .clock_ahead = milliseconds(2)};
}

std::string SaidOfRedis(const RedisFacts& facts) {
  const Findings found = RedisFindings(facts);
  EXPECT_EQ(found.size(), 1u) << TextOf(found);
  return TextOf(found);
}

TEST(RedisFindings, ARedisAsItShouldBeIsOk) {
  EXPECT_EQ(SaidOfRedis(GoodRedis()),
            "ok       Redis r:6379: Version 7.0.15, noeviction, append-only file, 100 of 1024 MB "
            "used, clock 2 ms apart.\n");
}

TEST(RedisFindings, OneThatForgetsOrIsTooOldIsAFault) {
  RedisFacts facts = GoodRedis();
  facts.policy = "allkeys-lru";
  EXPECT_THAT(SaidOfRedis(facts),
              StartsWith("fault    Redis r:6379: It forgets what it was given when it "
                         "is full: allkeys-lru. Set "));
  facts = GoodRedis();
  facts.version = "6.2.0";
  EXPECT_THAT(SaidOfRedis(facts), HasSubstr("Use 7 or later."));
}

TEST(RedisFindings, RightsThatAreMissingAreSaidInItsWords) {
  RedisFacts facts = GoodRedis();
  facts.may_not = "NOPERM this user has no permissions to run the 'evalsha' command";
  EXPECT_THAT(SaidOfRedis(facts), HasSubstr("'evalsha' command. deploy/redis/README.md"));
}

TEST(RedisFindings, OneThatDoesNotAnswerIsNotJudgedByWhatItDidNotSay) {
  EXPECT_THAT(SaidOfRedis({.place = "r:6379", .broken = "Connection refused"}),
              HasSubstr("It cannot be used: Connection refused."));
}

TEST(RedisFindings, MemoryRunsOutWithAWarningBefore) {
  RedisFacts facts = GoodRedis();
  facts.used_bytes = facts.bytes_at_most / 100 * 85;
  EXPECT_THAT(SaidOfRedis(facts), StartsWith("warning "));
  facts.used_bytes = facts.bytes_at_most / 100 * 97;
  EXPECT_THAT(SaidOfRedis(facts), StartsWith("fault "));
  facts.bytes_at_most = 0;
  EXPECT_THAT(SaidOfRedis(facts), StartsWith("warning  Redis r:6379: It has no limit of memory"));
  facts = GoodRedis();
  facts.keeps_log = false;
  EXPECT_THAT(SaidOfRedis(facts), HasSubstr("Set its appendonly to yes."));
}

TEST(RedisFindings, ClocksThatAreApartAreSaid) {
  RedisFacts facts = GoodRedis();
  facts.clock_ahead = milliseconds(2500);
  EXPECT_THAT(SaidOfRedis(facts), HasSubstr("Its clock is 2.5 s ahead of this machine's."));
  facts.clock_ahead = milliseconds(-3'600'000);
  EXPECT_THAT(SaidOfRedis(facts),
              StartsWith("fault    Redis r:6379: Its clock is 3600.0 s behind"));
  facts.clock_ahead = std::nullopt;
  EXPECT_THAT(SaidOfRedis(facts), StartsWith("ok "));
}

}  // namespace
}  // namespace throughline::doctor
