// The four services of Throughline in one process, on the journal in one directory: what `serve`
// runs, and what a command with --data opens for itself.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/clock.h"

namespace grpc {
class Channel;
}

namespace throughline::runtime {
class Log;
class Service;
}  // namespace throughline::runtime

namespace throughline {

struct HouseOptions {
  std::filesystem::path data;  // made when it does not exist
  std::string listen;          // host:port; empty: this process only
  // Time; it must outlive the house. Null: the machine's clock.
  const runtime::Clock* clock = nullptr;
};

// Thread-safe.
class House {
 public:
  // Opens the journal, takes over every partition and serves. The error is a sentence for people.
  static core::Result<std::unique_ptr<House>> Open(const HouseOptions& options);
  // Stops in seconds: no new calls, batches in hand finished, partitions released.
  ~House();

  std::shared_ptr<grpc::Channel> Channel();
  int port() const;
  runtime::Log& log();
  const std::vector<runtime::Service*>& services() const;
  // Why something does not run, a sentence each; empty when all is well.
  std::vector<std::string> Troubles() const;

  // Waits until every service has done all that there is to do now; false when that takes longer.
  bool WaitUntilIdle(std::chrono::milliseconds patience = std::chrono::hours(24 * 365));
  // When time alone will give a service something to do; exact after WaitUntilIdle.
  std::optional<core::Instant> NextDue() const;
  void ClockMoved();

 private:
  struct Parts;
  explicit House(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline
