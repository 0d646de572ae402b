// Where a Redis listens: host:port, or [host]:port for an IPv6 address. A plain value.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::runtime::redis {

struct Address {
  std::string host;
  int port = 0;
  std::string Text() const;
};

core::Result<Address> ParseAddress(std::string_view text);

}  // namespace throughline::runtime::redis
