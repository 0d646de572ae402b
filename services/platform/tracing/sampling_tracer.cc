#include "platform/tracing/sampling_tracer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <utility>

namespace throughline::platform {

namespace {

constexpr uint64_t kLast56Bits = (uint64_t{1} << 56) - 1;

uint64_t ThresholdOf(double ratio) {
  const double share = std::clamp(1.0 - ratio, 0.0, 1.0);
  return static_cast<uint64_t>(std::ldexp(share, 56));
}

template <size_t N>
void Put(uint64_t bits, std::array<uint8_t, N>& bytes, size_t at) {
  for (size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
}

}  // namespace

RandomIds::RandomIds() : state_(0) {
  std::random_device machine;
  state_ = (static_cast<uint64_t>(machine()) << 32) | machine();
}

SamplingTracer::SamplingTracer(Sampling sampling, IdSource& ids,
                               std::function<void(runtime::Span)> take)
    : sampling_(sampling),
      threshold_(ThresholdOf(sampling.ratio)),
      ids_(ids),
      take_(std::move(take)) {}

core::SpanId SamplingTracer::NewSpanId() {
  core::SpanId id{};
  while (id == core::SpanId{}) Put(ids_.Next(), id, 0);
  return id;
}

core::TraceContext SamplingTracer::Begin() {
  core::TraceContext context;
  const uint64_t random = ids_.Next();
  Put(ids_.Next(), context.trace, 0);
  Put(random, context.trace, 8);
  context.span = NewSpanId();
  if (context.trace == core::TraceId{}) context.trace.front() = 1;
  context.sampled = (random & kLast56Bits) >= threshold_;
  return context;
}

core::TraceContext SamplingTracer::Child(const core::TraceContext& parent) {
  if (!parent.valid()) return Begin();
  core::TraceContext context = parent;
  context.span = NewSpanId();
  return context;
}

bool SamplingTracer::IsSlow(std::chrono::nanoseconds duration) const {
  return sampling_.slow.count() > 0 && duration >= sampling_.slow;
}

void SamplingTracer::Take(runtime::Span span) {
  if (span.context.sampled || span.notable || !span.error.empty() || IsSlow(span.end - span.start))
    take_(std::move(span));
}

}  // namespace throughline::platform
