#include "platform/host/simulation_service.h"

#include <algorithm>

#include "platform/grpc/calls.h"
#include "platform/host/host.h"

namespace throughline::platform {

using core::Result;

namespace {
constexpr std::chrono::seconds kPatience(5);
}

void NotedLog::Note(const runtime::TopicPartition& of, int64_t end) {
  std::lock_guard lock(mutex_);
  int64_t& known = ends_[of];
  known = std::max(known, end);
}

Result<std::vector<runtime::Stretch>> NotedLog::Append(
    const std::vector<runtime::AppendTo>& batches) {
  auto stretches = log_.Append(batches);
  for (size_t i = 0; stretches && i < batches.size(); ++i) {
    Note(batches[i].to, (*stretches)[i].end);
  }
  return stretches;
}

void NotedLog::AppendAsync(runtime::AppendTo batch, Appended done) {
  const runtime::TopicPartition to = batch.to;
  log_.AppendAsync(std::move(batch),
                   [this, to, done = std::move(done)](Result<runtime::Stretch> at) {
                     if (at) Note(to, at->end);
                     done(std::move(at));
                   });
}

std::map<runtime::TopicPartition, int64_t> NotedLog::ends() const {
  std::lock_guard lock(mutex_);
  return ends_;
}

grpc::ServerUnaryReactor* SimulationService::MoveClock(grpc::CallbackServerContext* context,
                                                       const runtime::v1::MoveClockRequest* request,
                                                       runtime::v1::MoveClockResponse*) {
  clock_.Set(core::FromMillis(request->to_ms()));
  host_.ClockMoved();
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* SimulationService::Settle(grpc::CallbackServerContext* context,
                                                    const runtime::v1::SettleRequest* request,
                                                    runtime::v1::SettleResponse* response) {
  for (const runtime::v1::LogEnd& end : request->ends()) {
    log_.Expect({end.topic(), end.partition()}, end.offset());
  }
  response->set_idle(host_.WaitUntilIdle(kPatience));
  for (const auto& [of, offset] : log_.ends()) {
    runtime::v1::LogEnd& end = *response->add_ends();
    end.set_topic(of.topic);
    end.set_partition(of.partition);
    end.set_offset(offset);
  }
  if (auto due = host_.NextDue()) response->set_next_due_ms(core::ToMillis(*due));
  return Finish(context, grpc::Status::OK);
}

}  // namespace throughline::platform
