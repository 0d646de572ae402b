// The traces of a program: sampled, and sent to a receiver of OTLP. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "platform/tracing/sampling_tracer.h"
#include "platform/tracing/span_exporter.h"

namespace throughline::platform {

struct TracesOptions {
  std::string address = {};  // empty: nothing is traced
  Sampling sampling = {};
};

class Traces {
 public:
  // `program` is its name, such as throughline-evidence. Null when nothing is traced;
  // TRACES_ADDRESS_INVALID.
  static core::Result<std::unique_ptr<Traces>> Open(const TracesOptions& options,
                                                    const std::string& program);

  // It outlives whatever is traced.
  runtime::Tracer& tracer() { return tracer_; }
  void AppendTo(std::vector<Reading>& readings) const { exporter_.AppendTo(readings); }

 private:
  Traces(std::unique_ptr<SpanReceiver> receiver, TracedProgram program, Sampling sampling);

  RandomIds ids_;
  SpanExporter exporter_;
  SamplingTracer tracer_;
};

}  // namespace throughline::platform
