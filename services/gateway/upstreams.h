// Whether the services behind a gateway can be reached. Thread-safe.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/gateway.h"

namespace throughline::gateway {

class Upstreams {
 public:
  explicit Upstreams(Channels channels) : channels_(std::move(channels)) {}

  // Why a gateway is of no use here, a sentence each; empty when it is of use: every service has
  // been reached once, so that addresses, names and certificates are right, and one of them can be
  // reached now. A service that is away later is no reason: the calls of the others are answered,
  // and every other gateway has it no better. Channels that are not connected begin to; half a
  // second is waited for those that never were.
  std::vector<std::string> Issues();

 private:
  const Channels channels_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> reached_;
};

}  // namespace throughline::gateway
