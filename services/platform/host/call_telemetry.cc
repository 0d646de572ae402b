#include "platform/host/call_telemetry.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <string>

namespace throughline::platform {

namespace {

constexpr std::array<std::string_view, 17> kCodes = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};
constexpr int kCancelled = 1;

std::string NameOf(int code) {
  const bool known = code >= 0 && static_cast<size_t>(code) < kCodes.size();
  return std::string(known ? kCodes[static_cast<size_t>(code)] : "UNKNOWN");
}

// What the server did wrong, by the semantic conventions for gRPC.
bool IsFailure(int code) {
  constexpr int kFailures[] = {2, 4, 12, 13, 14, 15};
  return std::find(std::begin(kFailures), std::end(kFailures), code) != std::end(kFailures);
}

// EvidenceService, of throughline.evidence.v1.EvidenceService/IngestResults.
std::string_view ShortService(std::string_view method) {
  method = method.substr(0, method.find('/'));
  return method.substr(method.rfind('.') + 1);
}

std::string KindOf(std::string_view method, CallObserver::Kind kind) {
  if (kind == CallObserver::Kind::kStream) return "stream";
  const std::string_view name = method.substr(method.rfind('/') + 1);
  constexpr std::string_view kReads[] = {"Get", "List", "Explain", "Export", "Find", "Read"};
  const bool reads = std::any_of(std::begin(kReads), std::end(kReads),
                                 [&](std::string_view verb) { return name.starts_with(verb); });
  return reads ? "read" : "write";
}

}  // namespace

class CallTelemetry::Call final : public ObservedCall {
 public:
  Call(CallTelemetry& on, std::string_view method, Kind kind, std::string_view traceparent)
      : on_(on), method_(method), kind_(KindOf(method, kind)) {
    if (on_.tracer_ == nullptr) return;
    const auto parent = core::ParseTraceParent(traceparent);
    parent_ = parent ? parent->span : core::SpanId{};
    context_ = parent ? on_.tracer_->Child(*parent) : on_.tracer_->Begin();
    began_at_ = std::chrono::system_clock::now();
  }
  // Given up, by a client that has gone.
  ~Call() override { End(kCancelled); }

  core::TraceContext trace() const override { return context_; }
  void End(int code) override {
    if (ended_.exchange(true)) return;
    const auto took = std::chrono::steady_clock::now() - began_;
    const std::string service(ShortService(method_));
    on_.calls_.Add({service, kind_, NameOf(code)});
    if (kind_ != "stream") {
      on_.seconds_.Observe({service, kind_}, std::chrono::duration<double>(took).count());
    }
    if (on_.tracer_ == nullptr) return;
    const bool slow = kind_ != "stream" && on_.tracer_->IsSlow(took);
    if (context_.sampled || IsFailure(code) || slow) Export(code, took, slow);
  }

 private:
  void Export(int code, std::chrono::steady_clock::duration took, bool slow) {
    const size_t slash = method_.find('/');
    runtime::Span span;
    span.name = method_;
    span.kind = runtime::SpanKind::kServer;
    span.context = context_;
    span.parent = parent_;
    span.start = began_at_;
    span.end = began_at_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(took);
    span.attributes = {{"rpc.system", std::string("grpc")},
                       {"rpc.service", method_.substr(0, slash)},
                       {"rpc.grpc.status_code", static_cast<int64_t>(code)}};
    if (slash != std::string::npos) {
      span.attributes.push_back({"rpc.method", method_.substr(slash + 1)});
    }
    if (IsFailure(code)) span.error = NameOf(code);
    span.notable = slow;
    on_.tracer_->Take(std::move(span));
  }

  CallTelemetry& on_;
  const std::string method_;
  const std::string kind_;
  core::TraceContext context_;
  core::SpanId parent_{};
  std::chrono::system_clock::time_point began_at_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::atomic<bool> ended_{false};
};

std::unique_ptr<ObservedCall> CallTelemetry::Begin(std::string_view method, Kind kind,
                                                   std::string_view traceparent) {
  return std::make_unique<Call>(*this, method, kind, traceparent);
}

void CallTelemetry::AppendTo(std::vector<Reading>& readings) const {
  calls_.AppendTo(readings);
  seconds_.AppendTo(readings);
}

}  // namespace throughline::platform
