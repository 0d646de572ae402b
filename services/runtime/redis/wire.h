// What goes to a Redis and comes back: requests as the bytes of its protocol, replies as hiredis
// reads them.
//
// A Request is any number of commands, sent in one go; each gets one reply. Arguments are whatever
// bytes they are. Plain values: neither is thread-safe.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace throughline::runtime::redis {

class Request {
 public:
  // Begins a command: exactly `words` calls of Word follow, its name first.
  Request& Begin(size_t words);
  Request& Word(std::string_view word);
  // One word of two parts.
  Request& Word(std::string_view first, std::string_view second);
  Request& Number(size_t number) { return Word(std::to_string(number)); }
  // A whole command.
  Request& Command(std::initializer_list<std::string_view> words);
  void Reserve(size_t bytes) { bytes_.reserve(bytes); }

  size_t commands() const { return commands_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  size_t commands_ = 0;
};

struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;
using Replies = std::vector<Reply>;

// A string of a reply; empty when it is no string.
std::string_view TextOf(const redisReply* reply);
// The same for one that may be nil.
std::optional<std::string> ValueOf(const redisReply* reply);

// Why there is no reply that can be used.
struct Failure {
  enum class What {
    kClosed,    // the connection broke: what was sent may or may not have been done
    kTimedOut,  // no reply in time: the same
    kRefused,   // Redis answered with an error
  };
  What what = What::kClosed;
  std::string words;  // Redis's own, when it answered
};

template <class T>
using Attempt = tl::expected<T, Failure>;

}  // namespace throughline::runtime::redis
