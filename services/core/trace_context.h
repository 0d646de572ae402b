// Where a piece of work belongs in a trace: W3C Trace Context, level 1. A plain value; pure.
// https://www.w3.org/TR/trace-context-1/
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace throughline::core {

using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

struct TraceContext {
  TraceId trace{};
  SpanId span{};  // of the work that caused what follows
  bool sampled = false;

  // Neither id is all zeros.
  bool valid() const { return trace != TraceId{} && span != SpanId{}; }
  bool operator==(const TraceContext&) const = default;
};

// Of a header `traceparent`; nullopt when it is none. One of a later version is read as far as this
// version knows it.
std::optional<TraceContext> ParseTraceParent(std::string_view header);
// 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
std::string ToTraceParent(const TraceContext& context);
// In lower case.
std::string HexOf(const TraceId& id);
std::string HexOf(const SpanId& id);

}  // namespace throughline::core
