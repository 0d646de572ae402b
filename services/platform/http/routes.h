// Finds the handler of a request by its method and path.
//
// A pattern is a path whose segments are texts or {name}s, which stand for one segment each, and
// which may end in `:verb`: /v1/alerts/{alert}:acknowledge. A pattern that ends in /** takes
// whatever begins like it and fits no other. Texts come before {names}. Filled at the start, then
// read by every thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/http/exchange.h"

namespace throughline::platform::http {

class Routes {
 public:
  // What is answered when nothing fits: 404, 405 (Allow is added) or 400 for a broken target.
  using Refuse = std::function<Response(const Request&, int status)>;
  explicit Routes(Refuse refuse) : refuse_(std::move(refuse)) {}

  // Aborts when the method and pattern are there already, or the pattern makes no sense. A HEAD is
  // answered by the handler of GET.
  void Add(const std::string& method, const std::string& pattern, Handler handler);
  // Every method and pattern that was added, in the order in which patterns are tried.
  std::vector<std::pair<std::string, std::string>> All() const;
  // Fills in what the route captured, and calls its handler.
  Task<Response> Serve(Exchange& exchange, Request& request) const;

 private:
  struct Route {
    std::string pattern = {};
    std::vector<std::string> segments = {};  // {name} with its braces
    std::string verb = {};
    bool open_ended = false;
    std::map<std::string, Handler> handlers = {};  // by method
  };
  static Route Parse(const std::string& pattern);
  static bool Before(const Route& a, const Route& b);
  static bool Fits(const Route& route, const std::vector<std::string_view>& segments,
                   Request& request);

  const Refuse refuse_;
  std::vector<Route> routes_;  // the one to be tried first is first
};

}  // namespace throughline::platform::http
