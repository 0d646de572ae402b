// The way of a command: into its service's inbox, and its answer back to the caller.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>

#include "core/result.h"
#include "runtime/request_key.h"

namespace throughline::runtime {

// Called exactly once, on any thread: the serialized response message, or the refusal. What it
// throws is logged.
using AnswerCallback = std::function<void(core::Result<std::string> answer)>;

// Thread-safe.
class Commands {
 public:
  virtual ~Commands() = default;
  // Appends the command to the inbox partition of its route. The answer comes after the log has
  // what was decided. A key with an id makes it idempotent for 24 hours. REQUEST_ID_REUSED when
  // something else was asked under the key; RESOURCE_EXHAUSTED when the partition cannot keep up;
  // UNAVAILABLE when the service stops; UNEXPECTED when something was thrown. Throws nothing.
  virtual void Submit(const google::protobuf::Message& command, const RequestKey& key,
                      AnswerCallback done) = 0;
};

}  // namespace throughline::runtime
