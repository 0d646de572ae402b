#include "runtime/redis/errors.h"

#include <string>

namespace throughline::runtime {

using core::Code;
using core::Error;

Error RedisAddressMissing() {
  return {Code::kInvalidArgument, "REDIS_ADDRESS_MISSING",
          "No Redis is named. Give the host:port of at least one.", "redis"};
}

Error RedisAddressInvalid(std::string_view address) {
  return {Code::kInvalidArgument, "REDIS_ADDRESS_INVALID",
          "\"" + std::string(address) + "\" is not the address of a Redis. Write host:port.",
          "redis"};
}

Error RedisUnusable(std::string_view address, std::string_view why) {
  return {
      Code::kFailedPrecondition, "REDIS_UNUSABLE",
      "The Redis at " + std::string(address) + " cannot be used: " + std::string(why) +
          ". Check that it runs, that the address is its own, and the user, the password and the "
          "rights of the user.",
      "redis"};
}

Error RedisEvicts(std::string_view address, std::string_view policy) {
  return {Code::kFailedPrecondition, "REDIS_EVICTS",
          "The Redis at " + std::string(address) + " drops keys when its memory is full (" +
              std::string(policy) +
              "), and a partition with keys missing is not what was committed. Run CONFIG SET "
              "maxmemory-policy noeviction on it, and set the same in its redis.conf.",
          "redis"};
}

Error CommitTooLarge(std::string_view partition, size_t rows, size_t bytes) {
  return {Code::kResourceExhausted, "COMMIT_TOO_LARGE",
          "A commit of " + std::to_string(rows) + " rows and " + std::to_string(bytes) +
              " bytes to " + std::string(partition) +
              " is more than Redis takes in one step. Take fewer inputs at a time.",
          ""};
}

}  // namespace throughline::runtime
