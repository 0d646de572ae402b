#include "runtime/redis/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace throughline::runtime::redis {

namespace {

timeval ToTimeval(std::chrono::milliseconds time) {
  return {time.count() / 1000, time.count() % 1000 * 1000};
}

// The error in a reply, or in what it is made of; null when there is none.
const redisReply* ErrorIn(const redisReply* reply) {
  if (reply->type == REDIS_REPLY_ERROR) return reply;
  if (reply->type != REDIS_REPLY_ARRAY) return nullptr;
  for (size_t i = 0; i < reply->elements; ++i) {
    if (const redisReply* error = ErrorIn(reply->element[i])) return error;
  }
  return nullptr;
}

std::string WithoutFullStop(std::string_view words) {
  if (words.ends_with('.')) words.remove_suffix(1);
  return std::string(words);
}

}  // namespace

Attempt<std::unique_ptr<Connection>> Connection::Open(const Address& address,
                                                      const Credentials& credentials,
                                                      std::chrono::milliseconds timeout) {
  Context context(redisConnectWithTimeout(address.host.c_str(), address.port, ToTimeval(timeout)));
  if (!context) return tl::make_unexpected(Failure{Failure::What::kClosed, "out of memory"});
  if (context->err != 0) {
    return tl::make_unexpected(Failure{Failure::What::kClosed, context->errstr});
  }
  redisSetTimeout(context.get(), ToTimeval(timeout));
  redisEnableKeepAlive(context.get());
  std::unique_ptr<Connection> connection(new Connection(address, timeout, std::move(context)));
  if (!credentials.password.empty()) {
    Request request;
    if (credentials.user.empty()) {
      request.Command({"AUTH", credentials.password});
    } else {
      request.Command({"AUTH", credentials.user, credentials.password});
    }
    if (auto done = connection->Ask(request); !done) return tl::make_unexpected(done.error());
  }
  return connection;
}

Attempt<bool> Connection::LoadScripts() {
  Request request;
  for (size_t i = 0; i < kScripts; ++i) {
    request.Command({"SCRIPT", "LOAD", TextOf(static_cast<Script>(i))});
  }
  auto replies = AskOnce(request);
  if (!replies) {
    broken_ = true;
    return tl::make_unexpected(replies.error());
  }
  for (size_t i = 0; i < kScripts; ++i) names_[i] = TextOf((*replies)[i].get());
  return true;
}

Attempt<Replies> Connection::Ask(const Request& request) {
  auto replies = AskOnce(request);
  if (!replies && replies.error().words.starts_with("NOSCRIPT") && !broken_) {
    if (auto loaded = LoadScripts(); !loaded) return tl::make_unexpected(loaded.error());
    replies = AskOnce(request);
  }
  if (!replies) broken_ = true;
  return replies;
}

Attempt<Replies> Connection::AskOnce(const Request& request) {
  if (broken_) return tl::make_unexpected(Broken(Failure::What::kClosed, "closed"));
  if (auto sent = Send(request.bytes()); !sent) return tl::make_unexpected(sent.error());
  Replies replies;
  replies.reserve(request.commands());
  const redisReply* error = nullptr;
  for (size_t i = 0; i < request.commands(); ++i) {
    void* reply = nullptr;
    errno = 0;
    if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
      const int why = context_->err == REDIS_ERR_IO ? errno : 0;
      if (why != 0) return tl::make_unexpected(BrokenByErrno(why));
      return tl::make_unexpected(Broken(Failure::What::kClosed, context_->errstr));
    }
    replies.emplace_back(static_cast<redisReply*>(reply));
    if (error == nullptr) error = ErrorIn(replies.back().get());
  }
  if (error != nullptr) {
    return tl::make_unexpected(Failure{Failure::What::kRefused, WithoutFullStop(TextOf(error))});
  }
  return replies;
}

// hiredis would write without MSG_NOSIGNAL: a Redis that has just died would kill this process.
Attempt<bool> Connection::Send(const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t now = send(context_->fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return tl::make_unexpected(BrokenByErrno(errno));
    sent += static_cast<size_t>(now);
  }
  return true;
}

bool Connection::IsQuiet() const {
  pollfd watched{context_->fd, POLLIN, 0};
  return !broken_ && poll(&watched, 1, 0) == 0;
}

Failure Connection::Broken(Failure::What what, std::string_view words) {
  broken_ = true;
  return {what, WithoutFullStop(words)};
}

Failure Connection::BrokenByErrno(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) {
    return Broken(Failure::What::kTimedOut,
                  "no reply within " + std::to_string(timeout_.count()) + " ms");
  }
  return Broken(Failure::What::kClosed, std::strerror(error));
}

}  // namespace throughline::runtime::redis
