// Who is told of the calls that services answer: for metrics and traces. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/trace_context.h"

namespace throughline::platform {

// A call that is being answered.
class ObservedCall {
 public:
  virtual ~ObservedCall() = default;
  // In which the call is answered; not valid: it is not traced.
  virtual core::TraceContext trace() const = 0;
  // Once, from any thread: the call has ended with this status code of gRPC.
  virtual void End(int code) = 0;
};

class CallObserver {
 public:
  enum class Kind { kUnary, kStream };

  virtual ~CallObserver() = default;
  // `method` is a full name, as throughline.plans.v1.PlansService/GetDistrict; `traceparent` the
  // header that came, or empty. Null: nobody wants to know.
  virtual std::unique_ptr<ObservedCall> Begin(std::string_view method, Kind kind,
                                              std::string_view traceparent) = 0;
};

// One that wants to know nothing.
CallObserver& NoCallObserver();

}  // namespace throughline::platform
