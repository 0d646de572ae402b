// Spans as OTLP says them. Pure.
#pragma once

#include <string>
#include <vector>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "runtime/tracer.h"

namespace throughline::platform {

namespace otlp = opentelemetry::proto::collector::trace::v1;

// Of which program the spans are.
struct TracedProgram {
  std::string name;      // throughline-evidence
  std::string instance;  // unique to the process
  std::string version;
};

otlp::ExportTraceServiceRequest ToOtlp(const TracedProgram& program,
                                       const std::vector<runtime::Span>& spans);

}  // namespace throughline::platform
