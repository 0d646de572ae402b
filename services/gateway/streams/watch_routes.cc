#include "gateway/streams/watch_routes.h"

#include <boost/asio/this_coro.hpp>

#include "core/ids.h"
#include "gateway/api/answers.h"
#include "gateway/errors.h"
#include "gateway/streams/watch.h"

namespace throughline::gateway {

namespace {

core::Error OtherDistrict() {
  return {core::Code::kPermissionDenied, "NOT_ALLOWED", "The credential does not allow this.",
          "district"};
}

core::Result<WatchPlace> PlaceOf(const http::Request& request, const Caller& caller) {
  const std::string asked = request.Query("district").value_or("");
  WatchPlace place;
  place.district = caller.district.empty() ? asked : caller.district;
  if (!core::IsId(place.district)) return core::Refuse(DistrictMissing());
  if (!caller.authorization.empty() && !asked.empty() && asked != caller.district) {
    return core::Refuse(OtherDistrict());
  }
  place.school = request.Query("school").value_or("");
  place.after = request.Header("last-event-id");
  if (place.after.empty()) place.after = request.Query("after").value_or("");
  place.only_new = place.after.empty() && request.Query("from") != "beginning";
  return place;
}

http::Task<http::Response> Serve(WatchParts& parts, http::Exchange& exchange,
                                 const Caller& caller) {
  core::Result<WatchPlace> place = PlaceOf(exchange.request(), caller);
  if (!place) co_return ErrorAnswer(place.error());
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  Watch watch(parts, exchange, caller, std::move(*place), executor);
  co_return co_await watch.Run();
}

void Add(http::Routes& routes, Doorkeeper& doorkeeper, const std::string& pattern,
         const std::shared_ptr<WatchParts>& parts) {
  const auto refuse = [](const core::Error& error) { return ErrorAnswer(error); };
  routes.Add("GET", pattern,
             doorkeeper.Guard(refuse, [parts](http::Exchange& exchange, const Caller& caller) {
               return Serve(*parts, exchange, caller);
             }));
}

}  // namespace

void AddWatchRoutes(http::Routes& routes, Doorkeeper& doorkeeper, UnaryCalls& calls,
                    const std::shared_ptr<grpc::Channel>& notifications) {
  const auto parts = [&](WatchKind kind) {
    return std::make_shared<WatchParts>(std::move(kind), notifications, doorkeeper, calls);
  };
  Add(routes, doorkeeper, "/v1/alerts:watch", parts(WatchingAlerts()));
  Add(routes, doorkeeper, "/v1/events:watch", parts(WatchingEvents()));
}

}  // namespace throughline::gateway
