#include "demo/watch.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <cstdio>

#include "runtime/guarded.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/formatting.h"

namespace throughline::demo {

DemoWatch::DemoWatch(const std::string& district, Connection& connection)
    : clock_(DistrictClock::Of(connection, district)) {
  notifications::v1::WatchAlertsRequest alerts;
  alerts.set_district(district);
  alerts.set_only_new(true);
  notifications::v1::WatchEventsRequest events;
  events.set_district(district);
  events.set_only_new(true);
  alerts_ = connection.notifications->WatchAlerts(&alerts_context_, alerts);
  events_ = connection.notifications->WatchEvents(&events_context_, events);
  alerts_thread_ = std::jthread([this] { runtime::Guarded("alerts", [this] { FollowAlerts(); }); });
  events_thread_ =
      std::jthread([this] { runtime::Guarded("reviews", [this] { FollowReviews(); }); });
}

DemoWatch::~DemoWatch() {
  alerts_context_.TryCancel();
  events_context_.TryCancel();
}

void DemoWatch::Pushing(core::Instant simulated) {
  std::lock_guard lock(mutex_);
  pushed_[core::ToMillis(simulated)] = std::chrono::steady_clock::now();
}

std::vector<double> DemoWatch::Latencies() const {
  std::lock_guard lock(mutex_);
  return latencies_;
}

void DemoWatch::FollowAlerts() {
  notifications::v1::WatchAlertsResponse told;
  while (alerts_->Read(&told)) {
    if (!told.has_raised()) continue;
    const auto now = std::chrono::steady_clock::now();
    const auto& alert = told.raised().alert();
    fmt::print("{}  alert   {:<18} {} {}\n", clock_.Format(told.time_ms()),
               WordOf(alert.condition().trigger()), alert.school(), alert.condition().team());
    std::fflush(stdout);
    std::lock_guard lock(mutex_);
    auto pushed = pushed_.find(told.time_ms());
    if (pushed == pushed_.end()) continue;
    latencies_.push_back(std::chrono::duration<double, std::milli>(now - pushed->second).count());
  }
  alerts_->Finish();
}

void DemoWatch::FollowReviews() {
  notifications::v1::WatchEventsResponse event;
  while (events_->Read(&event)) {
    if (event.type() != cycles::v1::ReviewOpened::descriptor()->full_name()) continue;
    cycles::v1::ReviewOpened opened;
    if (!google::protobuf::util::JsonStringToMessage(event.json(), &opened).ok()) continue;
    fmt::print("{}  review  {:<18} {} {}\n", clock_.Format(event.time_ms()),
               WordOf(opened.review().trigger()), opened.review().school(), opened.review().team());
    std::fflush(stdout);
  }
  events_->Finish();
}

}  // namespace throughline::demo
