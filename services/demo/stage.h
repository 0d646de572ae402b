// What the demo lives on: the services, and a time that the demo sets for them.
#pragma once

#include <memory>
#include <optional>

#include "throughline/connection.h"

namespace throughline::demo {

class DemoStage {
 public:
  virtual ~DemoStage() = default;
  virtual Connection& connection() = 0;
  // Time moves on, for every service; it never goes back.
  virtual core::Result<void> SetClock(core::Instant to) = 0;
  // Waits until there is nothing left to do now, and says when time alone brings something.
  virtual core::Result<std::optional<core::Instant>> Settle() = 0;
};

// The four services in this process, on the embedded journal in `data`.
core::Result<std::unique_ptr<DemoStage>> OpenEmbeddedStage(const std::filesystem::path& data,
                                                           const std::string& listen,
                                                           core::Instant start);
// Services that run already, each perhaps in a process of its own, with --simulated-clock.
core::Result<std::unique_ptr<DemoStage>> OpenRemoteStage(const ConnectionOptions& options);

}  // namespace throughline::demo
