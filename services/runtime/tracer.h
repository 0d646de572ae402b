// Traces: the way of a piece of work through the services, as spans that name the one which caused
// them. The runtime says what it does; a tracer of the platform exports it. Ids come from the
// tracer, and nothing that is decided depends on them.
//
// A trace is sampled or not from its beginning on. Of one that is not, a span is exported all the
// same when it failed, took long, or says that it is notable.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/trace_context.h"

namespace throughline::runtime {

// As OTLP numbers them.
enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3, kProducer = 4, kConsumer = 5 };

// By the semantic conventions of OpenTelemetry. Never a person, a district or what somebody wrote.
struct SpanAttribute {
  const char* name;
  std::variant<std::string, int64_t, bool> value;
};

struct Span {
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  core::TraceContext context;  // its own
  core::SpanId parent{};       // zeros: it begins the trace
  std::chrono::system_clock::time_point start;
  std::chrono::system_clock::time_point end;
  std::vector<SpanAttribute> attributes = {};
  std::vector<core::TraceContext> links = {};
  std::string error = {};  // a code or reason; empty: it did not fail
  bool notable = false;    // to be exported whether the trace is sampled or not
};

// Thread-safe; returns at once.
class Tracer {
 public:
  virtual ~Tracer() = default;
  // A new trace: sampled or not, by the ratio.
  virtual core::TraceContext Begin() = 0;
  // The context of a new span in the trace of another; of no valid one, a new trace.
  virtual core::TraceContext Child(const core::TraceContext& parent) = 0;
  // Whether a span of such a duration is exported in any case.
  virtual bool IsSlow(std::chrono::nanoseconds duration) const = 0;
  // Takes a span that has ended.
  virtual void Take(Span span) = 0;
};

// What this thread is working on, for what it begins and for its log lines; not valid: nothing that
// is traced.
const core::TraceContext& CurrentTrace();

// Sets it for as long as this lives.
class WithTrace {
 public:
  explicit WithTrace(const core::TraceContext& context);
  ~WithTrace();
  WithTrace(const WithTrace&) = delete;
  WithTrace& operator=(const WithTrace&) = delete;

 private:
  const core::TraceContext before_;
};

}  // namespace throughline::runtime
