// Request ids that are made from what is asked, so that asking again is asking the same; and ids
// of one occasion.
#pragma once

#include <google/protobuf/message.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace throughline::importing {

// From the circumstances and the request itself; a field `request_id` in it must be empty. Pure.
std::string RequestIdFor(std::initializer_list<std::string_view> circumstances,
                         const google::protobuf::Message& request);

// Sets the request's field `request_id` to that.
template <class Request>
void Identify(std::initializer_list<std::string_view> circumstances, Request& request) {
  request.clear_request_id();
  request.set_request_id(RequestIdFor(circumstances, request));
}

// Never the same twice.
std::string NewOccasion();

}  // namespace throughline::importing
