#include "platform/host/json_log.h"

#include <fmt/format.h>

#include "core/date.h"
#include "runtime/tracer.h"

namespace throughline::platform {

std::string JsonQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

void JsonLogFormatter::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) {
  const auto time = std::chrono::floor<std::chrono::milliseconds>(message.time);
  const auto level = spdlog::level::to_string_view(message.level);
  const core::TraceContext& trace = runtime::CurrentTrace();
  const std::string traced =
      trace.valid() ? ",\"trace_id\":\"" + core::HexOf(trace.trace) + '"' : "";
  fmt::format_to(std::back_inserter(line),
                 "{{\"time\":\"{}\",\"level\":\"{}\",\"message\":{}{}}}\n",
                 core::FormatInstant(time), std::string_view(level.data(), level.size()),
                 JsonQuoted({message.payload.data(), message.payload.size()}), traced);
}

std::unique_ptr<spdlog::formatter> JsonLogFormatter::clone() const {
  return std::make_unique<JsonLogFormatter>();
}

}  // namespace throughline::platform
