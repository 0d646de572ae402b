// A gRPC server stream of events that resumes from a token.
//
// One write is in flight at a time and nothing is queued behind it: the next events are read from
// the log when the reader has taken the last one. So a reader that is slow costs a position, and
// one that takes nothing for `stalled_after` is ended with RESOURCE_EXHAUSTED; it goes on from its
// last token.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "runtime/access/errors.h"
#include "runtime/event_reader.h"
#include "runtime/grpc/calls.h"

namespace throughline::runtime {

// One open stream, as the pump that feeds it sees it.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // Reads on and starts the next write, if it can; on the pump's thread only.
  virtual void Feed() = 0;
  virtual void End(const grpc::Status& status) = 0;
  virtual bool Concerns(const TopicPartition& changed) const = 0;
  virtual std::chrono::steady_clock::time_point writing_since() const = 0;
  // Whether the reader's credential has expired.
  virtual bool is_over() const = 0;
};

// The open streams of a process and the thread that feeds them. Thread-safe. Close before the
// server's Shutdown: every stream ends with UNAVAILABLE.
class EventStreams {
 public:
  EventStreams(Log& log, int32_t partitions,
               std::chrono::seconds stalled_after = std::chrono::seconds(30));
  ~EventStreams();
  void Close();

  // For the Door, which has admitted the reader. `translate` writes an event into the response and
  // says whether the reader gets it; the token goes into the response's field `token`. `is_over`
  // says when the reader's credential has expired, which ends the stream; empty: never.
  template <class Response>
  grpc::ServerWriteReactor<Response>* Open(
      const EventQuery& query, std::function<bool(const ReadEvent&, Response*)> translate,
      std::function<bool()> is_over);

  // For the streams themselves.
  void Add(std::shared_ptr<OpenStream> stream);
  void Remove(OpenStream* stream);
  void Ready(OpenStream* stream);  // it can take more

 private:
  void Pump();

  Log& log_;
  int32_t partitions_;
  std::chrono::seconds stalled_after_;
  int listener_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<OpenStream*, std::shared_ptr<OpenStream>> streams_;
  std::set<OpenStream*> ready_;
  bool closing_ = false;
  std::thread pump_;
};

// Lives until gRPC is done with it and the pump has let go of it.
template <class Response>
class EventStreamReactor : public grpc::ServerWriteReactor<Response>,
                           public OpenStream,
                           public std::enable_shared_from_this<EventStreamReactor<Response>> {
 public:
  using Translate = std::function<bool(const ReadEvent&, Response*)>;
  EventStreamReactor(EventStreams& streams, EventReader reader, Translate translate,
                     std::function<bool()> is_over)
      : streams_(streams),
        reader_(std::move(reader)),
        translate_(std::move(translate)),
        is_over_(std::move(is_over)) {}

  void Feed() override {
    if (is_over()) return End(ToStatus(CredentialExpired()));
    std::unique_lock lock(mutex_);
    if (writing_ || ended_) return;
    constexpr size_t kReadAhead = 64;
    while (true) {
      while (!read_.empty()) {
        ReadEvent event = std::move(read_.front());
        read_.pop_front();
        response_.Clear();
        if (!translate_(event, &response_)) continue;
        response_.set_token(event.token);
        writing_ = true;
        since_ = std::chrono::steady_clock::now();
        lock.unlock();
        this->StartWrite(&response_);
        return;
      }
      auto events = reader_.Next(kReadAhead);
      if (!events) {
        lock.unlock();
        return End(ToStatus(events.error()));
      }
      if (events->empty()) return;
      std::move(events->begin(), events->end(), std::back_inserter(read_));
    }
  }
  void End(const grpc::Status& status) override {
    {
      std::lock_guard lock(mutex_);
      if (ended_) return;
      ended_ = true;
    }
    this->Finish(status);
  }
  bool Concerns(const TopicPartition& changed) const override { return reader_.Concerns(changed); }
  std::chrono::steady_clock::time_point writing_since() const override {
    std::lock_guard lock(mutex_);
    return writing_ ? since_ : std::chrono::steady_clock::time_point::max();
  }

  bool is_over() const override { return is_over_ && is_over_(); }

  void OnWriteDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
    }
    if (!ok) return End(grpc::Status::CANCELLED);
    streams_.Ready(this);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override {
    streams_.Remove(this);
    auto last = std::move(self_);  // may delete this
  }
  void HoldSelf() { self_ = this->shared_from_this(); }

 private:
  EventStreams& streams_;
  mutable std::mutex mutex_;
  EventReader reader_;
  Translate translate_;
  std::function<bool()> is_over_;
  std::deque<ReadEvent> read_;
  Response response_;
  bool writing_ = false;
  bool ended_ = false;
  std::chrono::steady_clock::time_point since_;
  std::shared_ptr<EventStreamReactor> self_;
};

// Ends a stream before it began.
template <class Response>
class RefusedStream : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

template <class Response>
grpc::ServerWriteReactor<Response>* EventStreams::Open(
    const EventQuery& query, std::function<bool(const ReadEvent&, Response*)> translate,
    std::function<bool()> is_over) {
  auto reader = EventReader::Open(log_, partitions_, query);
  if (!reader) return new RefusedStream<Response>(ToStatus(reader.error()));
  auto stream = std::make_shared<EventStreamReactor<Response>>(
      *this, std::move(*reader), std::move(translate), std::move(is_over));
  stream->HoldSelf();
  Add(stream);
  return stream.get();
}

}  // namespace throughline::runtime
