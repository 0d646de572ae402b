// Whether a process may be sent calls, for probes and for gRPC's health.
//
// It may once it is settled: it is in its consumer groups, and has taken over every partition that
// it was given. From then on it stays ready for a while without: in a rebalance every replica gives
// all its partitions back for a moment, and would be left out by all at the same time, while calls
// that it takes wait for whoever has the partition next. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace throughline::platform {

class Readiness {
 public:
  // Why it is not settled, a sentence each; empty when it is. On any thread.
  using Issues = std::function<std::vector<std::string>()>;
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  // A rebalance, or a partition that is taken over again after an error, may last so long. It is
  // more than Kafka takes to notice that a member is gone (6 s), and less than what callers
  // should wait for.
  static constexpr std::chrono::seconds kUnsettledAtMost{30};

  explicit Readiness(Issues unsettled, Now now = std::chrono::steady_clock::now);

  // Why no calls should be sent, a sentence each; empty when they may be. How long it has been
  // unsettled counts from the first time that this was asked meanwhile.
  std::vector<std::string> Look();
  // From now on it is not ready, whatever happens: the process is about to end.
  void Drain();

 private:
  const Issues unsettled_;
  const Now now_;
  std::mutex mutex_;
  bool draining_ = false;
  bool was_ready_ = false;
  std::optional<std::chrono::steady_clock::time_point> unsettled_since_;
};

}  // namespace throughline::platform
