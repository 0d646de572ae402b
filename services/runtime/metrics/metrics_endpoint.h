// What the services of a process did, for Prometheus to read over HTTP at /metrics. Counts only: no
// district, school or student is in a metric.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/service.h"

namespace throughline::runtime {

class MetricsEndpoint {
 public:
  // Serves on `address` (host:port; port 0 takes a free one) until destroyed; the services must
  // outlive it. CANNOT_LISTEN when the address is in use.
  static core::Result<std::unique_ptr<MetricsEndpoint>> Start(
      const std::string& address, const std::vector<Service*>& services);
  ~MetricsEndpoint();

  int port() const;

 private:
  struct Parts;
  explicit MetricsEndpoint(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::runtime
