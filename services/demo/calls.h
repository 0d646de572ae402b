// How the demo calls the services for what its script says: what they refuse is said with the place
// in the script that asks for it.
#pragma once

#include <fmt/format.h>

#include "throughline/connection.h"

namespace throughline::demo {

inline core::Error InScript(const std::string& place, core::Error error) {
  error.message = fmt::format("{}: {}", place, error.message);
  return error;
}

template <class Stub, class Request, class Response>
core::Result<Response> CallFor(const std::string& place, Stub& stub,
                               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                            Response*),
                               const Request& request) {
  auto answer = Call(stub, method, request);
  if (!answer) return core::Refuse(InScript(place, answer.error()));
  return answer;
}

// Where nothing of the answer is looked at.
template <class Stub, class Request, class Response>
core::Result<void> Do(const std::string& place, Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
  auto answer = CallFor(place, stub, method, request);
  if (!answer) return core::Refuse(answer.error());
  return {};
}

}  // namespace throughline::demo
