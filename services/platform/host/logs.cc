#include "platform/host/logs.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "platform/host/json_log.h"
#include "runtime/tracer.h"

namespace throughline::platform {

namespace {

// In which trace the line was written, if in any.
class TraceOfLine : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg&, const std::tm&,
              spdlog::memory_buf_t& line) override {
    const core::TraceContext& trace = runtime::CurrentTrace();
    if (!trace.valid()) return;
    const std::string text = " (trace " + core::HexOf(trace.trace) + ")";
    line.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<TraceOfLine>();
  }
};

}  // namespace

void SetUpLogs(const LogOptions& options) {
  auto logger = std::make_shared<spdlog::logger>("throughline",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (options.json) {
    logger->set_formatter(std::make_unique<JsonLogFormatter>());
  } else {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<TraceOfLine>('*').set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v%*");
    logger->set_formatter(std::move(formatter));
  }
  logger->set_level(spdlog::level::from_str(options.level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace throughline::platform
