#include "gateway/streams/stream_call.h"

#include <mutex>

#include "gateway/door/wake_signal.h"

namespace throughline::gateway {

using platform::http::Task;

// What gRPC's threads bring is put down under the mutex, and the coroutine is woken.
class StreamCall::Mailbox : public StreamListener {
 public:
  explicit Mailbox(const boost::asio::any_io_executor& executor)
      : signal(std::make_shared<WakeSignal>(executor)) {}

  void Stands(StreamPlace place) override {
    {
      std::lock_guard lock(mutex);
      stands = std::move(place);
    }
    signal->Notify();
  }
  void Came(std::string came) override {
    {
      std::lock_guard lock(mutex);
      message = std::move(came);
    }
    signal->Notify();
  }
  void Ended(const grpc::Status& ended) override {
    {
      std::lock_guard lock(mutex);
      status = ended;
    }
    signal->Notify();
  }

  const std::shared_ptr<WakeSignal> signal;
  std::mutex mutex;
  std::optional<StreamPlace> stands;
  std::optional<std::string> message;
  std::optional<grpc::Status> status;
};

StreamCall::StreamCall(const std::shared_ptr<grpc::Channel>& channel,
                       const StreamCallRequest& request,
                       const boost::asio::any_io_executor& executor)
    : mailbox_(std::make_shared<Mailbox>(executor)), reader_(channel, request, mailbox_) {
  reader_.Start();
}

Task<std::optional<StreamPlace>> StreamCall::Stands(std::chrono::milliseconds patience) {
  using std::chrono::steady_clock;
  const auto until = steady_clock::now() + patience;
  while (true) {
    {
      std::lock_guard lock(mailbox_->mutex);
      status_ = mailbox_->status;
      if (mailbox_->stands || status_) co_return mailbox_->stands;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) co_return std::nullopt;
    co_await mailbox_->signal->Wait(left);
  }
}

Task<std::optional<std::string>> StreamCall::Next(std::chrono::milliseconds patience) {
  std::optional<std::string> message = Take();
  if (message || status_) co_return message;
  co_await mailbox_->signal->Wait(patience);
  co_return Take();
}

// What is there now; asks for the next message when one is taken.
std::optional<std::string> StreamCall::Take() {
  std::optional<std::string> message;
  {
    std::lock_guard lock(mailbox_->mutex);
    message.swap(mailbox_->message);
    if (!message) status_ = mailbox_->status;
  }
  if (message) reader_.ReadOn();
  return message;
}

}  // namespace throughline::gateway
