// The gRPC face of a simulated clock: time moves when a caller moves it, and the caller can wait
// until everything has come to rest, over several processes.
#pragma once

#include <map>
#include <mutex>

#include "runtime/clock.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/simulation_service.grpc.pb.h"

namespace throughline::runtime {

class Host;

// A log that notes how far this process has written. Thread-safe.
class NotedLog : public Log {
 public:
  explicit NotedLog(Log& log) : log_(log) {}

  core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) override;
  void AppendAsync(AppendTo batch, Appended done) override;
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override {
    return log_.Read(from, offset, max_records, max_bytes);
  }
  core::Result<int64_t> End(const TopicPartition& of) override { return log_.End(of); }
  void Expect(const TopicPartition& of, int64_t end) override { log_.Expect(of, end); }
  int Listen(std::function<void(const TopicPartition&)> wake) override {
    return log_.Listen(std::move(wake));
  }
  void Unlisten(int listener) override { log_.Unlisten(listener); }

  std::map<TopicPartition, int64_t> ends() const;

 private:
  void Note(const TopicPartition& of, int64_t end);

  Log& log_;
  mutable std::mutex mutex_;
  std::map<TopicPartition, int64_t> ends_;
};

class SimulationService final : public v1::SimulationService::CallbackService {
 public:
  // The parts must outlive this.
  SimulationService(Host& host, NotedLog& log, ManualClock& clock)
      : host_(host), log_(log), clock_(clock) {}

  grpc::ServerUnaryReactor* MoveClock(grpc::CallbackServerContext* context,
                                      const v1::MoveClockRequest* request,
                                      v1::MoveClockResponse* response) override;
  grpc::ServerUnaryReactor* Settle(grpc::CallbackServerContext* context,
                                   const v1::SettleRequest* request,
                                   v1::SettleResponse* response) override;

 private:
  Host& host_;
  NotedLog& log_;
  ManualClock& clock_;
};

}  // namespace throughline::runtime
