// Calls of services from coroutines: the call is awaited, and no thread waits.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "gateway/door/calls.h"
#include "gateway/door/errors.h"
#include "gateway/door/request_guard.h"
#include "platform/grpc/calls.h"
#include "platform/grpc/request_texts.h"

namespace throughline::gateway {

inline constexpr std::chrono::seconds kAnswerWithin(30);

// Resumes on the coroutine's own executor.
inline http::Task<UnaryAnswer> Start(UnaryCalls& calls, const UnaryCall& call) {
  namespace asio = boost::asio;
  const auto start = [&calls](auto handler, const UnaryCall& what) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    calls.Start(what, [waiting](UnaryAnswer answer) {
      const auto executor = asio::get_associated_executor(*waiting);
      asio::post(executor, [waiting, answer = std::move(answer)]() mutable {
        std::move (*waiting)(std::move(answer));
      });
    });
  };
  UnaryAnswer answer =
      co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(UnaryAnswer)>(
          start, asio::use_awaitable, call);
  co_return answer;
}

// `method` is its full name, as throughline.evidence.v1.EvidenceService.IngestResults.
template <class Response, class Request>
http::Task<core::Result<Response>> Ask(UnaryCalls& calls, const Caller& caller,
                                       std::string_view method, const Request& request) {
  // What a header or a query said; bodies are looked at by who reads them.
  if (auto texts = platform::CheckTexts(request); !texts) co_return core::Refuse(texts.error());
  UnaryCall call;
  call.method = method;
  call.request = request.SerializeAsString();
  call.authorization = caller.authorization;
  call.deadline = std::chrono::system_clock::now() + kAnswerWithin;
  call.client = caller.client;
  const UnaryAnswer answer = co_await Start(calls, call);
  if (!answer.status.ok()) co_return core::Refuse(platform::FromStatus(answer.status));
  Response response;
  if (!response.ParseFromString(answer.response)) co_return core::Refuse(AnswerUnreadable());
  co_return response;
}

}  // namespace throughline::gateway
