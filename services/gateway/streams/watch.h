// One reader of server-sent events, from its request to its end.
//
// It opens a stream of its own first, so that the service checks its credential. From there it goes
// over to the feed that it can share, and founds it where there is none: at once when it only wants
// what is new; otherwise when it meets a token that the feed has, and such a feed begins with what
// is new. When a feed has passed it or ended, it reads by itself again from the last token it took.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/door/calls.h"
#include "gateway/door/request_guard.h"
#include "gateway/door/wake_signal.h"
#include "gateway/streams/feed.h"
#include "gateway/streams/stream_call.h"
#include "gateway/streams/watch_kind.h"

namespace throughline::gateway {

// What the readers of a kind share; outlives them.
struct WatchParts {
  WatchKind kind;
  std::shared_ptr<grpc::Channel> channel;
  const RequestGuard& guard;
  UnaryCalls& calls;
  Feeds feeds = {};
};

// Lives in its exchange's coroutine.
class Watch {
 public:
  Watch(WatchParts& parts, http::Exchange& exchange, const Caller& caller, WatchPlace place,
        const boost::asio::any_io_executor& executor);
  ~Watch();

  // Until either side ends it. What it returns is an answer only when nothing was begun.
  http::Task<http::Response> Run();

 private:
  // Opens a stream of its own; an answer when that is refused.
  http::Task<std::optional<http::Response>> Open();
  StreamCallRequest Request(const WatchPlace& place) const;
  bool JoinAtItsEnd();
  bool JoinWhereItIs();
  void Joined(int64_t number);
  void Leave();
  std::shared_ptr<Feed> FindOrFound(const WatchPlace& begin);
  http::Task<bool> Head();
  http::Task<bool> TellWhatIs(std::string_view event);
  http::Task<bool> StartOver();
  // All false when it is over.
  http::Task<bool> GoOn();
  http::Task<bool> GoOnByItself();
  http::Task<bool> GoOnAsMember();
  http::Task<bool> Write(const std::vector<FramePtr>& frames);
  http::Task<bool> KeepAlive();
  bool IsOver();

  WatchParts& parts_;
  http::Exchange& exchange_;
  const Caller& caller_;
  WatchPlace place_;  // moves on: `after` is the last token it has
  const boost::asio::any_io_executor executor_;
  const std::shared_ptr<WakeSignal> signal_;
  bool reset_ = false;  // the position was unknown
  std::string view_;
  std::unique_ptr<StreamCall> own_;  // null: it is a member of the feed
  std::shared_ptr<Feed> feed_;       // that it is a member of, or goes towards
  int64_t number_ = 0;               // of a member: of the next frame
  std::chrono::steady_clock::time_point said_, looked_;
};

}  // namespace throughline::gateway
