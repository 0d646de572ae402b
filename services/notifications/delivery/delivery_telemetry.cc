#include "notifications/delivery/delivery_telemetry.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/key.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

namespace {

// Whose deliveries are not due in this process, or not soon, is forgotten.
constexpr size_t kCausesAtMost = 10'000;

const char* NameOf(v1::AttemptResult result) {
  switch (result) {
    case v1::ATTEMPT_RESULT_DELIVERED:
      return "delivered";
    case v1::ATTEMPT_RESULT_REJECTED:
      return "rejected";
    case v1::ATTEMPT_RESULT_GONE:
      return "gone";
    case v1::ATTEMPT_RESULT_TIMED_OUT:
      return "timed_out";
    case v1::ATTEMPT_RESULT_FORBIDDEN:
      return "forbidden";
    case v1::ATTEMPT_RESULT_NOT_TRIED:
      return "not_tried";
    default:
      return "unreachable";
  }
}

// Host and port of https://host:port; nothing else of an address, which may hold a secret.
void SayServer(std::string_view endpoint, runtime::Span& span) {
  const size_t scheme = endpoint.find("://");
  if (scheme != std::string_view::npos) endpoint.remove_prefix(scheme + 3);
  const size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return;
  span.attributes.push_back({"server.address", std::string(endpoint.substr(0, colon))});
  int64_t port = 0;
  const std::string_view digits = endpoint.substr(colon + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port > 0) span.attributes.push_back({"server.port", port});
}

// The key of the delivery that an event makes due; empty: it makes none.
std::string KeyOf(const runtime::v1::Packed& event) {
  const std::string& type = event.envelope().type();
  if (type == v1::DeliveryRequested::descriptor()->full_name()) {
    v1::DeliveryRequested requested;
    if (!requested.ParseFromString(event.value())) return "";
    return core::JoinKey(requested.delivery().district(), requested.delivery().delivery());
  }
  if (type != v1::AttemptDue::descriptor()->full_name()) return "";
  v1::AttemptDue due;
  return due.ParseFromString(event.value()) ? core::JoinKey(due.district(), due.delivery()) : "";
}

}  // namespace

void DeliveryTelemetry::Follow(const runtime::v1::Packed& event) {
  std::string key = KeyOf(event);
  if (key.empty()) return;
  const auto cause = core::ParseTraceParent(event.envelope().traceparent());
  if (!cause) return;
  std::lock_guard lock(mutex_);
  if (causes_.size() >= kCausesAtMost) causes_.erase(causes_.begin());
  causes_[std::move(key)] = *cause;
}

std::optional<core::TraceContext> DeliveryTelemetry::TakeCause(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = causes_.find(key);
  if (found == causes_.end()) return std::nullopt;
  const core::TraceContext cause = found->second;
  causes_.erase(found);
  return cause;
}

DeliveryTelemetry::Attempt DeliveryTelemetry::Begin(const std::string& key,
                                                    const v1::Delivery& delivery,
                                                    const std::string& endpoint) {
  Attempt attempt;
  attempt.channel = delivery.has_digest() ? "mail" : "webhook";
  attempt.began = std::chrono::steady_clock::now();
  for (const v1::Alert& alert : delivery.notification().firing()) {
    if (alert.notified() <= 1) attempt.first_raised_ms.push_back(alert.raised_at_ms());
  }
  attempt.counted = true;
  ++under_way_;
  if (tracer_ == nullptr) return attempt;
  const auto cause = TakeCause(key);
  runtime::Span& span = attempt.span.emplace();
  span.name = delivery.has_digest() ? "send mail" : "POST";
  span.kind = runtime::SpanKind::kClient;
  span.context = cause ? tracer_->Child(*cause) : tracer_->Begin();
  if (cause) span.parent = cause->span;
  span.start = std::chrono::system_clock::now();
  if (!delivery.has_digest()) span.attributes = {{"http.request.method", std::string("POST")}};
  SayServer(endpoint, span);
  return attempt;
}

void DeliveryTelemetry::End(Attempt& attempt, const v1::AttemptOutcome& outcome,
                            core::Instant now) {
  const auto took = std::chrono::steady_clock::now() - attempt.began;
  const bool delivered = outcome.result() == v1::ATTEMPT_RESULT_DELIVERED;
  attempts_.Add({attempt.channel, NameOf(outcome.result())});
  if (outcome.result() != v1::ATTEMPT_RESULT_NOT_TRIED) {
    seconds_.Observe({attempt.channel}, std::chrono::duration<double>(took).count());
  }
  for (const int64_t raised_ms : attempt.first_raised_ms) {
    const auto since = std::chrono::duration<double>(now - core::FromMillis(raised_ms));
    if (delivered) received_to_delivered_.Observe(std::max(0.0, since.count()));
  }
  if (!attempt.span) return;
  runtime::Span span = *attempt.span;
  span.end = std::chrono::system_clock::now();
  if (outcome.status() != 0) {
    span.attributes.push_back({std::string_view(attempt.channel) == "mail"
                                   ? "smtp.response.status_code"
                                   : "http.response.status_code",
                               static_cast<int64_t>(outcome.status())});
  }
  if (!delivered) span.error = NameOf(outcome.result());
  tracer_->Take(std::move(span));
}

void DeliveryTelemetry::Forget(Attempt& attempt) {
  if (std::exchange(attempt.counted, false)) --under_way_;
}

void DeliveryTelemetry::AppendTo(std::vector<platform::Reading>& readings) const {
  attempts_.AppendTo(readings);
  seconds_.AppendTo(readings);
  readings.push_back({platform::MetricNamed("throughline_received_to_delivered_seconds"),
                      {},
                      0,
                      received_to_delivered_.Read()});
  readings.push_back({platform::MetricNamed("throughline_deliveries_under_way"),
                      {},
                      static_cast<double>(under_way_.load())});
}

}  // namespace throughline::notifications
