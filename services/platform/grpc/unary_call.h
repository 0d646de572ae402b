// A unary call that is answered later, by the first answer to come; later ones are dropped, so
// nothing touches a response that gRPC has taken away. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <utility>

#include "platform/access/call_observer.h"
#include "platform/grpc/calls.h"
#include "runtime/guarded.h"

namespace throughline::platform {

class UnaryCall {
 public:
  // `observed` may be null.
  UnaryCall(grpc::CallbackServerContext* context, std::unique_ptr<ObservedCall> observed)
      : reactor_(context->DefaultReactor()), observed_(std::move(observed)) {}

  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  core::TraceContext trace() const {
    return observed_ == nullptr ? core::TraceContext() : observed_->trace();
  }
  // `answer` fills the response and returns the status; what it throws is UNEXPECTED.
  template <class Fill>
  void Answer(Fill&& answer) noexcept {
    if (finished_.exchange(true)) return;
    grpc::Status status;
    if (!runtime::Guarded("grpc: an answer", [&] { status = answer(); }))
      status = ToStatus(runtime::Unexpected());
    End(status);
  }
  void Finish(const grpc::Status& status) noexcept {
    if (!finished_.exchange(true)) End(status);
  }

 private:
  void End(const grpc::Status& status) noexcept {
    if (observed_ != nullptr) {
      runtime::Guarded("grpc: an observer", [&] { observed_->End(status.error_code()); });
    }
    reactor_->Finish(status);
  }

  grpc::ServerUnaryReactor* const reactor_;
  const std::unique_ptr<ObservedCall> observed_;
  std::atomic<bool> finished_{false};
};

}  // namespace throughline::platform
