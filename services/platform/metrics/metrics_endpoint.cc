#include "platform/metrics/metrics_endpoint.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "platform/http/routes.h"
#include "platform/http/server.h"

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
