#include "runtime/grpc/event_stream.h"

namespace throughline::runtime {

EventStreams::EventStreams(Log& log, int32_t partitions, std::chrono::seconds stalled_after)
    : log_(log), partitions_(partitions), stalled_after_(stalled_after) {
  listener_ = log_.Listen([this](const TopicPartition& changed) {
    std::lock_guard lock(mutex_);
    bool any = false;
    for (const auto& [raw, stream] : streams_) {
      if (!stream->Concerns(changed)) continue;
      ready_.insert(raw);
      any = true;
    }
    if (any) wake_.notify_one();
  });
  pump_ = std::thread([this] { Pump(); });
}

EventStreams::~EventStreams() { Close(); }

void EventStreams::Close() {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    closing_ = true;
  }
  log_.Unlisten(listener_);
  wake_.notify_one();
  pump_.join();
  std::map<OpenStream*, std::shared_ptr<OpenStream>> streams;
  {
    std::lock_guard lock(mutex_);
    streams.swap(streams_);
  }
  for (const auto& [raw, stream] : streams) {
    stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE,
                             "This server is stopping; go on from your last token."));
  }
}

void EventStreams::Add(std::shared_ptr<OpenStream> stream) {
  bool closing = false;
  {
    std::lock_guard lock(mutex_);
    closing = closing_;
    if (!closing) {
      ready_.insert(stream.get());
      streams_[stream.get()] = stream;
    }
  }
  wake_.notify_one();
  if (closing) stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "This server is stopping."));
}

void EventStreams::Remove(OpenStream* stream) {
  std::lock_guard lock(mutex_);
  ready_.erase(stream);
  streams_.erase(stream);
}

void EventStreams::Ready(OpenStream* stream) {
  std::lock_guard lock(mutex_);
  if (streams_.contains(stream)) ready_.insert(stream);
  wake_.notify_one();
}

void EventStreams::Pump() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait_for(lock, std::chrono::seconds(1), [&] { return closing_ || !ready_.empty(); });
    std::vector<std::shared_ptr<OpenStream>> ready, stalled, over;
    for (OpenStream* stream : ready_) {
      if (auto open = streams_.find(stream); open != streams_.end()) ready.push_back(open->second);
    }
    ready_.clear();
    const auto deadline = std::chrono::steady_clock::now() - stalled_after_;
    for (const auto& [raw, stream] : streams_) {
      if (stream->writing_since() < deadline) stalled.push_back(stream);
      if (stream->is_over()) over.push_back(stream);
    }
    lock.unlock();
    for (const auto& stream : ready) stream->Feed();
    for (const auto& stream : stalled) {
      stream->End(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                               "The reader did not keep up; go on from your last token."));
    }
    for (const auto& stream : over) stream->End(ToStatus(CredentialExpired()));
    lock.lock();
  }
}

}  // namespace throughline::runtime
