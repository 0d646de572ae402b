// Log lines as JSON: {"time":"2013-02-28T07:00:00.000Z","level":"info","message":"…"}. Keys are
// always these three, in this order; of what is traced, a fourth is behind them:
// "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736".
#pragma once

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

namespace throughline::platform {

class JsonLogFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override;
  std::unique_ptr<spdlog::formatter> clone() const override;
};

// In quotes, with what JSON does not allow in a string escaped.
std::string JsonQuoted(std::string_view text);

}  // namespace throughline::platform
