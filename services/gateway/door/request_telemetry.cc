#include "gateway/door/request_telemetry.h"

#include <algorithm>
#include <utility>

namespace throughline::gateway {

namespace {

using platform::http::Request;

constexpr char kTraceParent[] = "traceparent";
constexpr std::string_view kStreams = "streams";

// What anybody may send as a method, so that nothing of theirs is in a span.
std::string MethodOf(const Request& request) {
  constexpr std::string_view kKnown[] = {"GET",    "HEAD",  "POST",   "PUT",
                                         "DELETE", "PATCH", "OPTIONS"};
  const auto* found = std::find(std::begin(kKnown), std::end(kKnown), request.method);
  return found == std::end(kKnown) ? "_OTHER" : request.method;
}

}  // namespace

std::string_view GroupOf(std::string_view route) {
  constexpr std::pair<std::string_view, std::string_view> kGroups[] = {
      {"/v1/alerts:watch", kStreams}, {"/v1/events:watch", kStreams}, {"/v1/", "api"},
      {"/unsubscribe", "api"},        {"/ims/", "results"},           {"/data/", "results"},
      {"/metadata/", "results"},      {"/caliper", "results"},        {"/xapi", "results"},
      {"/cloudevents", "results"},    {"/csv/", "results"},           {"/oauth/", "oauth"},
      {"/.well-known/", "oauth"},     {"/sign-", "sign_in"},          {"/board/", "board"},
      {"/healthz", "health"},         {"/livez", "health"},           {"/readyz", "health"}};
  for (const auto& [prefix, group] : kGroups) {
    if (route.starts_with(prefix)) return group;
  }
  return route == "/" ? "board" : "other";
}

RequestTelemetry::Handled::Handled(RequestTelemetry& on, Request& request)
    : on_(on), request_(request) {
  if (on_.tracer_ == nullptr) return;
  const auto parent = core::ParseTraceParent(request.Header(kTraceParent));
  if (parent) parent_ = parent->span;
  context_ = parent ? on_.tracer_->Child(*parent) : on_.tracer_->Begin();
  began_at_ = std::chrono::system_clock::now();
  request.headers[kTraceParent] = core::ToTraceParent(context_);
}

void RequestTelemetry::Handled::End(int status) {
  if (std::exchange(ended_, true)) return;
  const auto took = std::chrono::steady_clock::now() - began_;
  const std::string group(GroupOf(request_.route));
  on_.requests_.Add({group, std::to_string(status / 100) + "xx"});
  const bool streams = group == kStreams;
  if (!streams) on_.seconds_.Observe({group}, std::chrono::duration<double>(took).count());
  if (on_.tracer_ != nullptr) Export(status, took, streams);
}

void RequestTelemetry::Handled::Export(int status, std::chrono::steady_clock::duration took,
                                       bool streams) {
  const bool slow = !streams && on_.tracer_->IsSlow(took);
  if (!context_.sampled && status < 500 && !slow) return;
  runtime::Span span;
  span.name = MethodOf(request_);
  if (!request_.route.empty()) span.name += " " + request_.route;
  span.kind = runtime::SpanKind::kServer;
  span.context = context_;
  span.parent = parent_;
  span.start = began_at_;
  span.end = began_at_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(took);
  span.attributes = {{"http.request.method", MethodOf(request_)},
                     {"http.response.status_code", static_cast<int64_t>(status)}};
  // The path itself may name a student.
  if (!request_.route.empty()) span.attributes.push_back({"http.route", request_.route});
  if (status >= 500) span.error = std::to_string(status);
  span.notable = slow;
  on_.tracer_->Take(std::move(span));
}

void RequestTelemetry::AppendTo(std::vector<platform::Reading>& readings) const {
  requests_.AppendTo(readings);
  seconds_.AppendTo(readings);
}

}  // namespace throughline::gateway
