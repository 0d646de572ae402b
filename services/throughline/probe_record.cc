#include "throughline/probe_record.h"

namespace throughline {

namespace {

const char* EndOf(const core::Result<double>& took) {
  if (took) return "seen";
  return took.error().reason == "PROBE_LATE" ? "late" : "refused";
}

}  // namespace

void ProbeRecord::Note(const core::Result<double>& took, double now_s) {
  rounds_.Add({EndOf(took)});
  succeeded_ = took.has_value();
  if (!took) return;
  seconds_.Observe(*took);
  last_success_s_ = now_s;
}

void ProbeRecord::AppendTo(std::vector<platform::Reading>& readings) const {
  rounds_.AppendTo(readings);
  readings.push_back({platform::MetricNamed("throughline_probe_seconds"), {}, 0, seconds_.Read()});
  readings.push_back({platform::MetricNamed("throughline_probe_last_success_timestamp_seconds"),
                      {},
                      last_success_s_.load()});
  readings.push_back(
      {platform::MetricNamed("throughline_probe_success"), {}, succeeded_ ? 1.0 : 0.0});
}

}  // namespace throughline
