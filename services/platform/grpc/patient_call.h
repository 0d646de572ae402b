// How a script calls services: it waits for the answer, and as long as they cannot take more, or
// have just started and are still reading their log.
#pragma once

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "platform/grpc/calls.h"
#include "platform/grpc/request_texts.h"
#include "runtime/errors.h"

namespace throughline::platform {

struct CallTerms {
  // The header of every call; empty: the channel says it, or nobody.
  std::string authorization = "";
  // Once it is asked for, calls are given up and none is made.
  std::stop_token stop = {};
};

// Calls a method that may be repeated, once the texts of the request can be sent, and repeats it
// for a minute at most while the services say that they cannot take it at the moment.
template <class Stub, class Request, class Response>
core::Result<Response> Call(Stub& stub,
                            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                         Response*),
                            const Request& request, const CallTerms& terms = {}) {
  constexpr auto kPatience = std::chrono::seconds(60);
  if (auto texts = CheckTexts(request); !texts) return core::Refuse(texts.error());
  const auto deadline = std::chrono::system_clock::now() + kPatience;
  auto pause = std::chrono::milliseconds(10);
  while (true) {
    grpc::ClientContext context;
    context.set_deadline(deadline);
    if (!terms.authorization.empty()) context.AddMetadata("authorization", terms.authorization);
    Response response;
    grpc::Status status;
    {
      const std::stop_callback give_up(terms.stop, [&context] { context.TryCancel(); });
      status = (stub.*method)(&context, request, &response);
    }
    if (status.ok()) return response;
    core::Error error = FromStatus(status);
    if (!runtime::IsTransient(error) || terms.stop.stop_requested() ||
        std::chrono::system_clock::now() + pause > deadline) {
      return core::Refuse(std::move(error));
    }
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any stopped;
    stopped.wait_for(lock, terms.stop, pause, [] { return false; });
    pause = std::min(pause * 2, std::chrono::milliseconds(1000));
  }
}

// Lists of any length, gathered page by page into one response, as scripts want them.
template <class Stub, class Request, class Response>
core::Result<Response> CallPages(Stub& stub,
                                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                 Request request, const CallTerms& terms = {}) {
  // A page stays far below what gRPC takes as one message, however much is written about each.
  constexpr int kPageSize = 200;
  request.set_page_size(kPageSize);
  Response all;
  while (true) {
    auto page = Call(stub, method, request, terms);
    if (!page) return core::Refuse(page.error());
    request.set_page_token(page->next_page_token());
    page->clear_next_page_token();
    all.MergeFrom(*page);
    if (request.page_token().empty()) return all;
  }
}

}  // namespace throughline::platform
