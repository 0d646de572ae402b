#include "platform/metrics/service_readings.h"

#include <string>

namespace throughline::platform {

namespace {

using runtime::Counters;

struct Counted {
  const Metric* metric;
  std::atomic<int64_t> Counters::*count;
};
constexpr Counted kCounted[] = {
    {MetricNamed("throughline_inputs_total"), &Counters::inputs},
    {MetricNamed("throughline_events_total"), &Counters::events},
    {MetricNamed("throughline_commits_total"), &Counters::commits},
    {MetricNamed("throughline_duplicates_total"), &Counters::duplicates},
    {MetricNamed("throughline_set_aside_total"), &Counters::set_aside},
    {MetricNamed("throughline_gaps_total"), &Counters::gaps},
    {MetricNamed("throughline_take_overs_total"), &Counters::take_overs},
    {MetricNamed("throughline_partitions_lost_total"), &Counters::lost},
};

struct Observed {
  const Metric* metric;
  runtime::Histogram Counters::*histogram;
};
constexpr Observed kObserved[] = {
    {MetricNamed("throughline_batch_inputs"), &Counters::batch_inputs},
    {MetricNamed("throughline_batch_events"), &Counters::batch_events},
    {MetricNamed("throughline_decide_seconds"), &Counters::decide_seconds},
    {MetricNamed("throughline_commit_seconds"), &Counters::commit_seconds},
    {MetricNamed("throughline_publish_seconds"), &Counters::publish_seconds},
    {MetricNamed("throughline_hop_seconds"), &Counters::hop_seconds},
};

}  // namespace

void AppendReadings(const runtime::Service& service, std::vector<Reading>& readings) {
  const std::string name(service.name());
  const Counters& counters = service.counters();
  for (const auto& [metric, count] : kCounted) {
    readings.push_back({metric, {name}, static_cast<double>((counters.*count).load())});
  }
  for (const auto& [metric, histogram] : kObserved) {
    readings.push_back({metric, {name}, 0, (counters.*histogram).Read()});
  }
  for (auto& [origin, histogram] : counters.received_to_published.Read()) {
    readings.push_back({MetricNamed("throughline_received_to_published_seconds"),
                        {name, origin},
                        0,
                        std::move(histogram)});
  }
  const auto add = [&](const Metric* metric, double value) {
    readings.push_back({metric, {name}, value});
  };
  add(MetricNamed("throughline_partitions_owned"), service.Owned());
  add(MetricNamed("throughline_partitions_running"), service.Running());
  add(MetricNamed("throughline_partitions_failing"), service.FailingPartitions());
  add(MetricNamed("throughline_outbox_age_seconds"), service.OutboxAge());
  add(MetricNamed("throughline_callers_waiting"), static_cast<double>(service.CallersWaiting()));
  for (const auto& [partition, seconds] : service.SecondsBehind()) {
    readings.push_back(
        {MetricNamed("throughline_seconds_behind"), {name, std::to_string(partition)}, seconds});
  }
}

}  // namespace throughline::platform
