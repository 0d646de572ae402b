// What the streams of one query share once they have caught up: an event is read, translated and
// serialized once, and every member writes the same bytes.
//
// The feed keeps the newest messages in a window that is bounded in messages and in bytes; a member
// is a number, that of the message it takes next. So a slow member costs nothing here: when the
// window has passed it, it reads on by itself, from the token of the last message it took.
//
// A reader that comes from anywhere else meets the feed at a `Meeting`: when its places are those,
// it has read the same events, whatever the order, and goes on with that number. The meeting may be
// in the past, as long as the window holds what came since: so it is reached under constant load.
//
// The feed keeps pace with its fastest member: it reads no further ahead of it than a quarter of
// the window, so that after a burst the window has not passed everybody.
//
// Members that wait are held until there is something or they are forgotten. Thread-safe, but for
// ReadOn, which one thread calls at a time. No lock is held while the log is read or a member goes
// on.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/grpc/feed_window.h"
#include "runtime/event_reader.h"

namespace throughline::platform {

// A response as it is written to every stream that gets it.
struct StreamMessage {
  std::string token;
  grpc::ByteBuffer bytes;
  // Of the event: when what set it off was received, and the first input of its chain.
  int64_t time_ms = 0;
  std::string correlation = {};
};
using StreamMessagePtr = std::shared_ptr<const StreamMessage>;

// An event as readers see it; null when it is nothing for them.
using EventTranslation = std::function<StreamMessagePtr(const runtime::ReadEvent&)>;

// `response` with its field `token` set already, of the event that it shows.
StreamMessagePtr ToStreamMessage(const google::protobuf::Message& response,
                                 const runtime::ReadEvent& event);

class FeedMember {
 public:
  virtual ~FeedMember() = default;
  // What it waited for may be there.
  virtual void GoOn() = 0;
};

class EventFeed : public std::enable_shared_from_this<EventFeed> {
 public:
  // Asks the owner of the thread for a turn to read on; must return at once.
  using Ask = std::function<void(std::shared_ptr<EventFeed>)>;
  // Goes on from where the reader is.
  EventFeed(runtime::EventReader reader, EventTranslation translate, FeedBounds bounds, Ask ask);

  // A place, and the number of the first message behind it.
  struct Meeting {
    std::shared_ptr<const runtime::ReadPlaces> places;
    int64_t number = 0;
  };
  // The newest.
  Meeting meeting() const;
  // Whether the message of that number, and all since, are still here or yet to come.
  bool Holds(int64_t number) const;

  enum class Next { kMessage, kWaiting, kPassedBy, kFailed };
  // The message of that number. kWaiting: the member is held, and goes on when it is there.
  Next Take(int64_t number, const std::shared_ptr<FeedMember>& member, StreamMessagePtr& message);
  // Holds the member until the feed has moved from where it was at the meeting; false when it has
  // already.
  bool Await(const Meeting& since, const std::shared_ptr<FeedMember>& member);
  // Lets go of a member that waits.
  void Forget(FeedMember* member);

  // Reads what there is, about a batch, and asks for another turn when there is more. When
  // something is thrown on the way, by the translation perhaps, the feed has failed.
  void ReadOn();
  bool Concerns(const runtime::TopicPartition& changed) const { return reader_.Concerns(changed); }
  // Why it stopped for good.
  std::optional<core::Error> failure() const;

  // For the caller of ReadOn: whether it has been asked to already.
  std::atomic<bool> asked{false};

 private:
  using Members = std::unordered_map<FeedMember*, std::shared_ptr<FeedMember>>;
  void ReadBatch();
  void Fail(const core::Error& error);
  bool StopsAhead();
  void Append(std::vector<StreamMessagePtr> messages);

  runtime::EventReader reader_;  // of the thread in ReadOn
  const EventTranslation translate_;
  const Ask ask_;

  mutable std::mutex mutex_;
  std::shared_ptr<const runtime::ReadPlaces> places_;
  FeedWindow<StreamMessage> window_;
  int64_t fastest_ = 0;  // highest number that a member asked for
  bool paused_ = false;
  Members waiting_;   // for a message
  Members awaiting_;  // any move
  std::optional<core::Error> failure_;
};

}  // namespace throughline::platform
