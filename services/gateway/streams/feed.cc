#include "gateway/streams/feed.h"

#include <algorithm>
#include <utility>

namespace throughline::gateway {

namespace {

size_t SizeOf(const Frame& frame) { return frame.token.size() + frame.text.size(); }

}  // namespace

Feed::Feed(std::string token, Framing framing, platform::FeedBounds bounds)
    : framing_(std::move(framing)), before_(std::move(token)), window_(bounds, SizeOf) {}

void Feed::Start(const std::shared_ptr<grpc::Channel>& channel, const StreamCallRequest& request) {
  reader_.emplace(channel, request, weak_from_this());
  reader_->Start();
}

std::optional<Feed::Place> Feed::JoinAtItsEnd() {
  std::lock_guard lock(mutex_);
  const bool empty = window_.first() == window_.end();
  const std::string& token = empty ? before_ : window_[window_.end() - 1]->token;
  if (ended_ || paused_ || token.empty()) return std::nullopt;
  ++members_;
  fastest_ = window_.end();
  return Place{window_.end(), token};
}

std::optional<int64_t> Feed::JoinAfter(std::string_view token) {
  std::lock_guard lock(mutex_);
  if (ended_ || token.empty()) return std::nullopt;
  int64_t number = window_.first();
  if (token != before_) {
    const auto found = numbers_.find(token);
    if (found == numbers_.end()) return std::nullopt;
    number = found->second;
  }
  ++members_;
  fastest_ = std::max(fastest_, number);
  return number;
}

void Feed::Leave(const std::shared_ptr<WakeSignal>& signal) {
  bool read_on = false;
  {
    std::lock_guard lock(mutex_);
    waiting_.erase(signal);
    --members_;
    read_on = Resumes();
  }
  if (read_on) ReadOn();
}

Feed::Next Feed::Take(int64_t number, size_t at_most, const std::shared_ptr<WakeSignal>& signal,
                      std::vector<FramePtr>& frames) {
  std::unique_lock lock(mutex_);
  if (number < window_.first()) return Next::kPassedBy;
  size_t bytes = 0;
  for (; number < window_.end() && (bytes == 0 || bytes < at_most); ++number) {
    frames.push_back(window_[number]);
    bytes += frames.back()->text.size();
  }
  fastest_ = std::max(fastest_, number);
  const bool read_on = Resumes();
  const bool ended = ended_;
  if (frames.empty() && !ended) waiting_.insert(signal);
  lock.unlock();
  if (read_on) ReadOn();
  if (!frames.empty()) return Next::kFrames;
  return ended ? Next::kEnded : Next::kWaiting;
}

bool Feed::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

void Feed::Stands(StreamPlace place) {
  std::lock_guard lock(mutex_);
  if (before_.empty()) before_ = std::move(place.token);
}

void Feed::Came(std::string message) {
  auto frame = std::make_shared<const Frame>(framing_(message));
  WakeSignals waiting;
  bool read_on = false;
  {
    std::lock_guard lock(mutex_);
    if (!frame->token.empty()) Append(std::move(frame));
    waiting.swap(waiting_);
    paused_ = IsAhead();
    read_on = !paused_;
  }
  for (const auto& signal : waiting) signal->Notify();
  if (read_on) ReadOn();
}

void Feed::Ended(const grpc::Status&) {
  WakeSignals waiting;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    waiting.swap(waiting_);
  }
  for (const auto& signal : waiting) signal->Notify();
}

void Feed::ReadOn() {
  if (reader_) reader_->ReadOn();
}

bool Feed::Resumes() {
  if (!paused_ || IsAhead()) return false;
  paused_ = false;
  return true;
}

void Feed::Append(FramePtr frame) {
  window_.Push(std::move(frame));
  numbers_[window_[window_.end() - 1]->token] = window_.end();
  while (const FramePtr oldest = window_.PopOldest()) {
    before_ = oldest->token;
    numbers_.erase(oldest->token);
  }
}

std::shared_ptr<Feed> Feeds::FindLocked(const std::string& key) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end()) return nullptr;
  auto feed = found->second.lock();
  if (feed != nullptr && !feed->ended()) return feed;
  feeds_.erase(found);
  return nullptr;
}

std::shared_ptr<Feed> Feeds::Find(const std::string& key) {
  std::lock_guard lock(mutex_);
  return FindLocked(key);
}

std::shared_ptr<Feed> Feeds::Add(const std::string& key, const std::shared_ptr<Feed>& feed) {
  std::lock_guard lock(mutex_);
  if (auto other = FindLocked(key)) return other;
  std::erase_if(feeds_, [](const auto& one) { return one.second.expired(); });
  feeds_[key] = feed;
  return feed;
}

}  // namespace throughline::gateway
