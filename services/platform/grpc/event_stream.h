// gRPC server streams of events that resume from a token, for very many readers of few queries.
//
// Streams of one query and view that have caught up share a feed (event_feed.h): an event is read,
// translated and serialized once for all of them. A stream that is not there yet, because it began
// at a token or has fallen behind, reads by itself until it meets the feed; the first to get to the
// end founds it. One write is in flight for each stream, and nothing is queued behind it but a few
// events read ahead: a slow reader costs a position. One that takes nothing for `stalled_after` is
// ended with RESOURCE_EXHAUSTED; it goes on from its last token, here or on any replica.
//
// Threads: one reads for the feeds and begins the writes of members that waited; two let the
// streams that are by themselves have their turns; one looks for stalled readers and credentials
// that expired. What a write's end brings on happens on gRPC's threads, without the log.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/access/call_observer.h"
#include "platform/grpc/calls.h"
#include "platform/grpc/event_feed.h"
#include "platform/grpc/task_queue.h"
#include "runtime/clock.h"
#include "runtime/counters.h"
#include "runtime/event_reader.h"

namespace throughline::platform {

// What a stream shows, and to whom.
struct StreamRequest {
  runtime::EventQuery query;
  // Names the translation. Streams of equal query and view get the same messages, so the
  // translation depends on the event and on what the view names, and never on the reader.
  std::string view;
  EventTranslation translate;
  // Whether the reader's credential has expired, which ends the stream; empty: never.
  std::function<bool()> is_over;
  // Of a reader that wants the stream's position; null: it is not sent.
  grpc::CallbackServerContext* position_to = nullptr;
  // Of the call; null: nobody wants to know.
  std::shared_ptr<ObservedCall> observed = nullptr;
};

// A caller that sends the metadata kSendPosition, of any value, gets initial metadata when the
// stream is open: the token of the position where it begins, and the view. A refusal has neither,
// though gRPC sends empty initial metadata then. With many partitions the token is longer than the
// 8 KiB that gRPC clients accept by default: such a caller must accept kLongestMetadata.
inline constexpr char kSendPosition[] = "throughline-send-position";
inline constexpr char kStreamPlace[] = "throughline-stream-place";
inline constexpr char kStreamView[] = "throughline-stream-view";
inline constexpr int kLongestMetadata = 72 << 10;

// The context when its client wants the position; null otherwise.
inline grpc::CallbackServerContext* WantsPosition(grpc::CallbackServerContext* context) {
  return context->client_metadata().count(kSendPosition) > 0 ? context : nullptr;
}

struct StreamOptions {
  std::chrono::milliseconds stalled_after = std::chrono::seconds(30);
  // How long a token may be ahead of what this process has seen of the log.
  std::chrono::milliseconds ahead_at_most = std::chrono::seconds(5);
  FeedBounds window = {};
  // By which the age of what is written is told; it outlives the streams. Null: it is not.
  const runtime::Clock* clock = nullptr;
};

class OpenStream;

// The open streams of a process. Thread-safe. Close before the server's Shutdown: every stream ends
// with UNAVAILABLE. Must outlive the server.
class EventStreams {
 public:
  EventStreams(runtime::Log& log, int32_t partitions, StreamOptions options = {});
  ~EventStreams();
  void Close();

  // For the CallGuard, which has admitted the reader. The reactor deletes itself.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Open(StreamRequest request);
  // The token from which a stream misses nothing that happens from now on. Of the query
  // `services` and the subject count.
  core::Result<std::string> TokenOfNow(runtime::EventQuery query) const;
  // How many streams were ended because their reader took nothing.
  int64_t too_slow() const { return too_slow_; }
  // How many are open now.
  size_t open() const;
  // How many messages were written to readers.
  int64_t written() const { return written_; }
  // From when a command was received until what it set off was written to a reader that is up to
  // date.
  const runtime::ByOrigin& received_to_written() const { return received_to_written_; }

 private:
  friend class OpenStream;

  // For the streams.
  void Remove(OpenStream* stream);
  // A message was written; to one that is up to date, or to one that reads what has been.
  void NoteWritten(const StreamMessage& message, bool up_to_date);
  void CatchUp(std::shared_ptr<OpenStream> stream);       // a turn
  void CatchUpLater(std::shared_ptr<OpenStream> stream);  // in a moment
  // A reader of the query. Which move the log is of is read once.
  core::Result<runtime::EventReader> OpenReader(runtime::EventQuery query) const;
  // The feed that streams of this key meet; null when there is none.
  std::shared_ptr<EventFeed> FindFeed(const std::string& key);
  // Makes one that goes on from the reader, in the place of `instead`; null, and the reader is left
  // alone, when somebody else has been faster.
  std::shared_ptr<EventFeed> Found(const std::string& key, const EventFeed* instead,
                                   runtime::EventReader& reader, const EventTranslation& translate);

  void Changed(const runtime::TopicPartition& changed);
  void Ask(const std::shared_ptr<EventFeed>& feed);
  std::vector<std::shared_ptr<EventFeed>> Feeds();
  void Watch();
  void LookAround();

  runtime::Log& log_;
  const int32_t partitions_;
  const StreamOptions options_;
  int listener_ = -1;

  mutable std::mutex mutex_;
  std::condition_variable closes_;
  std::map<OpenStream*, std::shared_ptr<OpenStream>> streams_;
  std::vector<std::shared_ptr<OpenStream>> later_;
  std::map<std::string, std::weak_ptr<EventFeed>> met_;  // by key: the one that newcomers meet
  std::vector<std::weak_ptr<EventFeed>> feeds_;          // all, the ones replaced too
  mutable std::map<std::string, uint64_t, std::less<>> moves_;  // by service
  bool closing_ = false;
  std::atomic<int64_t> too_slow_{0}, written_{0};
  runtime::ByOrigin received_to_written_;

  TaskQueue reading_{1};   // feeds
  TaskQueue catching_{2};  // streams by themselves
  std::thread watch_;
};

// Ends a stream before it began.
class RefusedStream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace throughline::platform
