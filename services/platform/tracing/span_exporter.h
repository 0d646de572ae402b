// Sends spans to a receiver, in batches, from a queue that is bounded: who gives it a span never
// waits. What comes when the queue is full is dropped and counted, as is what the receiver refuses,
// or has not taken after some attempts. One thread of its own; thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/metrics/metric.h"
#include "platform/tracing/otlp.h"

namespace throughline::platform {

class SpanReceiver {
 public:
  enum class Answer { kTaken, kTryAgain, kRefused };
  virtual ~SpanReceiver() = default;
  // Waits for the answer, for a bounded time. Called by one thread.
  virtual Answer Send(const otlp::ExportTraceServiceRequest& request) = 0;
};

struct ExportPace {
  size_t queued_at_most = 8192;
  size_t batch_at_most = 512;
  std::chrono::milliseconds every{1000};  // sooner when a batch is full
  int attempts = 5;
  std::chrono::milliseconds shortest_pause{500};  // doubled with each attempt that follows
  std::chrono::milliseconds last_words{1500};     // on the way out, for what is queued
};

class SpanExporter {
 public:
  SpanExporter(std::unique_ptr<SpanReceiver> receiver, TracedProgram program, ExportPace pace = {});
  // Sends what is queued, as far as that is quick.
  ~SpanExporter();

  void Add(runtime::Span span);
  void AppendTo(std::vector<Reading>& readings) const;

 private:
  using Steady = std::chrono::steady_clock;
  void Run();
  std::vector<runtime::Span> Next();
  void Send(const std::vector<runtime::Span>& spans);
  // False: it is time to stop.
  bool Pause(std::chrono::milliseconds time);

  const std::unique_ptr<SpanReceiver> receiver_;
  const TracedProgram program_;
  const ExportPace pace_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Steady::time_point stop_by_;
  std::deque<runtime::Span> queue_;
  int64_t exported_ = 0, overflowed_ = 0, refused_ = 0;
  std::thread thread_;
};

}  // namespace throughline::platform
