// What the services of a process did, and what other parts of it say of themselves, for Prometheus
// to read over HTTP at /metrics. Counts only: no district, school or student is in a metric.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/service.h"

namespace throughline::platform {

// One number of a part that is no service.
struct Reading {
  enum class Kind { kCounter, kGauge };
  const char* name;
  const char* help;
  Kind kind;
  int64_t value;
};
// Asked at every scrape, by a thread of the endpoint's.
using Readings = std::function<std::vector<Reading>()>;

class MetricsEndpoint {
 public:
  // Serves on `address` (host:port; port 0 takes a free one) until destroyed; the services, and
  // what `more` looks at, must outlive it. CANNOT_LISTEN when the address is in use.
  static core::Result<std::unique_ptr<MetricsEndpoint>> Start(
      const std::string& address, const std::vector<runtime::Service*>& services,
      Readings more = nullptr);
  ~MetricsEndpoint();

  int port() const;

 private:
  struct Parts;
  explicit MetricsEndpoint(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::platform
