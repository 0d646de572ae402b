// How the rounds of a probe went, for Prometheus. Thread-safe.
#pragma once

#include <atomic>
#include <vector>

#include "core/result.h"
#include "platform/metrics/labelled.h"

namespace throughline {

class ProbeRecord {
 public:
  // What a round gave, and when, seconds since 1970.
  void Note(const core::Result<double>& took, double now_s);
  void AppendTo(std::vector<platform::Reading>& readings) const;

 private:
  platform::LabelledCounter rounds_{platform::MetricNamed("throughline_probe_rounds_total")};
  runtime::Histogram seconds_;
  std::atomic<double> last_success_s_{0};
  std::atomic<bool> succeeded_{false};
};

}  // namespace throughline
