#include "platform/http_client/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "platform/http_client/errors.h"

namespace throughline::platform {

using core::Result;

namespace {

constexpr AddressBytes kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
constexpr int kMappedBits = 96;

// IANA's special-purpose registries: what is not reachable from everywhere, or is somebody else.
constexpr std::string_view kNotPublic[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "2001::/23",     "2001:db8::/32",   "2002::/16",      "3fff::/20"};
// All that is public in IPv6 is in here.
constexpr std::string_view kGlobalUnicast = "2000::/3";

Network Known(std::string_view text) { return *Network::Parse(text); }

bool IsPublic(const AddressBytes& address, bool v4) {
  static const std::vector<Network> not_public = [] {
    std::vector<Network> networks;
    for (const std::string_view text : kNotPublic) networks.push_back(Known(text));
    return networks;
  }();
  static const Network global = Known(kGlobalUnicast);
  if (!v4 && !global.Contains(address)) return false;
  return std::none_of(not_public.begin(), not_public.end(),
                      [&](const Network& network) { return network.Contains(address); });
}

}  // namespace

Result<Network> Network::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  Network network;
  network.first_ = kMapped;
  int shift = 0;
  int most = 128;
  if (inet_pton(AF_INET, address.c_str(), network.first_.data() + 12) == 1) {
    shift = kMappedBits;
    most = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), network.first_.data()) != 1) {
    return core::Refuse(NetworkInvalid(text));
  }
  int bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (error != std::errc() || end != length.data() + length.size() || bits < 0 || bits > most) {
      return core::Refuse(NetworkInvalid(text));
    }
  }
  network.bits_ = bits + shift;
  return network;
}

bool Network::Contains(const AddressBytes& address) const {
  const int bytes = bits_ / 8;
  if (!std::equal(first_.begin(), first_.begin() + bytes, address.begin())) return false;
  if (bits_ % 8 == 0) return true;
  const auto mask = static_cast<unsigned char>(0xff << (8 - bits_ % 8));
  return ((first_[bytes] ^ address[bytes]) & mask) == 0;
}

Result<AddressRules> AddressRules::Allowing(const std::vector<std::string>& networks) {
  AddressRules rules;
  for (const std::string& text : networks) {
    auto network = Network::Parse(text);
    if (!network) return core::Refuse(network.error());
    rules.allowed_.push_back(*network);
  }
  return rules;
}

bool AddressRules::Allows(const sockaddr& address) const {
  AddressBytes bytes = kMapped;
  const bool v4 = address.sa_family == AF_INET;
  if (v4) {
    sockaddr_in in;
    std::memcpy(&in, &address, sizeof(in));
    std::memcpy(bytes.data() + 12, &in.sin_addr, 4);
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 in6;
    std::memcpy(&in6, &address, sizeof(in6));
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
  } else {
    return false;
  }
  const bool allowed = std::any_of(allowed_.begin(), allowed_.end(),
                                   [&](const Network& network) { return network.Contains(bytes); });
  return allowed || IsPublic(bytes, v4);
}

}  // namespace throughline::platform
