// The way of a command: into its service's inbox, and its answer back to whoever waits.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::runtime {

// Called exactly once, on any thread: the serialized response message, or the refusal.
using AnswerCallback = std::function<void(core::Result<std::string> answer)>;

// Thread-safe.
class Commands {
 public:
  virtual ~Commands() = default;
  // Appends the command to the inbox partition of its route. The answer comes after the log has
  // what was decided. `request_id` makes it idempotent for 24 hours; when it is empty, one is made.
  // RESOURCE_EXHAUSTED when the partition cannot keep up; UNAVAILABLE when the service stops.
  virtual void Submit(const google::protobuf::Message& command, std::string_view request_id,
                      AnswerCallback done) = 0;
};

}  // namespace throughline::runtime
