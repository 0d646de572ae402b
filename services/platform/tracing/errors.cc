#include "platform/tracing/errors.h"

#include <fmt/format.h>

namespace throughline::platform {

core::Error TracesAddressInvalid(const std::string& address) {
  return {core::Code::kInvalidArgument, "TRACES_ADDRESS_INVALID",
          fmt::format("{} is no address that traces could be sent to: grpc://host:port, or "
                      "http(s)://host:port/v1/traces.",
                      address),
          "traces"};
}

}  // namespace throughline::platform
