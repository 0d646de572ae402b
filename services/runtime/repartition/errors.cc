#include "runtime/repartition/errors.h"

#include <fmt/format.h>

namespace throughline::runtime {

using core::Code;
using core::Error;

namespace {
constexpr size_t kNamedAtMost = 5;
}

Error NotQuiet(const std::vector<std::string>& missing) {
  std::string text;
  for (size_t i = 0; i < std::min(missing.size(), kNamedAtMost); ++i) text += " " + missing[i];
  if (missing.size() > kNamedAtMost) {
    text += fmt::format(" And {} more.", missing.size() - kNamedAtMost);
  }
  return {Code::kFailedPrecondition, "LOG_NOT_QUIET",
          "Not everything in the log is taken yet:" + text +
              " Serve it once more, without calls from outside, until it has come to rest, and "
              "stop it with SIGTERM.",
          ""};
}

Error PartitionsOutOfRange(int32_t most) {
  return {Code::kInvalidArgument, "PARTITIONS_OUT_OF_RANGE",
          fmt::format("The number of partitions is from 1 to {}.", most), "partitions"};
}

Error LogNotEmpty(std::string_view topic) {
  return {Code::kFailedPrecondition, "LOG_NOT_EMPTY",
          fmt::format("{} has records. A log is moved to topics that are empty.", topic), "to"};
}

Error EventElsewhere(std::string_view event) {
  return {Code::kFailedPrecondition, "EVENT_ELSEWHERE",
          fmt::format("{} is not in the partition that its key has under the number of partitions "
                      "that was given. Give the number that the log has.",
                      event),
          ""};
}

Error MoveDiffers(std::string_view what) {
  return {Code::kInternal, "MOVE_DIFFERS",
          fmt::format("What was written is not what was read: {}. Nothing was changed in the log "
                      "that was read; do not serve the other.",
                      what),
          ""};
}

}  // namespace throughline::runtime
