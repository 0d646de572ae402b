#include "runtime/tracing.h"

namespace throughline::runtime {

std::vector<SpanAttribute> MessagingAttributes(const Tracing& tracing, const char* operation,
                                               const std::string& topic, int32_t partition,
                                               int64_t messages) {
  return {{"messaging.system", tracing.system},
          {"messaging.operation.type", std::string(operation)},
          {"messaging.operation.name", std::string(operation)},
          {"messaging.destination.name", topic},
          {"messaging.destination.partition.id", std::to_string(partition)},
          {"messaging.batch.message_count", messages}};
}

std::optional<Span> BeginSending(const Tracing& tracing, const std::string& topic,
                                 int32_t partition, const core::TraceContext& trace) {
  if (tracing.tracer == nullptr || !trace.sampled || !trace.valid()) return std::nullopt;
  Span span;
  span.name = "send " + topic;
  span.kind = SpanKind::kProducer;
  span.context = tracing.tracer->Child(trace);
  span.parent = trace.span;
  span.start = std::chrono::system_clock::now();
  span.attributes = MessagingAttributes(tracing, "send", topic, partition, 1);
  return span;
}

void EndSending(const Tracing& tracing, const std::optional<Span>& span, const std::string& error) {
  if (!span) return;
  Span sent = *span;
  sent.end = std::chrono::system_clock::now();
  sent.error = error;
  tracing.tracer->Take(std::move(sent));
}

}  // namespace throughline::runtime
