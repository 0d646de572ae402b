// Log lines as JSON: {"time":"2013-02-28T07:00:00.000Z","level":"info","message":"…"}. Keys are
// always these three, in this order.
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
