// The requests that the gateway answers, counted and traced. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/trace_context.h"
#include "platform/http/message.h"
#include "platform/metrics/labelled.h"
#include "runtime/tracer.h"

namespace throughline::gateway {

class RequestTelemetry {
 public:
  // `tracer`, which may be null, outlives it.
  explicit RequestTelemetry(runtime::Tracer* tracer) : tracer_(tracer) {}

  // A request that is being answered. One that is given up counts as 500.
  class Handled {
   public:
    Handled(RequestTelemetry& on, platform::http::Request& request);
    ~Handled() { End(500); }
    Handled(const Handled&) = delete;
    Handled& operator=(const Handled&) = delete;

    // Once, when the answer is there; the request still is.
    void End(int status);

   private:
    void Export(int status, std::chrono::steady_clock::duration took, bool streams);

    RequestTelemetry& on_;
    const platform::http::Request& request_;
    core::TraceContext context_;
    core::SpanId parent_{};
    std::chrono::system_clock::time_point began_at_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    bool ended_ = false;
  };
  // From then on the request's header `traceparent` is that of its own span, so that what it calls
  // is the child of that.
  std::unique_ptr<Handled> Begin(platform::http::Request& request) {
    return std::make_unique<Handled>(*this, request);
  }
  void AppendTo(std::vector<platform::Reading>& readings) const;

 private:
  runtime::Tracer* const tracer_;
  platform::LabelledCounter requests_{platform::MetricNamed("throughline_http_requests_total")};
  platform::LabelledHistogram seconds_{platform::MetricNamed("throughline_http_request_seconds")};
};

// To which group of metrics the pattern of a route belongs; `other` when there is none.
std::string_view GroupOf(std::string_view route);

}  // namespace throughline::gateway
