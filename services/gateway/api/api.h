// The JSON API, but for the calls: which gRPC method an HTTP request calls and with what, and what
// is answered. Pure; made once, and used by every thread.
//
// A request calls the method at its path (route_table.h). The path, and the query of a call without
// a body, or else the whole body, make the request message; whatever is in neither of the three is
// not there. The tenant is the credential's: it may be left out everywhere but in a path, and
// another one is refused.
#pragma once

#include <google/protobuf/descriptor.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "gateway/api/answers.h"
#include "gateway/api/json_message.h"
#include "gateway/api/route_table.h"

namespace throughline::gateway {

struct Asked {
  std::string_view verb;  // GET, POST ...
  std::string_view path;  // as it was sent, percent-encoded
  std::span<const std::pair<std::string, std::string>> query = {};  // decoded, in order
  std::string_view content_type = {};                               // empty: not said
  std::string_view body = {};
  std::string_view idempotency_key = {};  // the header; empty: there is none
  std::string_view district = {};         // of the credential; empty where none is needed
};

// A call to be made, on the services or, for a method that streams, on a stream.
struct MethodCall {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::unique_ptr<google::protobuf::Message> request;
};

class Api {
 public:
  // ROUTE_BROKEN, for whoever starts the program.
  static core::Result<Api> Of(std::span<const google::protobuf::ServiceDescriptor* const> services);

  // The call to make, or what to answer without one.
  tl::expected<MethodCall, platform::http::Response> Read(const Asked& asked) const;
  // What to answer when the call has brought `response`, the serialized message.
  platform::http::Response Answer(const google::protobuf::MethodDescriptor& method,
                                  const std::string& response) const;

  const RouteTable& routes() const { return routes_; }

 private:
  explicit Api(RouteTable routes) : routes_(std::move(routes)) {}

  RouteTable routes_;
  JsonWriter writer_;
};

// The services that the gateway stands before, as they are linked in.
std::vector<const google::protobuf::ServiceDescriptor*> PublicServices();

}  // namespace throughline::gateway
