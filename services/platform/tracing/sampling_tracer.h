// Decides which spans are exported.
//
// A trace that begins here is sampled with the probability `ratio`, by the last 56 bits of its id,
// so that whoever decides by the same ratio decides the same (W3C Trace Context, level 2). One that
// comes from outside keeps the flag that it has. Of what is not sampled, spans are exported that
// failed, took longer than `slow`, or are notable.
#pragma once

#include <functional>

#include "platform/tracing/id_source.h"
#include "runtime/tracer.h"

namespace throughline::platform {

struct Sampling {
  double ratio = 0.01;
  std::chrono::milliseconds slow{1000};  // 0: nothing counts as slow
};

// Thread-safe.
class SamplingTracer final : public runtime::Tracer {
 public:
  // `ids` outlives this; `take` gets what is to be exported, and returns at once.
  SamplingTracer(Sampling sampling, IdSource& ids, std::function<void(runtime::Span)> take);

  core::TraceContext Begin() override;
  core::TraceContext Child(const core::TraceContext& parent) override;
  bool IsSlow(std::chrono::nanoseconds duration) const override;
  void Take(runtime::Span span) override;

 private:
  core::SpanId NewSpanId();

  const Sampling sampling_;
  const uint64_t threshold_;  // of the last 56 bits: from there on a trace is sampled
  IdSource& ids_;
  const std::function<void(runtime::Span)> take_;
};

}  // namespace throughline::platform
