#include "runtime/tracer.h"

namespace throughline::runtime {

namespace {
thread_local core::TraceContext current;
}

const core::TraceContext& CurrentTrace() { return current; }

WithTrace::WithTrace(const core::TraceContext& context) : before_(current) { current = context; }
WithTrace::~WithTrace() { current = before_; }

}  // namespace throughline::runtime
