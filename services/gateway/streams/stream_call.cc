#include "gateway/streams/stream_call.h"

#include <grpcpp/generic/generic_stub.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <vector>

#include "runtime/grpc/event_stream.h"

namespace throughline::gateway {

namespace asio = boost::asio;

namespace {

// "a.b.Service.Method" as gRPC calls it: "/a.b.Service/Method".
std::string PathOf(const std::string& method) {
  std::string path = "/" + method;
  path[path.rfind('.')] = '/';
  return path;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

// Lives until gRPC is done with it, and until its call is destroyed. What gRPC's threads bring is
// put down under the mutex, and the coroutine is woken on its own executor.
class StreamCall::Reactor : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reactor(const std::shared_ptr<grpc::Channel>& channel, const StreamCallOptions& options,
          const asio::any_io_executor& executor)
      : stub_(channel), timer(executor), executor_(executor) {
    if (!options.authorization.empty()) {
      context_.AddMetadata("authorization", options.authorization);
    }
    const grpc::Slice slice(options.request);
    request_ = grpc::ByteBuffer(&slice, 1);
    stub_.PrepareBidiStreamingCall(&context_, PathOf(options.method), {}, this);
  }
  void Begin(std::shared_ptr<Reactor> self) {
    self_ = std::move(self);
    AddHold();  // until no read is begun any more: after OnDone none may be
    StartWriteLast(&request_, {});
    StartRead(&response_);
    StartCall();
  }
  void Cancel() {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    const bool last = !reading_ && !ended_;
    ended_ = ended_ || last;
    lock.unlock();
    if (last) RemoveHold();
  }

  void OnReadInitialMetadataDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      open_ = ok && context_.GetServerInitialMetadata().count(runtime::kStreamStands) > 0;
    }
    Wake();
  }
  void OnReadDone(bool ok) override {
    std::unique_lock lock(mutex_);
    if (ok) message_ = BytesOf(response_);
    // A message that nobody takes any more is followed by no read.
    reading_ = false;
    const bool last = !ok || cancelled_;
    ended_ = ended_ || last;
    lock.unlock();
    if (last) return RemoveHold();
    Wake();
  }
  void OnDone(const grpc::Status& status) override {
    {
      std::lock_guard lock(mutex_);
      status_ = status;
    }
    Wake();
    self_.reset();
  }

  bool IsOpen(std::optional<grpc::Status>& status) {
    std::lock_guard lock(mutex_);
    status = status_;
    return open_;
  }
  // What is there now; asks for the next message when one is taken.
  std::optional<std::string> Take(std::optional<grpc::Status>& status) {
    std::unique_lock lock(mutex_);
    if (!message_) {
      status = status_;
      return std::nullopt;
    }
    std::optional<std::string> message = std::move(message_);
    message_.reset();
    reading_ = !ended_;
    const bool more = reading_;
    lock.unlock();
    if (more) StartRead(&response_);
    return message;
  }

 private:
  void Wake() {
    asio::post(executor_, [self = self_] { self->timer.cancel(); });
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_, response_;
  std::shared_ptr<Reactor> self_;
  std::mutex mutex_;
  bool open_ = false;
  bool reading_ = true;  // a read is begun
  bool ended_ = false;   // none will be
  bool cancelled_ = false;
  std::optional<std::string> message_;
  std::optional<grpc::Status> status_;

 public:
  asio::steady_timer timer;  // the coroutine's

 private:
  asio::any_io_executor executor_;
};

StreamCall::StreamCall(const std::shared_ptr<grpc::Channel>& channel,
                       const StreamCallOptions& options, const asio::any_io_executor& executor)
    : reactor_(std::make_shared<Reactor>(channel, options, executor)) {
  reactor_->Begin(reactor_);
}

StreamCall::~StreamCall() { reactor_->Cancel(); }

runtime::http::Task<bool> StreamCall::Opened(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!reactor_->IsOpen(status_)) {
    if (status_ || std::chrono::steady_clock::now() >= until) co_return false;
    reactor_->timer.expires_at(until);
    boost::system::error_code woken;
    co_await reactor_->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  co_return !status_;
}

runtime::http::Task<std::optional<std::string>> StreamCall::Next(
    std::chrono::milliseconds patience) {
  // What wakes the timer before it is waited for would be lost: so it is set first.
  reactor_->timer.expires_after(patience);
  std::optional<std::string> message = reactor_->Take(status_);
  if (message || status_) co_return message;
  boost::system::error_code woken;
  co_await reactor_->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  co_return reactor_->Take(status_);
}

}  // namespace throughline::gateway
