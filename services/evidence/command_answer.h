// A command whose answer is waited for, on a thread that may wait.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "core/result.h"
#include "runtime/commands.h"

namespace throughline::evidence {

// The response, or the refusal. Not from a thread that answers commands.
template <class Response>
core::Result<Response> Ask(runtime::Commands& commands, const google::protobuf::Message& command) {
  const auto answer = std::make_shared<std::promise<core::Result<std::string>>>();
  commands.Submit(command, {},
                  [answer](core::Result<std::string> said) { answer->set_value(std::move(said)); });
  auto said = answer->get_future().get();
  if (!said) return core::Refuse(said.error());
  Response response;
  response.ParseFromString(*said);
  return response;
}

}  // namespace throughline::evidence
