#include "runtime/redis/address.h"

#include <charconv>

#include "runtime/redis/errors.h"

namespace throughline::runtime::redis {

std::string Address::Text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

core::Result<Address> ParseAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return core::Refuse(RedisAddressInvalid(text));
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return core::Refuse(RedisAddressInvalid(text));
  }
  Address address{std::string(host), 0};
  const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (host.empty() || read.ec != std::errc() || read.ptr != port.data() + port.size() ||
      address.port < 1 || address.port > 65535) {
    return core::Refuse(RedisAddressInvalid(text));
  }
  return address;
}

}  // namespace throughline::runtime::redis
