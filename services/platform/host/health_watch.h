// Has gRPC's health say what a process's readiness is, and finds out whether its server still
// answers: a thread that looks again and again until it is destroyed. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/grpc/server.h"
#include "platform/host/readiness.h"

namespace throughline::platform {

class HealthWatch {
 public:
  // Both must outlive it.
  HealthWatch(GrpcServer& server, Readiness& readiness);
  ~HealthWatch();

  // Looks at once: what changed is said before this returns.
  void Look();
  // Why the process should be started anew, a sentence each; empty when it makes progress. Neither
  // Kafka nor Redis has a part in it: a restart would not bring them back.
  std::vector<std::string> LivenessIssues() const;

 private:
  void Watch();
  void CheckThatItAnswers();

  GrpcServer& server_;
  Readiness& readiness_;
  std::mutex look_mutex_;
  std::atomic<bool> serving_{false};  // what was said last; the server begins with false
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::atomic<std::chrono::steady_clock::time_point> answered_;
  std::thread thread_;
};

}  // namespace throughline::platform
