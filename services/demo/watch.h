// Prints reviews and alerts of the demo as they happen, and measures how long an alert took from
// the push of the results behind it.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "throughline/connection.h"
#include "throughline/district_clock.h"

namespace throughline::demo {

class DemoWatch {
 public:
  DemoWatch(const std::string& district, Connection& connection);
  ~DemoWatch();

  // A push begins whose results are of this moment of the simulated time.
  void Pushing(core::Instant simulated);
  // Milliseconds from push to alert on the stream, each, in no order.
  std::vector<double> Latencies() const;

 private:
  void FollowAlerts();
  void FollowReviews();

  DistrictClock clock_;
  grpc::ClientContext alerts_context_, events_context_;
  std::unique_ptr<grpc::ClientReader<notifications::v1::WatchAlertsResponse>> alerts_;
  std::unique_ptr<grpc::ClientReader<notifications::v1::WatchEventsResponse>> events_;
  mutable std::mutex mutex_;
  std::map<int64_t, std::chrono::steady_clock::time_point> pushed_;
  std::vector<double> latencies_;
  std::jthread alerts_thread_, events_thread_;
};

}  // namespace throughline::demo
