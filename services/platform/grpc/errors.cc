#include "platform/grpc/errors.h"

namespace throughline::platform {

core::Error PageInvalid() {
  return {core::Code::kInvalidArgument, "PAGE_INVALID",
          "A list needs a district, and a page_size from 0 to 1000.", "page_size"};
}

core::Error PageTokenInvalid() {
  return {core::Code::kInvalidArgument, "PAGE_TOKEN_INVALID",
          "page_token is not from this list. Leave it empty to start from the beginning.",
          "page_token"};
}

}  // namespace throughline::platform
