// Which method a path calls, as the methods say it in their option `google.api.http`. Made once
// from the descriptors, at the start; never changed after, and read by every thread.
//
// Of google.api.http this takes get, put, post, delete and patch, additional bindings, no body or
// "*", and paths as in path_template.h; their variables are strings. Methods that the client
// streams into have no route: there is no such thing with JSON over HTTP.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gateway/api/field_value.h"
#include "gateway/api/path_template.h"

namespace throughline::gateway {

struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string verb;                  // GET, POST ...
  std::vector<FieldPath> variables;  // what the path's variables stand for, in order
  bool has_body = false;             // the whole request, but for what the path says
  FieldPath district;                // where it says the tenant; empty: it needs no credential
  bool anybody = false;              // anybody may call it, without a credential
};

// What is at a path: a route; or none, but the other methods that the path takes, as the header
// Allow lists them; or nothing.
struct AtPath {
  const Route* route = nullptr;
  std::vector<std::string> values;  // of the path's variables, decoded
  std::string allow;
};

class RouteTable {
 public:
  // ROUTE_BROKEN names the method whose option makes no sense, leads where another one leads, or
  // whose request JSON could not say: it may have no map and no well-known type.
  static core::Result<RouteTable> Of(
      std::span<const google::protobuf::ServiceDescriptor* const> services);

  // `path` as it was sent, percent-encoded and without the query. PATH_INVALID.
  core::Result<AtPath> Find(std::string_view verb, std::string_view path) const;
  // Every route, in the order in which they are tried.
  std::vector<const Route*> routes() const;

 private:
  struct Resource {
    PathTemplate path;
    std::map<std::string, Route, std::less<>> by_verb;
  };

  core::Result<void> Add(const google::protobuf::MethodDescriptor& method);

  std::vector<Resource> resources_;  // those to be tried first are first
};

}  // namespace throughline::gateway
