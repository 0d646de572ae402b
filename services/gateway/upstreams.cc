#include "gateway/upstreams.h"

#include <chrono>

namespace throughline::gateway {

namespace {

// For all of them together; a probe waits longer.
constexpr std::chrono::milliseconds kConnecting{500};

}  // namespace

std::vector<std::string> Upstreams::Issues() {
  std::vector<std::string> issues;
  bool any = false;
  const auto until = std::chrono::system_clock::now() + kConnecting;
  std::lock_guard lock(mutex_);
  for (const auto& [service, channel] : channels_) {
    // gRPC reads from a connection only while somebody waits for it, and else every five seconds: a
    // handshake of TLS, which is several messages, would not come to its end in the time it has.
    if (!reached_.contains(service)) channel->WaitForConnected(until);
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
