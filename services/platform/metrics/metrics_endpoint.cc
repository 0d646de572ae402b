#include "platform/metrics/metrics_endpoint.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <stdexcept>

#include "runtime/errors.h"

namespace throughline::platform {

namespace {

struct Metric {
  const char* name;
  const char* help;
  std::atomic<int64_t> runtime::Counters::*count;
};

constexpr Metric kMetrics[] = {
    {"throughline_inputs_total", "Commands, facts and timers decided on.",
     &runtime::Counters::inputs},
    {"throughline_events_total", "Events published.", &runtime::Counters::events},
    {"throughline_commits_total", "Commits to the store.", &runtime::Counters::commits},
    {"throughline_duplicates_total", "Records dropped by the sequence check.",
     &runtime::Counters::duplicates},
    {"throughline_set_aside_total", "Inputs that could not be understood.",
     &runtime::Counters::set_aside},
    {"throughline_gaps_total", "Times that consumption stopped at a gap. Any is an alarm.",
     &runtime::Counters::gaps},
    {"throughline_take_overs_total", "Partitions taken over.", &runtime::Counters::take_overs},
    {"throughline_partitions_lost_total", "Partitions dropped after an error.",
     &runtime::Counters::lost},
};

class Collector : public prometheus::Collectable {
 public:
  Collector(std::vector<runtime::Service*> services, Readings more)
      : services_(std::move(services)), more_(std::move(more)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    AddReadings(families);
    if (services_.empty()) return families;
    for (const Metric& metric : kMetrics) {
      prometheus::MetricFamily& family = families.emplace_back();
      family.name = metric.name;
      family.help = metric.help;
      family.type = prometheus::MetricType::Counter;
      for (const runtime::Service* service : services_) {
        prometheus::ClientMetric& one = family.metric.emplace_back();
        one.label.push_back({"service", std::string(service->name())});
        one.counter.value = static_cast<double>((service->counters().*metric.count).load());
      }
    }
    families.push_back(Gauge("throughline_partitions_running", "Partitions that this process runs.",
                             [](const runtime::Service& service) { return service.Running(); }));
    families.push_back(
        Gauge("throughline_partitions_failing", "Partitions that are not running now.",
              [](const runtime::Service& service) { return service.FailingPartitions(); }));
    return families;
  }

 private:
  void AddReadings(std::vector<prometheus::MetricFamily>& families) const {
    for (const Reading& reading : more_ ? more_() : std::vector<Reading>()) {
      const bool counts = reading.kind == Reading::Kind::kCounter;
      prometheus::MetricFamily& family = families.emplace_back();
      family.name = reading.name;
      family.help = reading.help;
      family.type = counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
      prometheus::ClientMetric& one = family.metric.emplace_back();
      (counts ? one.counter.value : one.gauge.value) = static_cast<double>(reading.value);
    }
  }
  template <class Read>
  prometheus::MetricFamily Gauge(const char* name, const char* help, Read&& read) const {
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = prometheus::MetricType::Gauge;
    for (const runtime::Service* service : services_) {
      prometheus::ClientMetric& one = family.metric.emplace_back();
      one.label.push_back({"service", std::string(service->name())});
      one.gauge.value = static_cast<double>(read(*service));
    }
    return family;
  }

  const std::vector<runtime::Service*> services_;
  const Readings more_;
};

}  // namespace

struct MetricsEndpoint::Parts {
  std::shared_ptr<Collector> collector;
  std::unique_ptr<prometheus::Exposer> exposer;
};

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
MetricsEndpoint::~MetricsEndpoint() = default;

core::Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, const std::vector<runtime::Service*>& services, Readings more) {
  auto parts = std::make_unique<Parts>();
  parts->collector = std::make_shared<Collector>(services, std::move(more));
  try {
    parts->exposer = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception&) {
    return core::Refuse(runtime::CannotListen(address));
  }
  parts->exposer->RegisterCollectable(parts->collector);
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(parts)));
}

int MetricsEndpoint::port() const { return parts_->exposer->GetListeningPorts().front(); }

}  // namespace throughline::platform
