#include "gateway/upstreams.h"

#include <algorithm>

namespace throughline::gateway {

std::vector<std::string> Upstreams::Issues() {
  std::vector<std::string> issues;
  bool any = false;
  std::lock_guard lock(mutex_);
  for (const auto& [service, channel] : channels_) {
    const grpc_connectivity_state state = channel->GetState(true);
    if (state == GRPC_CHANNEL_READY) reached_.insert(service);
    // One that nobody has used for a while is idle, and connects when it is.
    const bool usable = state == GRPC_CHANNEL_READY || state == GRPC_CHANNEL_IDLE;
    any |= usable && reached_.contains(service);
    if (!reached_.contains(service)) issues.push_back(service + " has not been reached yet.");
  }
  if (issues.empty() && !any) issues.emplace_back("None of the services can be reached.");
  return issues;
}

}  // namespace throughline::gateway
