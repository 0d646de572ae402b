// What the services of a process did, and what other parts of it say of themselves, for Prometheus
// to read over HTTP at /metrics (README.md lists them); and whether the process lives and is ready,
// for probes at /livez and /readyz. Counts only: no district, school or student is in a metric, nor
// in what a probe is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "platform/metrics/metric.h"
#include "runtime/service.h"

namespace throughline::platform {

// Asked at every scrape, by a thread of the endpoint's.
using Readings = std::function<std::vector<Reading>()>;

// What probes are told: why not, a sentence each; empty: yes. Asked by a thread of the endpoint's,
// and answered at once; null: yes.
struct Probes {
  using Issues = std::function<std::vector<std::string>()>;
  Issues liveness = nullptr;
  Issues readiness = nullptr;
};

class MetricsEndpoint {
 public:
  // Serves on `address` (host:port; port 0 takes a free one) until destroyed; the services, and
  // what `more` and `probes` look at, must outlive it. LISTEN_REFUSED when the address is in use.
  static core::Result<std::unique_ptr<MetricsEndpoint>> Start(
      const std::string& address, const std::vector<runtime::Service*>& services,
      Readings more = nullptr, Probes probes = {});
  ~MetricsEndpoint();

  int port() const;

 private:
  struct Parts;
  explicit MetricsEndpoint(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::platform
