#include "platform/grpc/event_feed.h"

#include <algorithm>
#include <utility>

#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

constexpr size_t kBatch = 64;

size_t SizeOf(const StreamMessage& message) {
  return message.token.size() + message.bytes.Length();
}

bool SamePlaces(const runtime::ReadPlaces& one, const runtime::ReadPlaces& other) {
  return std::equal(
      one.begin(), one.end(), other.begin(), other.end(),
      [](const auto& a, const auto& b) { return a.second.offset == b.second.offset; });
}

}  // namespace

StreamMessagePtr ToStreamMessage(const google::protobuf::Message& response,
                                 const runtime::ReadEvent& event) {
  auto message = std::make_shared<StreamMessage>();
  grpc::Slice slice(response.ByteSizeLong());
  response.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  message->token = event.token;
  message->time_ms = event.envelope.time_ms();
  message->correlation = event.envelope.correlation();
  message->bytes = grpc::ByteBuffer(&slice, 1);
  return message;
}

EventFeed::EventFeed(runtime::EventReader reader, EventTranslation translate, FeedBounds bounds,
                     Ask ask)
    : reader_(std::move(reader)),
      translate_(std::move(translate)),
      ask_(std::move(ask)),
      places_(std::make_shared<const runtime::ReadPlaces>(reader_.places())),
      window_(bounds, SizeOf) {}

EventFeed::Meeting EventFeed::meeting() const {
  std::lock_guard lock(mutex_);
  return {places_, window_.end()};
}

bool EventFeed::Holds(int64_t number) const {
  std::lock_guard lock(mutex_);
  return number >= window_.first();
}

EventFeed::Next EventFeed::Take(int64_t number, const std::shared_ptr<FeedMember>& member,
                                StreamMessagePtr& message) {
  bool resumed = false;
  Next next = Next::kWaiting;
  {
    std::lock_guard lock(mutex_);
    fastest_ = std::max(fastest_, number);
    resumed = paused_ && !window_.IsFarAheadOf(fastest_);
    if (resumed) paused_ = false;
    if (number < window_.first()) {
      next = Next::kPassedBy;
    } else if (number < window_.end()) {
      message = window_[number];
      next = Next::kMessage;
    } else if (failure_) {
      next = Next::kFailed;
    } else {
      waiting_.emplace(member.get(), member);
    }
  }
  if (resumed) ask_(shared_from_this());
  return next;
}

bool EventFeed::Await(const Meeting& since, const std::shared_ptr<FeedMember>& member) {
  bool resumed = false;
  {
    std::lock_guard lock(mutex_);
    if (failure_ || places_ != since.places) return false;
    awaiting_.emplace(member.get(), member);
    resumed = std::exchange(paused_, false);
  }
  if (resumed) ask_(shared_from_this());
  return true;
}

void EventFeed::Forget(FeedMember* member) {
  std::shared_ptr<FeedMember> last;  // outside the lock: it may be its last owner
  std::lock_guard lock(mutex_);
  for (Members* members : {&waiting_, &awaiting_}) {
    if (auto held = members->find(member); held != members->end()) {
      last = std::move(held->second);
      members->erase(held);
    }
  }
}

bool EventFeed::StopsAhead() {
  std::lock_guard lock(mutex_);
  paused_ = awaiting_.empty() && window_.IsFarAheadOf(fastest_);
  return paused_ || failure_;
}

void EventFeed::ReadOn() {
  if (!runtime::Guarded("streams: a feed", [this] { ReadBatch(); })) Fail(runtime::Unexpected());
}

void EventFeed::ReadBatch() {
  if (StopsAhead()) return;
  auto events = reader_.Next(kBatch);
  if (!events) return Fail(events.error());
  std::vector<StreamMessagePtr> messages;
  for (const runtime::ReadEvent& event : *events) {
    if (auto message = translate_(event)) messages.push_back(std::move(message));
  }
  Append(std::move(messages));
  if (!reader_.caught_up()) ask_(shared_from_this());
}

void EventFeed::Append(std::vector<StreamMessagePtr> messages) {
  Members go_on;
  std::vector<StreamMessagePtr> passed;  // freed outside the lock
  {
    std::lock_guard lock(mutex_);
    if (SamePlaces(*places_, reader_.places())) return;
    places_ = std::make_shared<const runtime::ReadPlaces>(reader_.places());
    if (!messages.empty()) go_on.swap(waiting_);
    go_on.merge(awaiting_);
    awaiting_.clear();
    for (StreamMessagePtr& message : messages) window_.Push(std::move(message));
    while (auto oldest = window_.PopOldest()) passed.push_back(std::move(oldest));
  }
  for (const auto& [raw, member] : go_on) member->GoOn();
}

void EventFeed::Fail(const core::Error& error) {
  Members go_on;
  {
    std::lock_guard lock(mutex_);
    failure_ = error;
    go_on.swap(waiting_);
    go_on.merge(awaiting_);
    awaiting_.clear();
  }
  for (const auto& [raw, member] : go_on) member->GoOn();
}

std::optional<core::Error> EventFeed::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace throughline::platform
