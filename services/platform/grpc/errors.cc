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

core::Error TextNotUtf8(std::string_view field) {
  return {core::Code::kInvalidArgument, "TEXT_NOT_UTF8",
          "The text of " + std::string(field) + " is not UTF-8, so nothing was sent.",
          std::string(field)};
}

}  // namespace throughline::platform
