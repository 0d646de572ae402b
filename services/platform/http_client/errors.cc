#include "platform/http_client/errors.h"

#include <string>

namespace throughline::platform {

core::Error NetworkInvalid(std::string_view network) {
  return {core::Code::kInvalidArgument, "NETWORK_INVALID",
          std::string(network) + " is no network, such as 10.1.0.0/16 or fd00::/8.", ""};
}

}  // namespace throughline::platform
