#include "gateway/door/public_address.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <utility>

#include "gateway/door/errors.h"

namespace throughline::gateway {

namespace {

constexpr size_t kHostAtMost = 255;
constexpr std::string_view kDigits = "0123456789";

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kHostAtMost && IsAlphanumeric(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool IsPort(std::string_view port) {
  return !port.empty() && port.size() <= 5 && port.find_first_not_of(kDigits) == port.npos &&
         std::stoul(std::string(port)) <= 65535;
}

// Host and port; the brackets of an IPv6 address are part of the host.
std::pair<std::string_view, std::string_view> Split(std::string_view text) {
  const size_t from = text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0;
  const size_t colon = std::min(text.find(':', from), text.size());
  return {text.substr(0, colon), text.substr(colon)};
}

std::string WithoutSlash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

std::string OriginOfUrl(std::string_view url) {
  constexpr std::pair<std::string_view, std::string_view> kPorts[] = {{"https://", ":443"},
                                                                      {"http://", ":80"}};
  for (const auto& [scheme, port] : kPorts) {
    if (!url.starts_with(scheme)) continue;
    std::string_view origin = url.substr(0, url.find('/', scheme.size()));
    if (origin.ends_with(port)) origin.remove_suffix(port.size());
    return std::string(origin);
  }
  return "";
}

}  // namespace

bool IsHost(std::string_view text) {
  const auto [host, port] = Split(text);
  if (!port.empty() && !IsPort(port.substr(1))) return false;
  if (!host.starts_with('[')) return IsName(host);
  return host.size() > 3 && host.size() < 48 && host.ends_with(']') &&
         host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == host.npos;
}

bool IsThisMachine(std::string_view text) {
  if (!IsHost(text)) return false;
  const std::string_view host = Split(text).first;
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

bool IsPublicUrl(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::string_view path = text.substr(std::min(text.find('/'), text.size()));
    return IsHost(text.substr(0, text.size() - path.size())) &&
           std::all_of(path.begin(), path.end(), [](char c) {
             return IsAlphanumeric(c) ||
                    std::string_view("/-._~").find(c) != std::string_view::npos;
           });
  }
  return false;
}

PublicAddress::PublicAddress(Options options)
    : options_{WithoutSlash(std::move(options.url)), std::move(options.listen), options.secure,
               options.open},
      origin_(OriginOfUrl(options_.url)) {}

bool PublicAddress::IsOwn(std::string_view host) const {
  if (IsThisMachine(host)) return true;
  const std::string_view own = Split(options_.listen).first;
  // The wildcard address is not one that clients can connect to.
  return own != "0.0.0.0" && own != "[::]" && boost::algorithm::iequals(own, Split(host).first);
}

core::Result<std::string> PublicAddress::Of(const platform::http::Request& request) const {
  const std::string_view host = request.Header("host");
  if (options_.open && !IsThisMachine(host)) return core::Refuse(HostRefused());
  if (!options_.url.empty()) return options_.url;
  if (!IsHost(host)) return core::Refuse(HostInvalid());
  if (!IsOwn(host)) return core::Refuse(HostUnknown());
  return (options_.secure ? "https://" : "http://") + std::string(host);
}

core::Result<std::string> PublicAddress::OfPath(const platform::http::Request& request) const {
  auto address = Of(request);
  if (!address && address.error().reason == HostUnknown().reason) return std::string();
  return address;
}

}  // namespace throughline::gateway
