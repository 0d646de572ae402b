// Every metric there is: its name, kind, labels and meaning, said once. What is exposed refers to
// them, and README.md has the same list; a test compares the two.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/histogram.h"

namespace throughline::platform {

struct Metric {
  enum class Kind { kCounter, kGauge, kHistogram };
  std::string_view name;
  Kind kind;
  std::string_view labels;  // names, after commas
  std::string_view help;
};

inline constexpr auto kCounter = Metric::Kind::kCounter;
inline constexpr auto kGauge = Metric::Kind::kGauge;
inline constexpr auto kHistogram = Metric::Kind::kHistogram;

// clang-format off
inline constexpr Metric kMetrics[] = {
    {"throughline_build_info", kGauge, "version,revision",
     "Always 1; the labels say which program this is."},
    {"process_cpu_seconds_total", kCounter, "",
     "Processor time of the process, user and system."},
    {"process_start_time_seconds", kGauge, "",
     "When the process began, since 1970."},
    {"process_resident_memory_bytes", kGauge, "",
     "Memory of the process that is in RAM."},
    {"process_virtual_memory_bytes", kGauge, "",
     "Address space of the process."},
    {"process_open_fds", kGauge, "",
     "Open file descriptors."},
    {"process_max_fds", kGauge, "",
     "How many file descriptors may be open."},
    {"process_threads", kGauge, "",
     "Threads of the process."},
    {"throughline_inputs_total", kCounter, "service",
     "Commands, facts and timers decided on."},
    {"throughline_events_total", kCounter, "service",
     "Events published."},
    {"throughline_commits_total", kCounter, "service",
     "Commits to the store."},
    {"throughline_duplicates_total", kCounter, "service",
     "Records dropped by the sequence check."},
    {"throughline_set_aside_total", kCounter, "service",
     "Inputs that could not be understood."},
    {"throughline_gaps_total", kCounter, "service",
     "Times that consumption stopped at a gap. Any is an alarm."},
    {"throughline_take_overs_total", kCounter, "service",
     "Partitions taken over."},
    {"throughline_partitions_lost_total", kCounter, "service",
     "Partitions dropped after an error."},
    {"throughline_partitions_owned", kGauge, "service",
     "Partitions assigned to this process."},
    {"throughline_partitions_running", kGauge, "service",
     "Partitions that this process runs."},
    {"throughline_partitions_failing", kGauge, "service",
     "Partitions that are not running because of an error."},
    {"throughline_seconds_behind", kGauge, "service,partition",
     "Age of the oldest input that is not handled yet; 0 when caught up."},
    {"throughline_outbox_age_seconds", kGauge, "service",
     "Age of the oldest commit whose events are not published yet; 0 without one."},
    {"throughline_callers_waiting", kGauge, "service",
     "Commands whose callers wait for an answer."},
    {"throughline_batch_inputs", kHistogram, "service",
     "Inputs of a batch."},
    {"throughline_batch_events", kHistogram, "service",
     "Events of a batch."},
    {"throughline_decide_seconds", kHistogram, "service",
     "Reading a batch and deciding on it."},
    {"throughline_commit_seconds", kHistogram, "service",
     "Committing a batch to the store."},
    {"throughline_publish_seconds", kHistogram, "service",
     "Publishing a batch's events and deliveries to the log."},
    {"throughline_hop_seconds", kHistogram, "service",
     "From noticing the first input of a batch until its events are published."},
    {"throughline_received_to_published_seconds", kHistogram, "service,origin",
     "From receiving a command until an event that it set off is published."},
    {"throughline_received_to_streamed_seconds", kHistogram, "origin",
     "From receiving a command until an event that it set off is written to a reader of a "
     "stream who is up to date."},
    {"throughline_received_to_delivered_seconds", kHistogram, "",
     "From receiving what raised an alert until a webhook has taken its first notification; "
     "includes the time that alerts wait for others."},
    {"throughline_streams_open", kGauge, "",
     "Open streams of events."},
    {"throughline_stream_messages_total", kCounter, "",
     "Messages written to readers of streams."},
    {"throughline_streams_ended_slow_total", kCounter, "",
     "Streams that were ended because their reader took nothing."},
    {"throughline_deliveries_total", kCounter, "channel,outcome",
     "Attempts to deliver, by how they ended."},
    {"throughline_delivery_seconds", kHistogram, "channel",
     "Duration of an attempt to deliver."},
    {"throughline_deliveries_under_way", kGauge, "",
     "Attempts to deliver that have not ended, or are not recorded yet."},
    {"throughline_quarantined_results", kGauge, "",
     "Results in quarantine, in the partitions that this process runs; up to half a minute "
     "old."},
    {"throughline_grpc_calls_total", kCounter, "rpc_service,kind,code",
     "Calls answered, by gRPC status code."},
    {"throughline_grpc_call_seconds", kHistogram, "rpc_service,kind",
     "Duration of calls, but for streams."},
    {"throughline_http_requests_total", kCounter, "group,status",
     "HTTP requests answered, by class of the status."},
    {"throughline_http_request_seconds", kHistogram, "group",
     "Duration of HTTP requests, but for streams."},
    {"throughline_http_connections", kGauge, "",
     "Open HTTP connections."},
    {"throughline_clock_doubtful", kGauge, "",
     "Whether the machine's clock is not believed: 1, or 0."},
    {"throughline_journal_failing", kGauge, "",
     "Whether the journal cannot be written, or its disk is full: 1, or 0."},
    {"throughline_edfi_records_total", kCounter, "",
     "Records of Ed-Fi's topic that evidence has answered."},
    {"throughline_edfi_left_behind_total", kCounter, "",
     "Records, assessments and results of Ed-Fi's topic that cannot be used; see the log."},
    {"throughline_edfi_records_waiting", kGauge, "",
     "Records of Ed-Fi's topic that are still to come."},
    {"throughline_edfi_reading", kGauge, "",
     "Whether Ed-Fi's topic can be read now: 1, or 0."},
    {"throughline_spans_exported_total", kCounter, "",
     "Spans that the receiver of traces took."},
    {"throughline_spans_dropped_total", kCounter, "reason",
     "Spans that were given up."},
    {"throughline_spans_waiting", kGauge, "",
     "Spans that wait to be exported."},
    {"throughline_probe_rounds_total", kCounter, "end",
     "Synthetic results that were pushed, by what became of them."},
    {"throughline_probe_seconds", kHistogram, "",
     "From pushing a synthetic result until a reader of the stream has its event."},
    {"throughline_probe_success", kGauge, "",
     "Whether the event of the last synthetic result was seen: 1, or 0."},
    {"throughline_probe_last_success_timestamp_seconds", kGauge, "",
     "When the event of a synthetic result was last seen, since 1970; 0: never."},
};
// clang-format on

// The metric of that name; to name another does not compile.
consteval const Metric* MetricNamed(std::string_view name) {
  for (const Metric& metric : kMetrics) {
    if (metric.name == name) return &metric;
  }
  throw "there is no such metric";
}

// What a metric stands at, for one combination of its labels' values.
struct Reading {
  const Metric* metric;
  std::vector<std::string> labels;  // their values, in order
  double value = 0;                 // of a counter or gauge
  std::optional<runtime::Histogram::Reading> histogram = std::nullopt;
};

}  // namespace throughline::platform
