#include "gateway/streams/feed.h"

#include <algorithm>
#include <utility>

namespace throughline::gateway {

Feed::Feed(std::string token, Framing framing, FeedBounds bounds)
    : framing_(std::move(framing)), bounds_(bounds), before_(std::move(token)) {}

void Feed::Start(const std::shared_ptr<grpc::Channel>& channel, const StreamRequest& request) {
  reader_.emplace(channel, request, weak_from_this());
  reader_->Start();
}

std::optional<Feed::Place> Feed::End() const {
  std::lock_guard lock(mutex_);
  const std::string& token = window_.empty() ? before_ : window_.back()->token;
  if (ended_ || token.empty()) return std::nullopt;
  return Place{Last(), token};
}

std::optional<int64_t> Feed::NumberAfter(std::string_view token) const {
  std::lock_guard lock(mutex_);
  if (ended_ || token.empty()) return std::nullopt;
  if (token == before_) return first_;
  const auto found = numbers_.find(token);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

Feed::Next Feed::Take(int64_t number, size_t at_most, const std::shared_ptr<Bell>& bell,
                      std::vector<FramePtr>& frames) {
  std::unique_lock lock(mutex_);
  if (number < first_) return Next::kPassedBy;
  size_t bytes = 0;
  for (; number < Last() && (bytes == 0 || bytes < at_most); ++number) {
    frames.push_back(window_[static_cast<size_t>(number - first_)]);
    bytes += frames.back()->text.size();
  }
  fastest_ = std::max(fastest_, number);
  const bool read_on = paused_ && !IsAhead();
  if (read_on) paused_ = false;
  const bool ended = ended_;
  if (frames.empty() && !ended) waiting_.insert(bell);
  lock.unlock();
  if (read_on) ReadOn();
  if (!frames.empty()) return Next::kFrames;
  return ended ? Next::kEnded : Next::kNothingYet;
}

void Feed::Forget(const std::shared_ptr<Bell>& bell) {
  std::lock_guard lock(mutex_);
  waiting_.erase(bell);
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
  Bells waiting;
  bool read_on = false;
  {
    std::lock_guard lock(mutex_);
    if (!frame->token.empty()) Append(std::move(frame));
    waiting.swap(waiting_);
    paused_ = IsAhead();
    read_on = !paused_;
  }
  for (const auto& bell : waiting) bell->Ring();
  if (read_on) ReadOn();
}

void Feed::Ended(const grpc::Status&) {
  Bells waiting;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    waiting.swap(waiting_);
  }
  for (const auto& bell : waiting) bell->Ring();
}

void Feed::ReadOn() {
  if (reader_) reader_->ReadOn();
}

bool Feed::IsAhead() const {
  return Last() - fastest_ >= std::max<int64_t>(1, static_cast<int64_t>(bounds_.frames) / 4);
}

void Feed::Append(FramePtr frame) {
  bytes_ += frame->text.size() + frame->token.size();
  window_.push_back(std::move(frame));
  numbers_[window_.back()->token] = Last();
  while (window_.size() > 1 && (window_.size() > bounds_.frames || bytes_ > bounds_.bytes)) {
    const Frame& oldest = *window_.front();
    bytes_ -= oldest.text.size() + oldest.token.size();
    before_ = oldest.token;
    numbers_.erase(oldest.token);
    window_.pop_front();
    ++first_;
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
