// The newest messages of a feed, by number, bounded in messages and in bytes. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

namespace throughline::platform {

struct FeedBounds {
  size_t messages = 1024;
  size_t bytes = 4 << 20;
};

template <class Message>
class FeedWindow {
 public:
  using Pointer = std::shared_ptr<const Message>;
  using SizeOf = size_t (*)(const Message&);

  FeedWindow(FeedBounds bounds, SizeOf size_of) : bounds_(bounds), size_of_(size_of) {}

  // The first that is still here, and the one behind the last.
  int64_t first() const { return first_; }
  int64_t end() const { return first_ + static_cast<int64_t>(messages_.size()); }
  // From first() to before end().
  const Pointer& operator[](int64_t number) const {
    return messages_[static_cast<size_t>(number - first_)];
  }

  void Push(Pointer message) {
    bytes_ += size_of_(*message);
    messages_.push_back(std::move(message));
  }
  // The oldest, when it is one too many; null when there is none. The newest always stays.
  Pointer PopOldest() {
    const bool many = messages_.size() > bounds_.messages || bytes_ > bounds_.bytes;
    if (!many || messages_.size() <= 1) return nullptr;
    Pointer oldest = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= size_of_(*oldest);
    ++first_;
    return oldest;
  }
  // Whether it is further ahead of who takes `number` next than a quarter of the window, so that
  // after a burst it would soon have passed everybody.
  bool IsFarAheadOf(int64_t number) const {
    // Of large messages the window holds fewer.
    const auto most = static_cast<int64_t>(std::min(
        bounds_.messages, bytes_ < bounds_.bytes / 2 ? bounds_.messages : messages_.size()));
    return end() > number && end() - number >= most / 4;
  }

 private:
  const FeedBounds bounds_;
  const SizeOf size_of_;
  std::deque<Pointer> messages_;
  int64_t first_ = 0;
  size_t bytes_ = 0;
};

}  // namespace throughline::platform
