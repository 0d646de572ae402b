#include "core/trace_context.h"

namespace throughline::core {

namespace {

constexpr size_t kTraceAt = 3, kSpanAt = 36, kFlagsAt = 53, kLength = 55;
constexpr uint8_t kSampled = 1;

// Upper case is not allowed.
int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <size_t N>
bool ReadHex(std::string_view text, std::array<uint8_t, N>& bytes) {
  for (size_t i = 0; i < N; ++i) {
    const int high = DigitOf(text[2 * i]), low = DigitOf(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high * 16 + low);
  }
  return true;
}

template <size_t N>
void WriteHex(const std::array<uint8_t, N>& bytes, std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
}

}  // namespace

std::optional<TraceContext> ParseTraceParent(std::string_view header) {
  if (header.size() < kLength || header[2] != '-' || header[kSpanAt - 1] != '-' ||
      header[kFlagsAt - 1] != '-') {
    return std::nullopt;
  }
  std::array<uint8_t, 1> version{}, flags{};
  if (!ReadHex(header, version) || version[0] == 0xff) return std::nullopt;
  const bool longer = header.size() > kLength;
  if (longer && (version[0] == 0 || header[kLength] != '-')) return std::nullopt;
  TraceContext context;
  if (!ReadHex(header.substr(kTraceAt), context.trace) ||
      !ReadHex(header.substr(kSpanAt), context.span) || !ReadHex(header.substr(kFlagsAt), flags) ||
      !context.valid()) {
    return std::nullopt;
  }
  context.sampled = (flags[0] & kSampled) != 0;
  return context;
}

std::string ToTraceParent(const TraceContext& context) {
  std::string text = "00-";
  text.reserve(kLength);
  WriteHex(context.trace, text);
  text += '-';
  WriteHex(context.span, text);
  text += context.sampled ? "-01" : "-00";
  return text;
}

std::string HexOf(const TraceId& id) {
  std::string text;
  WriteHex(id, text);
  return text;
}

std::string HexOf(const SpanId& id) {
  std::string text;
  WriteHex(id, text);
  return text;
}

}  // namespace throughline::core
