#include "platform/metrics/metrics_endpoint.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <limits>
#include <map>

#include "platform/http/routes.h"
#include "platform/http/server.h"
#include "platform/metrics/process_readings.h"
#include "platform/metrics/service_readings.h"
#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

std::vector<std::string> NamesIn(std::string_view labels) {
  std::vector<std::string> names;
  while (!labels.empty()) {
    const size_t comma = std::min(labels.find(','), labels.size());
    names.emplace_back(labels.substr(0, comma));
    labels.remove_prefix(std::min(comma + 1, labels.size()));
  }
  return names;
}

prometheus::MetricType TypeOf(const Metric& metric) {
  switch (metric.kind) {
    case Metric::Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Metric::Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case Metric::Kind::kHistogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

void SetHistogram(const runtime::Histogram::Reading& reading,
                  prometheus::ClientMetric::Histogram& histogram) {
  uint64_t cumulative = 0;
  for (size_t i = 0; i < reading.counts.size(); ++i) {
    cumulative += reading.counts[i];
    const bool last = i == reading.bounds.size();
    histogram.bucket.push_back(
        {cumulative, last ? std::numeric_limits<double>::infinity() : reading.bounds[i]});
  }
  histogram.sample_count = cumulative;
  histogram.sample_sum = reading.sum;
}

prometheus::ClientMetric ToPrometheus(const Reading& reading,
                                      const std::vector<std::string>& names) {
  prometheus::ClientMetric one;
  for (size_t i = 0; i < names.size() && i < reading.labels.size(); ++i) {
    one.label.push_back({names[i], reading.labels[i]});
  }
  one.counter.value = one.gauge.value = reading.value;
  if (reading.histogram) SetHistogram(*reading.histogram, one.histogram);
  return one;
}

class Collector : public prometheus::Collectable {
 public:
  Collector(std::vector<runtime::Service*> services, Readings more)
      : services_(std::move(services)), more_(std::move(more)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    runtime::Guarded("metrics", [&] { families = Families(); });
    return families;
  }

 private:
  std::vector<prometheus::MetricFamily> Families() const {
    std::vector<Reading> readings = ProcessReadings();
    for (const runtime::Service* service : services_) AppendReadings(*service, readings);
    if (more_) {
      std::vector<Reading> more = more_();
      std::move(more.begin(), more.end(), std::back_inserter(readings));
    }
    std::map<const Metric*, std::vector<const Reading*>> by_metric;
    for (const Reading& reading : readings) by_metric[reading.metric].push_back(&reading);
    std::vector<prometheus::MetricFamily> families;
    for (const auto& [metric, its] : by_metric) {
      prometheus::MetricFamily& family = families.emplace_back();
      family.name = metric->name;
      family.help = metric->help;
      family.type = TypeOf(*metric);
      const std::vector<std::string> names = NamesIn(metric->labels);
      for (const Reading* reading : its) family.metric.push_back(ToPrometheus(*reading, names));
    }
    return families;
  }

  const std::vector<runtime::Service*> services_;
  const Readings more_;
};

constexpr size_t kConnectionsAtMost = 64;
constexpr std::chrono::milliseconds kGrace(500);

http::Response Text(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

http::Response Refused(const http::Request&, int status) {
  return Text(status, status == 404 ? "There is /metrics, /livez and /readyz.\n" : "");
}

http::Response Answer(const Probes::Issues& probe) {
  const std::vector<std::string> issues = probe ? probe() : std::vector<std::string>();
  if (issues.empty()) return Text(200, "ok\n");
  std::string body;
  for (const std::string& issue : issues) body += issue + "\n";
  return Text(503, std::move(body));
}

http::Response Scrape(const Collector& collector) {
  http::Response page = Text(200, prometheus::TextSerializer().Serialize(collector.Collect()));
  page.headers.front().second = "text/plain; version=0.0.4; charset=utf-8";
  return page;
}

}  // namespace

// Leaves first; what is declared later is destroyed earlier.
struct MetricsEndpoint::Parts {
  Parts(const std::vector<runtime::Service*>& services, Readings more, Probes asked)
      : collector(services, std::move(more)), probes(std::move(asked)) {
    routes.Add("GET", "/metrics", [this](http::Exchange&) -> http::Task<http::Response> {
      co_return Scrape(collector);
    });
    routes.Add("GET", "/livez", [this](http::Exchange&) -> http::Task<http::Response> {
      co_return Answer(probes.liveness);
    });
    routes.Add("GET", "/readyz", [this](http::Exchange&) -> http::Task<http::Response> {
      co_return Answer(probes.readiness);
    });
  }

  const Collector collector;
  const Probes probes;
  http::Routes routes{Refused};
  std::unique_ptr<http::Server> server;
};

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MetricsEndpoint::~MetricsEndpoint() { parts_->server->Stop(kGrace); }

core::Result<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, const std::vector<runtime::Service*>& services, Readings more,
    Probes probes) {
  auto parts = std::make_unique<Parts>(services, std::move(more), std::move(probes));
  http::ServerOptions options;
  options.listen = address;
  options.threads = 1;
  options.connections_at_most = kConnectionsAtMost;
  auto server = http::Server::Start(
      options,
      [routes = &parts->routes](http::Exchange& exchange,
                                http::Request& request) -> http::Task<http::Response> {
        if (!http::ReadTarget(request)) co_return Refused(request, 400);
        co_return co_await routes->Serve(exchange, request);
      });
  if (!server) return core::Refuse(server.error());
  parts->server = std::move(*server);
  return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(parts)));
}

int MetricsEndpoint::port() const { return parts_->server->port(); }

}  // namespace throughline::platform
