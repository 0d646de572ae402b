// How a call is made; part of connection.h.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <thread>

#include "runtime/grpc/calls.h"

namespace throughline {

template <class Stub, class Request, class Response>
core::Result<Response> Call(Stub& stub,
                            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                         Response*),
                            const Request& request) {
  constexpr auto kPatience = std::chrono::seconds(60);
  const auto deadline = std::chrono::system_clock::now() + kPatience;
  auto pause = std::chrono::milliseconds(10);
  while (true) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (status.ok()) return response;
    const bool again = status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
    if (!again || std::chrono::system_clock::now() + pause > deadline) {
      return core::Refuse(runtime::FromStatus(status));
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(1000));
  }
}

}  // namespace throughline
