// Receivers of OTLP: over gRPC, and over HTTP with protobuf.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "platform/tracing/span_exporter.h"

namespace throughline::platform {

// By its address: grpc://host:port, or http(s)://host:port/v1/traces. TRACES_ADDRESS_INVALID when
// it is neither.
core::Result<std::unique_ptr<SpanReceiver>> ReceiverAt(const std::string& address);

}  // namespace throughline::platform
