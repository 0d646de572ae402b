#include "platform/tracing/otlp.h"

namespace throughline::platform {

namespace {

namespace common = opentelemetry::proto::common::v1;
namespace trace = opentelemetry::proto::trace::v1;

// Flags of OTLP: the lowest bit is W3C's.
constexpr uint32_t kSampled = 1;

uint64_t Nanoseconds(std::chrono::system_clock::time_point moment) {
  return static_cast<uint64_t>(std::chrono::nanoseconds(moment.time_since_epoch()).count());
}

template <size_t N>
std::string BytesOf(const std::array<uint8_t, N>& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

void Set(const std::string& text, common::AnyValue& value) { value.set_string_value(text); }
void Set(int64_t number, common::AnyValue& value) { value.set_int_value(number); }
void Set(bool flag, common::AnyValue& value) { value.set_bool_value(flag); }

template <class Message>
void Add(const char* name, const std::string& text, Message& to) {
  common::KeyValue& attribute = *to.add_attributes();
  attribute.set_key(name);
  attribute.mutable_value()->set_string_value(text);
}

void Fill(const runtime::Span& from, trace::Span& to) {
  to.set_trace_id(BytesOf(from.context.trace));
  to.set_span_id(BytesOf(from.context.span));
  if (from.parent != core::SpanId{}) to.set_parent_span_id(BytesOf(from.parent));
  to.set_flags(from.context.sampled ? kSampled : 0);
  to.set_name(from.name);
  to.set_kind(static_cast<trace::Span::SpanKind>(from.kind));
  to.set_start_time_unix_nano(Nanoseconds(from.start));
  to.set_end_time_unix_nano(Nanoseconds(from.end));
  for (const runtime::SpanAttribute& attribute : from.attributes) {
    common::KeyValue& its = *to.add_attributes();
    its.set_key(attribute.name);
    std::visit([&](const auto& value) { Set(value, *its.mutable_value()); }, attribute.value);
  }
  for (const core::TraceContext& link : from.links) {
    trace::Span::Link& its = *to.add_links();
    its.set_trace_id(BytesOf(link.trace));
    its.set_span_id(BytesOf(link.span));
    its.set_flags(link.sampled ? kSampled : 0);
  }
  if (from.error.empty()) return;
  Add("error.type", from.error, to);
  to.mutable_status()->set_code(trace::Status::STATUS_CODE_ERROR);
}

}  // namespace

otlp::ExportTraceServiceRequest ToOtlp(const TracedProgram& program,
                                       const std::vector<runtime::Span>& spans) {
  otlp::ExportTraceServiceRequest request;
  trace::ResourceSpans& all = *request.add_resource_spans();
  Add("service.name", program.name, *all.mutable_resource());
  Add("service.namespace", "throughline", *all.mutable_resource());
  Add("service.instance.id", program.instance, *all.mutable_resource());
  Add("service.version", program.version, *all.mutable_resource());
  trace::ScopeSpans& scope = *all.add_scope_spans();
  scope.mutable_scope()->set_name("throughline");
  scope.mutable_scope()->set_version(program.version);
  for (const runtime::Span& span : spans) Fill(span, *scope.add_spans());
  return request;
}

}  // namespace throughline::platform
