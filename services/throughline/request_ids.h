// Request ids that are made from what is asked, so that asking again is asking the same.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace throughline {

// From the purpose and the request itself; a field `request_id` in it counts as empty.
std::string RequestIdFor(std::string_view purpose, const google::protobuf::Message& request);

// Sets the request's field `request_id` to that.
template <class Request>
Request& Identify(std::string_view purpose, Request& request) {
  request.clear_request_id();
  request.set_request_id(RequestIdFor(purpose, request));
  return request;
}

}  // namespace throughline
