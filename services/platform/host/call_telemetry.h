// The calls that the services of a host answer, counted and traced. Thread-safe.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "platform/access/call_observer.h"
#include "platform/metrics/labelled.h"
#include "runtime/tracer.h"

namespace throughline::platform {

class CallTelemetry final : public CallObserver {
 public:
  // `tracer`, which may be null, outlives it.
  explicit CallTelemetry(runtime::Tracer* tracer) : tracer_(tracer) {}

  std::unique_ptr<ObservedCall> Begin(std::string_view method, Kind kind,
                                      std::string_view traceparent) override;
  void AppendTo(std::vector<Reading>& readings) const;

 private:
  class Call;

  runtime::Tracer* const tracer_;
  LabelledCounter calls_{MetricNamed("throughline_grpc_calls_total")};
  LabelledHistogram seconds_{MetricNamed("throughline_grpc_call_seconds")};
};

}  // namespace throughline::platform
