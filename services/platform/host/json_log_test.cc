#include "platform/host/json_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>

#include "runtime/tracer.h"

namespace throughline::platform {
namespace {

TEST(JsonLog, ALineIsAnObject) {
  const auto time = spdlog::log_clock::time_point(std::chrono::milliseconds(1362034800123));
  const spdlog::details::log_msg message(time, {}, "throughline", spdlog::level::warn,
                                         "a \"quoted\" line\n");
  spdlog::memory_buf_t line;
  JsonLogFormatter().clone()->format(message, line);
  // 1362034800 is 2013-02-28T07:00:00Z by `date -u -d @1362034800`.
  EXPECT_EQ(fmt::to_string(line),
            "{\"time\":\"2013-02-28T07:00:00.123Z\",\"level\":\"warning\","
            "\"message\":\"a \\\"quoted\\\" line\\u000a\"}\n");
}

TEST(JsonLog, ALineOfWhatIsTracedSaysInWhichTrace) {
  const runtime::WithTrace traced(
      *core::ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  spdlog::memory_buf_t line;
  JsonLogFormatter().clone()->format(spdlog::details::log_msg(), line);
  EXPECT_THAT(fmt::to_string(line),
              testing::HasSubstr("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}"));
}

TEST(JsonLog, QuotesWhatJsonDoesNotAllow) {
  EXPECT_EQ(JsonQuoted("C:\\data\t\x01 é"), "\"C:\\\\data\\u0009\\u0001 é\"");
}

}  // namespace
}  // namespace throughline::platform
