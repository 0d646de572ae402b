// Lists of any length, gathered page by page into one response, as scripts want them.
#pragma once

#include "throughline/connection.h"

namespace throughline {

template <class Stub, class Request, class Response>
core::Result<Response> CallPages(Stub& stub,
                                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                 Request request) {
  // A page stays far below what gRPC takes as one message, however much is written about each.
  constexpr int kPageSize = 200;
  request.set_page_size(kPageSize);
  Response all;
  while (true) {
    auto page = Call(stub, method, request);
    if (!page) return core::Refuse(page.error());
    request.set_page_token(page->next_page_token());
    page->clear_next_page_token();
    all.MergeFrom(*page);
    if (request.page_token().empty()) return all;
  }
}

}  // namespace throughline
