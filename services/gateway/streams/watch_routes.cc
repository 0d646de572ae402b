#include "gateway/streams/watch_routes.h"

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <set>

#include "core/ids.h"
#include "core/utf8.h"
#include "gateway/api/answers.h"
#include "gateway/api/errors.h"
#include "gateway/door/errors.h"
#include "gateway/streams/watch.h"
#include "gateway/streams/watch_kind.h"

namespace throughline::gateway {

namespace {

constexpr std::string_view kBeginning = "beginning";

core::Error OtherDistrict() {
  return {core::Code::kPermissionDenied, "NOT_ALLOWED", "The credential does not allow this.",
          "district"};
}

// What is asked for by a name that means nothing, or twice, would go unnoticed.
std::optional<core::Error> CheckQuery(const http::Request& request, bool has_teams) {
  static constexpr std::array<std::string_view, 5> kNames = {"district", "school", "after", "from",
                                                             "team"};
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const bool is_known = std::find(kNames.begin(), kNames.end(), name) != kNames.end();
    if (!is_known || (name == "team" && !has_teams)) return QueryUnknown(name);
    if (!seen.insert(name).second) return QueryRepeated(name);
    if (!core::IsUtf8(value)) return FieldInvalid(name, "text in UTF-8");
    if (name == "from" && value != kBeginning && value != kSnapshot) {
      return FieldInvalid("from", "beginning or snapshot");
    }
  }
  return std::nullopt;
}

core::Result<WatchPlace> PlaceOf(const http::Request& request, const Caller& caller,
                                 bool has_teams) {
  if (auto error = CheckQuery(request, has_teams)) return core::Refuse(*error);
  const std::string asked = request.Query("district").value_or("");
  WatchPlace place;
  place.district = caller.district.empty() ? asked : caller.district;
  if (!core::IsId(place.district)) return core::Refuse(DistrictMissing());
  if (!caller.authorization.empty() && !asked.empty() && asked != caller.district) {
    return core::Refuse(OtherDistrict());
  }
  place.school = request.Query("school").value_or("");
  place.team = request.Query("team").value_or("");
  place.after = request.Header("last-event-id");
  if (!core::IsUtf8(place.after))
    return core::Refuse(FieldInvalid("Last-Event-ID", "text in UTF-8"));
  if (place.after.empty()) place.after = request.Query("after").value_or("");
  place.snapshot = place.after.empty() && request.Query("from") == kSnapshot;
  place.only_new = place.after.empty() && request.Query("from") != kBeginning;
  return place;
}

http::Task<http::Response> Serve(WatchParts& parts, http::Exchange& exchange,
                                 const Caller& caller) {
  core::Result<WatchPlace> place = PlaceOf(exchange.request(), caller, parts.kind.has_teams);
  if (!place) {
    parts.guard.NoteRefusal(exchange.request(), &caller, /*method=*/"", place.error());
    co_return ErrorAnswer(place.error());
  }
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  Watch watch(parts, exchange, caller, std::move(*place), executor);
  co_return co_await watch.Run();
}

void Add(http::Routes& routes, RequestGuard& guard, const std::string& pattern,
         const std::shared_ptr<WatchParts>& parts) {
  const auto refuse = [](const core::Error& error) { return ErrorAnswer(error); };
  routes.Add("GET", pattern,
             guard.Protect(refuse, [parts](http::Exchange& exchange, const Caller& caller) {
               return Serve(*parts, exchange, caller);
             }));
}

}  // namespace

void AddWatchRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls,
                    const std::shared_ptr<grpc::Channel>& notifications) {
  const auto parts = [&](WatchKind kind) {
    return std::make_shared<WatchParts>(std::move(kind), notifications, guard, calls);
  };
  Add(routes, guard, "/v1/alerts:watch", parts(WatchingAlerts()));
  Add(routes, guard, "/v1/events:watch", parts(WatchingEvents()));
}

}  // namespace throughline::gateway
