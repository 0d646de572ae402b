// The gRPC face of a simulated clock: time moves when a caller moves it, and the caller can wait
// until everything has come to rest, over several processes.
#pragma once

#include <map>
#include <mutex>

#include "runtime/clock.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/simulation_service.grpc.pb.h"

namespace throughline::platform {

class Host;

// A log that notes how far this process has written. Thread-safe.
class NotedLog : public runtime::Log {
 public:
  explicit NotedLog(runtime::Log& log) : log_(log) {}

  core::Result<std::vector<runtime::Stretch>> Append(
      const std::vector<runtime::AppendTo>& batches) override;
  void AppendAsync(runtime::AppendTo batch, Appended done) override;
  core::Result<std::vector<runtime::StoredRecord>> Read(const runtime::TopicPartition& from,
                                                        int64_t offset, size_t max_records,
                                                        size_t max_bytes) override {
    return log_.Read(from, offset, max_records, max_bytes);
  }
  core::Result<std::vector<runtime::StoredRecord>> ReadHistory(const runtime::TopicPartition& from,
                                                               int64_t offset, size_t max_records,
                                                               size_t max_bytes) override {
    return log_.ReadHistory(from, offset, max_records, max_bytes);
  }
  core::Result<int64_t> End(const runtime::TopicPartition& of) override { return log_.End(of); }
  void Expect(const runtime::TopicPartition& of, int64_t end) override { log_.Expect(of, end); }
  int Listen(std::function<void(const runtime::TopicPartition&)> wake) override {
    return log_.Listen(std::move(wake));
  }
  void Unlisten(int listener) override { log_.Unlisten(listener); }

  std::map<runtime::TopicPartition, int64_t> ends() const;

 private:
  void Note(const runtime::TopicPartition& of, int64_t end);

  runtime::Log& log_;
  mutable std::mutex mutex_;
  std::map<runtime::TopicPartition, int64_t> ends_;
};

class SimulationService final : public runtime::v1::SimulationService::CallbackService {
 public:
  // The parts must outlive this.
  SimulationService(Host& host, NotedLog& log, runtime::ManualClock& clock)
      : host_(host), log_(log), clock_(clock) {}

  grpc::ServerUnaryReactor* MoveClock(grpc::CallbackServerContext* context,
                                      const runtime::v1::MoveClockRequest* request,
                                      runtime::v1::MoveClockResponse* response) override;
  grpc::ServerUnaryReactor* Settle(grpc::CallbackServerContext* context,
                                   const runtime::v1::SettleRequest* request,
                                   runtime::v1::SettleResponse* response) override;

 private:
  Host& host_;
  NotedLog& log_;
  runtime::ManualClock& clock_;
};

}  // namespace throughline::platform
