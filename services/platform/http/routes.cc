#include "platform/http/routes.h"

#include <algorithm>
#include <cstdlib>

namespace throughline::platform::http {

namespace {

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool IsName(std::string_view segment) { return segment.starts_with('{'); }

std::string AllOf(const std::map<std::string, Handler>& handlers) {
  std::string all;
  for (const auto& [method, handler] : handlers) all += (all.empty() ? "" : ", ") + method;
  return all;
}

}  // namespace

Routes::Route Routes::Parse(const std::string& pattern) {
  Route route{.pattern = pattern};
  std::string_view rest = pattern;
  if (!rest.starts_with('/')) std::abort();
  if (rest.ends_with("/**")) {
    route.open_ended = true;
    rest.remove_suffix(3);
  }
  const size_t verb = rest.rfind(':');
  if (verb != std::string_view::npos && rest.find('/', verb) == std::string_view::npos) {
    route.verb = rest.substr(verb);
    rest = rest.substr(0, verb);
  }
  for (const std::string_view segment : Split(rest)) {
    if (IsName(segment) && !segment.ends_with('}')) std::abort();
    route.segments.emplace_back(segment);
  }
  return route;
}

bool Routes::Before(const Route& a, const Route& b) {
  if (a.open_ended != b.open_ended) return b.open_ended;
  if (a.open_ended) return a.segments.size() > b.segments.size();
  if (a.verb.empty() != b.verb.empty()) return !a.verb.empty();
  for (size_t i = 0; i < std::min(a.segments.size(), b.segments.size()); ++i) {
    if (IsName(a.segments[i]) != IsName(b.segments[i])) return IsName(b.segments[i]);
  }
  return false;
}

void Routes::Add(const std::string& method, const std::string& pattern, Handler handler) {
  auto found = std::find_if(routes_.begin(), routes_.end(),
                            [&](const Route& route) { return route.pattern == pattern; });
  if (found == routes_.end()) {
    Route route = Parse(pattern);
    found = routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, Before),
                           std::move(route));
  }
  if (!found->handlers.emplace(method, std::move(handler)).second) std::abort();
}

std::vector<std::pair<std::string, std::string>> Routes::All() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Route& route : routes_) {
    for (const auto& [method, handler] : route.handlers) all.emplace_back(method, route.pattern);
  }
  return all;
}

bool Routes::Fits(const Route& route, const std::vector<std::string_view>& segments,
                  Request& request) {
  if (segments.size() < route.segments.size()) return false;
  if (!route.open_ended && segments.size() > route.segments.size()) return false;
  std::map<std::string, std::string, std::less<>> captured;
  for (size_t i = 0; i < route.segments.size(); ++i) {
    std::string_view segment = segments[i];
    if (i + 1 == route.segments.size() && !route.verb.empty()) {
      if (!segment.ends_with(route.verb)) return false;
      segment.remove_suffix(route.verb.size());
    }
    const std::string& wanted = route.segments[i];
    if (!IsName(wanted)) {
      if (segment != wanted) return false;
      continue;
    }
    auto text = PercentDecode(segment, false);
    if (!text || text->empty()) return false;
    captured[wanted.substr(1, wanted.size() - 2)] = std::move(*text);
  }
  request.captured = std::move(captured);
  return true;
}

Task<Response> Routes::Serve(Exchange& exchange, Request& request) const {
  std::string_view path = request.target;
  path = path.substr(0, path.find_first_of("?#"));
  if (!path.starts_with('/')) co_return refuse_(request, 400);
  // A slash at the end says nothing.
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto segments = Split(path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::map<std::string, Handler> others;
  for (const Route& route : routes_) {
    if (!Fits(route, segments, request)) continue;
    if (const auto found = route.handlers.find(method); found != route.handlers.end()) {
      request.route = route.pattern;
      co_return co_await found->second(exchange);
    }
    if (!route.open_ended) others.insert(route.handlers.begin(), route.handlers.end());
  }
  if (others.empty()) co_return refuse_(request, 404);
  Response refusal = refuse_(request, 405);
  refusal.headers.emplace_back("Allow", AllOf(others));
  co_return refusal;
}

}  // namespace throughline::platform::http
