#include "platform/tracing/tracing.h"

#include <uuid/uuid.h>

#include <utility>

#include "platform/metrics/build_info.h"
#include "platform/tracing/receivers.h"

namespace throughline::platform {

namespace {

std::string NewInstance() {
  uuid_t bytes;
  uuid_generate_random(bytes);
  char text[37];
  uuid_unparse_lower(bytes, text);
  return text;
}

}  // namespace

core::Result<std::unique_ptr<Traces>> Traces::Open(const TracesOptions& options,
                                                   const std::string& program) {
  if (options.address.empty()) return nullptr;
  auto receiver = ReceiverAt(options.address);
  if (!receiver) return core::Refuse(receiver.error());
  return std::unique_ptr<Traces>(
      new Traces(*std::move(receiver), {program, NewInstance(), BuildVersion()}, options.sampling));
}

Traces::Traces(std::unique_ptr<SpanReceiver> receiver, TracedProgram program, Sampling sampling)
    : exporter_(std::move(receiver), std::move(program)),
      tracer_(sampling, ids_, [this](runtime::Span span) { exporter_.Add(std::move(span)); }) {}

}  // namespace throughline::platform
