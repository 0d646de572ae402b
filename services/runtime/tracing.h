// How the runtime is traced, and what its spans of messaging say by the semantic conventions of
// OpenTelemetry.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/tracer.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

struct Tracing {
  Tracer* tracer = nullptr;  // null: nothing is traced; outlives all that it is given to
  // What kind of journal it is, as spans say it.
  std::string system = "throughline";
  // Whether an event of this type makes its decision one that is always exported.
  std::function<bool(const std::string& type)> is_notable = nullptr;
  // Told of every event that is traced and sampled, once it is decided.
  std::function<void(const v1::Packed& event)> traced = nullptr;
};

// `operation` is send or process; `messages` are those of a batch.
std::vector<SpanAttribute> MessagingAttributes(const Tracing& tracing, const char* operation,
                                               const std::string& topic, int32_t partition,
                                               int64_t messages);

// The span of sending a command, which begins now; nullopt: it is not traced, or not sampled.
std::optional<Span> BeginSending(const Tracing& tracing, const std::string& topic,
                                 int32_t partition, const core::TraceContext& trace);
// It has been sent; `error` is why not.
void EndSending(const Tracing& tracing, const std::optional<Span>& span, const std::string& error);

}  // namespace throughline::runtime
