// Counters and histograms that have a value for each combination of labels that has come up. There
// are to be few of these. Thread-safe; for what happens with each call, and not more often.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/metrics/metric.h"

namespace throughline::platform {

class LabelledCounter {
 public:
  explicit LabelledCounter(const Metric* metric) : metric_(metric) {}

  void Add(std::vector<std::string> labels) {
    std::lock_guard lock(mutex_);
    ++counts_[std::move(labels)];
  }
  void AppendTo(std::vector<Reading>& readings) const {
    std::lock_guard lock(mutex_);
    for (const auto& [labels, count] : counts_) {
      readings.push_back({metric_, labels, static_cast<double>(count)});
    }
  }

 private:
  const Metric* const metric_;
  mutable std::mutex mutex_;
  std::map<std::vector<std::string>, int64_t> counts_;
};

class LabelledHistogram {
 public:
  explicit LabelledHistogram(const Metric* metric,
                             std::span<const double> bounds = runtime::kSecondsBounds)
      : metric_(metric), bounds_(bounds) {}

  void Observe(std::vector<std::string> labels, double value) {
    std::lock_guard lock(mutex_);
    std::unique_ptr<runtime::Histogram>& histogram = histograms_[std::move(labels)];
    if (histogram == nullptr) histogram = std::make_unique<runtime::Histogram>(bounds_);
    histogram->Observe(value);
  }
  void AppendTo(std::vector<Reading>& readings) const {
    std::lock_guard lock(mutex_);
    for (const auto& [labels, histogram] : histograms_) {
      readings.push_back({metric_, labels, 0, histogram->Read()});
    }
  }

 private:
  const Metric* const metric_;
  const std::span<const double> bounds_;
  mutable std::mutex mutex_;
  std::map<std::vector<std::string>, std::unique_ptr<runtime::Histogram>> histograms_;
};

}  // namespace throughline::platform
