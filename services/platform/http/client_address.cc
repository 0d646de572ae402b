#include "platform/http/client_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <optional>

namespace throughline::platform::http {

namespace {

using boost::asio::ip::address;

// With or without a port, as 192.0.2.1:4711 or [2001:db8::1]:4711; nullopt for anything else.
std::optional<address> AddressIn(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const address found = boost::asio::ip::make_address(std::string(text), error);
  return error ? std::nullopt : std::optional(found);
}

}  // namespace

std::string ClientBehind(const std::vector<Network>& proxies, const std::string& peer,
                         std::string_view forwarded_for) {
  const auto is_proxy = [&](const address& one) {
    return std::any_of(proxies.begin(), proxies.end(),
                       [&](const Network& network) { return network.Has(one); });
  };
  std::string client = peer;
  std::optional<address> last = AddressIn(peer);
  while (last && is_proxy(*last) && !forwarded_for.empty()) {
    const size_t comma = forwarded_for.rfind(',');
    const size_t begin = comma == forwarded_for.npos ? 0 : comma + 1;
    last = AddressIn(forwarded_for.substr(begin));
    if (last) client = last->to_string();
    forwarded_for = forwarded_for.substr(0, comma == forwarded_for.npos ? 0 : comma);
  }
  return client;
}

}  // namespace throughline::platform::http
