#include "gateway/streams/watch.h"

#include "gateway/api/answers.h"
#include "gateway/api/json_message.h"
#include "gateway/door/ask.h"
#include "gateway/streams/sse.h"
#include "gateway/streams/watch_kind.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::gateway {

using std::chrono::steady_clock;

namespace v1 = notifications::v1;

namespace {

constexpr std::chrono::seconds kHeartbeat(15);
constexpr std::chrono::seconds kLookAround(1);
constexpr int kRetryMs = 2000;
constexpr size_t kPiece = 64 << 10;
constexpr std::string_view kReset = "reset";
constexpr char kListAlerts[] = "throughline.notifications.v1.NotificationsService.ListAlerts";

http::Response StreamHead() {
  return {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}}};
}

bool IsPositionRefusal(const grpc::Status& status) {
  const std::string reason = platform::FromStatus(status).reason;
  return reason == "TOKEN_INVALID" || reason == "TOKEN_AHEAD";
}

http::Response NotOpened(const StreamCall& call) {
  const grpc::Status late(grpc::StatusCode::DEADLINE_EXCEEDED, "");
  return ErrorAnswer(platform::FromStatus(call.status().value_or(late)));
}

}  // namespace

Watch::Watch(WatchParts& parts, http::Exchange& exchange, const Caller& caller, WatchPlace place,
             const boost::asio::any_io_executor& executor)
    : parts_(parts),
      exchange_(exchange),
      caller_(caller),
      place_(std::move(place)),
      executor_(executor),
      signal_(std::make_shared<WakeSignal>(executor)) {}

Watch::~Watch() { Leave(); }

http::Task<http::Response> Watch::Run() {
  const bool only_new = place_.only_new;
  std::optional<http::Response> refusal = co_await Open();
  if (refusal) co_return std::move(*refusal);
  // What is new is new from when the head is sent, which is after this.
  if (!((only_new || reset_) && JoinAtItsEnd())) JoinWhereItIs();
  bool more = co_await Head();
  // What is the case is asked for when nothing gets lost any more.
  const std::string_view event = reset_ ? kReset : kSnapshot;
  if (more && (reset_ || place_.snapshot)) more = co_await TellWhatIs(event);
  while (more) more = co_await GoOn();
  co_return http::Response();
}

http::Task<std::optional<http::Response>> Watch::Open() {
  while (true) {
    const StreamCallRequest request = Request(place_);
    own_ = std::make_unique<StreamCall>(parts_.channel, request, executor_);
    std::optional<StreamPlace> stands = co_await own_->Stands(kAnswerWithin);
    if (stands) {
      view_ = std::move(stands->view);
      if (place_.after.empty()) place_.after = std::move(stands->token);
      co_return std::nullopt;
    }
    const bool unknown = own_->status() && IsPositionRefusal(*own_->status());
    if (!unknown || place_.after.empty()) co_return NotOpened(*own_);
    reset_ = true;
    place_.after.clear();
    place_.only_new = true;
  }
}

StreamCallRequest Watch::Request(const WatchPlace& place) const {
  return {parts_.kind.method, parts_.kind.request(place), caller_.authorization, caller_.client};
}

bool Watch::JoinAtItsEnd() {
  feed_ = FindOrFound(place_);
  std::optional<Feed::Place> end = feed_->JoinAtItsEnd();
  if (!end) return false;
  place_.after = std::move(end->token);
  Joined(end->number);
  return true;
}

bool Watch::JoinWhereItIs() {
  if (feed_ == nullptr || feed_->ended()) {
    WatchPlace now = place_;
    now.after.clear();
    now.only_new = true;
    feed_ = FindOrFound(now);
  }
  const std::optional<int64_t> number = feed_->JoinAfter(place_.after);
  if (number) Joined(*number);
  return number.has_value();
}

void Watch::Joined(int64_t number) {
  number_ = number;
  own_.reset();
}

void Watch::Leave() {
  if (own_ == nullptr && feed_ != nullptr) feed_->Leave(signal_);
  feed_.reset();
}

std::shared_ptr<Feed> Watch::FindOrFound(const WatchPlace& begin) {
  const std::string key = place_.district + '\n' + place_.school + '\n' + view_;
  if (auto feed = parts_.feeds.Find(key)) return feed;
  const auto mine = std::make_shared<Feed>(begin.after, parts_.kind.framing);
  auto feed = parts_.feeds.Add(key, mine);
  if (feed == mine) mine->Start(parts_.channel, Request(begin));
  return feed;
}

// The initial position is sent at once, so that a reader who is cut off before
// anything happens comes back with it. A reset, when there is one, has it.
http::Task<bool> Watch::Head() {
  const http::Response head = StreamHead();
  std::string first = RetryFrame(kRetryMs);
  if (!reset_ && !place_.snapshot) first += PositionFrame(place_.after);
  said_ = looked_ = steady_clock::now();
  if (!co_await exchange_.Begin(head)) co_return false;
  co_return co_await exchange_.Write(first);
}

// The present state, in place of events that are no longer available.
http::Task<bool> Watch::TellWhatIs(std::string_view event) {
  v1::ListAlertsRequest list;
  list.set_district(place_.district);
  list.set_school(place_.school);
  list.set_unresolved_only(true);
  list.set_page_size(1000);
  const JsonWriter json;
  std::string data =
      event == kReset ? R"({"reason":"POSITION_UNKNOWN","alerts":[)" : R"({"alerts":[)";
  bool first = true;
  do {
    const core::Result<v1::ListAlertsResponse> page =
        co_await Ask<v1::ListAlertsResponse>(parts_.calls, caller_, kListAlerts, list);
    if (!page) co_return false;
    for (const v1::Alert& alert : page->alerts()) {
      const auto text = json.Write(*v1::Alert::descriptor(), alert.SerializeAsString());
      if (!text) continue;
      data += (first ? "" : ",") + *text;
      first = false;
    }
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  data += "]}";
  const std::string frame = FrameOf({.id = place_.after, .event = event, .data = data});
  co_return co_await exchange_.Write(frame);
}

http::Task<bool> Watch::GoOn() {
  if (exchange_.stopping() || IsOver()) co_return false;
  if (own_ == nullptr) co_return co_await GoOnAsMember();
  co_return co_await GoOnByItself();
}

http::Task<bool> Watch::GoOnByItself() {
  const std::optional<std::string> message = co_await own_->Next(kLookAround);
  if (message) {
    const auto frame = std::make_shared<const Frame>(parts_.kind.framing(*message));
    const std::vector<FramePtr> frames{frame};
    if (!co_await Write(frames)) co_return false;
    JoinWhereItIs();
    co_return true;
  }
  if (own_->status()) co_return co_await StartOver();
  JoinWhereItIs();
  co_return co_await KeepAlive();
}

// Its own stream ended. That the position is one of another log shows only when something follows.
http::Task<bool> Watch::StartOver() {
  if (!IsPositionRefusal(*own_->status())) co_return false;
  place_.after.clear();
  place_.only_new = true;
  const std::optional<http::Response> refusal = co_await Open();
  if (refusal) co_return false;
  co_return co_await TellWhatIs(kReset);
}

http::Task<bool> Watch::GoOnAsMember() {
  std::vector<FramePtr> frames;
  switch (feed_->Take(number_, kPiece, signal_, frames)) {
    case Feed::Next::kFrames:
      number_ += static_cast<int64_t>(frames.size());
      co_return co_await Write(frames);
    case Feed::Next::kWaiting:
      co_await signal_->Wait(kLookAround);
      co_return co_await KeepAlive();
    case Feed::Next::kPassedBy:
    case Feed::Next::kEnded:
      break;
  }
  Leave();
  // An unknown position is reported when the client comes back with it.
  reset_ = false;
  const std::optional<http::Response> refusal = co_await Open();
  co_return !refusal && !reset_;
}

http::Task<bool> Watch::Write(const std::vector<FramePtr>& frames) {
  if (!frames.back()->token.empty()) place_.after = frames.back()->token;
  said_ = steady_clock::now();
  if (frames.size() == 1) co_return co_await exchange_.Write(frames.front()->text);
  std::string text;
  for (const FramePtr& frame : frames) text += frame->text;
  co_return co_await exchange_.Write(text);
}

http::Task<bool> Watch::KeepAlive() {
  if (steady_clock::now() - said_ < kHeartbeat) co_return true;
  said_ = steady_clock::now();
  const std::string_view frame = HeartbeatFrame();
  co_return co_await exchange_.Write(frame);
}

bool Watch::IsOver() {
  const auto now = steady_clock::now();
  if (now - looked_ < kLookAround) return false;
  looked_ = now;
  return parts_.guard.IsOver(caller_);
}

}  // namespace throughline::gateway
