// A stream of a service that many readers share: it is read, translated and framed once, and all
// write the same bytes.
//
// The feed keeps the newest frames in a window that is bounded in frames and in bytes; a member is
// a number, that of the frame it takes next. So a slow member costs nothing here: when the window
// has passed it, it reads on by itself from the token of the last frame it took. While the feed is
// far ahead of its fastest member it waits; without members it goes on, and stays at the end.
//
// Who joins comes from nowhere, and takes what comes from now on, or from a token that the feed has
// or begins at. It ends when nobody holds it, when its stream ends, and when the credential it was
// begun with expires: its members then go on by themselves, and one of them founds the next.
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gateway/door/wake_signal.h"
#include "gateway/streams/stream_reader.h"
#include "platform/grpc/feed_window.h"

namespace throughline::gateway {

// A message as it is written to a reader.
struct Frame {
  std::string token;  // the position behind it
  std::string text;   // empty: nothing for readers
};
using FramePtr = std::shared_ptr<const Frame>;
// From a message, serialized.
using Framing = std::function<Frame(const std::string& message)>;

class Feed : public StreamListener, public std::enable_shared_from_this<Feed> {
 public:
  // `token` is where the stream begins; empty: where it will stand.
  Feed(std::string token, Framing framing, platform::FeedBounds bounds = {});
  // Once; the request says the same.
  void Start(const std::shared_ptr<grpc::Channel>& channel, const StreamCallRequest& request);

  // Where a member begins.
  struct Place {
    int64_t number = 0;
    std::string token;  // before it
  };
  // From now on; nullopt when it does not stand yet, has ended, or waits, and so is not at the end.
  std::optional<Place> JoinAtItsEnd();
  // The number behind the token; nullopt when the window does not have it, or it has ended.
  std::optional<int64_t> JoinAfter(std::string_view token);
  // Of a member, which is not rung for any more.
  void Leave(const std::shared_ptr<WakeSignal>& signal);

  enum class Next { kFrames, kWaiting, kPassedBy, kEnded };
  // Frames from that number on, of about `at_most` bytes. kWaiting: rings when there are.
  Next Take(int64_t number, size_t at_most, const std::shared_ptr<WakeSignal>& signal,
            std::vector<FramePtr>& frames);
  bool ended() const;

  // Called by its stream, or by its feeder when that was not started.
  void Stands(StreamPlace place) override;
  void Came(std::string message) override;
  void Ended(const grpc::Status& status) override;

 private:
  using WakeSignals = std::unordered_set<std::shared_ptr<WakeSignal>>;
  bool IsAhead() const { return members_ > 0 && window_.IsFarAheadOf(fastest_); }
  bool Resumes();
  void Append(FramePtr frame);
  void ReadOn();

  const Framing framing_;
  std::optional<StreamReader> reader_;

  mutable std::mutex mutex_;
  std::string before_;  // the token before the first in the window; empty: not known
  platform::FeedWindow<Frame> window_;
  std::unordered_map<std::string_view, int64_t> numbers_;  // behind each token in the window
  int64_t members_ = 0;
  int64_t fastest_ = 0;  // highest number that a member asked for
  bool paused_ = false;
  bool ended_ = false;
  WakeSignals waiting_;
};

// The feeds of a gateway, by what their readers have in common. Thread-safe.
class Feeds {
 public:
  // Null when there is none that goes on.
  std::shared_ptr<Feed> Find(const std::string& key);
  // `feed`, unless somebody else was faster: then theirs.
  std::shared_ptr<Feed> Add(const std::string& key, const std::shared_ptr<Feed>& feed);

 private:
  std::shared_ptr<Feed> FindLocked(const std::string& key);

  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<Feed>> feeds_;
};

}  // namespace throughline::gateway
