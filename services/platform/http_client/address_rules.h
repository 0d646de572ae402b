// Which addresses may be connected to on behalf of somebody else: those of the public internet, and
// networks that the configuration names. Asked with the resolved address when a connection is made,
// so that no name, redirect or second look-up leads around it. A plain value; thread-safe.
#pragma once

#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace throughline::platform {

// IPv6, and IPv4 in its mapped form (::ffff:a.b.c.d).
using AddressBytes = std::array<unsigned char, 16>;

// Addresses with the same first bits.
class Network {
 public:
  // "10.0.0.0/8", "fd00::/8"; without a length one address. NETWORK_INVALID otherwise.
  static core::Result<Network> Parse(std::string_view text);
  bool Contains(const AddressBytes& address) const;

 private:
  AddressBytes first_{};
  int bits_ = 0;
};

class AddressRules {
 public:
  // The public internet.
  AddressRules() = default;
  // And these networks.
  static core::Result<AddressRules> Allowing(const std::vector<std::string>& networks);

  // Refused are loopback, private, link-local, unique local, carrier-grade, multicast, reserved and
  // documentation addresses; those that lead elsewhere by their form (NAT64, 6to4, Teredo, mapped);
  // and every family but IPv4 and IPv6.
  bool Allows(const sockaddr& address) const;

 private:
  std::vector<Network> allowed_;
};

}  // namespace throughline::platform
