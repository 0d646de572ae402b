// A unary call that is answered later, by the first answer to come; later ones are dropped, so
// nothing touches a response that gRPC has taken away. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <utility>

#include "platform/grpc/calls.h"
#include "runtime/guarded.h"

namespace throughline::platform {

class UnaryCall {
 public:
  explicit UnaryCall(grpc::CallbackServerContext* context) : reactor_(context->DefaultReactor()) {}

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  // `answer` fills the response and returns the status; what it throws is UNEXPECTED.
  template <class Fill>
  void Answer(Fill&& answer) noexcept {
    if (finished_.exchange(true)) return;
    grpc::Status status;
    if (!runtime::Guarded("grpc: an answer", [&] { status = answer(); }))
      status = ToStatus(runtime::Unexpected());
    reactor_->Finish(status);
  }
  void Finish(const grpc::Status& status) noexcept {
    if (!finished_.exchange(true)) reactor_->Finish(status);
  }

 private:
  grpc::ServerUnaryReactor* const reactor_;
  std::atomic<bool> finished_{false};
};

}  // namespace throughline::platform
