// Attempts to deliver, counted and traced: each is a span in the trace of what made it due, as far
// as that was decided in this process. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "platform/metrics/labelled.h"
#include "runtime/tracer.h"
#include "throughline/notifications/v1/delivery.pb.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::notifications {

class DeliveryTelemetry {
 public:
  // `tracer`, which may be null, outlives it.
  explicit DeliveryTelemetry(runtime::Tracer* tracer) : tracer_(tracer) {}

  // An attempt that is under way.
  struct Attempt {
    const char* channel = "webhook";
    std::chrono::steady_clock::time_point began = {};
    std::vector<int64_t> first_raised_ms = {};  // when alerts were raised that nobody heard of yet
    std::optional<runtime::Span> span = std::nullopt;
    bool counted = false;  // among those under way

    core::TraceContext trace() const { return span ? span->context : core::TraceContext(); }
  };

  // An event was decided that is traced: if it makes a delivery due, its attempt goes on from it.
  void Follow(const runtime::v1::Packed& event);
  // `key` is district and delivery, joined; `endpoint` https://host:port or of mail.
  Attempt Begin(const std::string& key, const v1::Delivery& delivery, const std::string& endpoint);
  // How it ended.
  void End(Attempt& attempt, const v1::AttemptOutcome& outcome, core::Instant now);
  // It is recorded, or given up.
  void Forget(Attempt& attempt);
  void AppendTo(std::vector<platform::Reading>& readings) const;

 private:
  std::optional<core::TraceContext> TakeCause(const std::string& key);

  runtime::Tracer* const tracer_;
  platform::LabelledCounter attempts_{platform::MetricNamed("throughline_deliveries_total")};
  platform::LabelledHistogram seconds_{platform::MetricNamed("throughline_delivery_seconds")};
  runtime::Histogram received_to_delivered_{runtime::kLongSecondsBounds};
  std::atomic<int64_t> under_way_{0};
  std::mutex mutex_;
  std::map<std::string, core::TraceContext> causes_;  // by key
};

}  // namespace throughline::notifications
