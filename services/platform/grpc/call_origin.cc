#include "platform/grpc/call_origin.h"

#include <algorithm>

namespace throughline::platform {

namespace {

constexpr size_t kLongestAddress = 64;

// The only value of the metadata; empty when there is none, or more.
std::string_view OnlyValue(const grpc::ServerContextBase& context, const char* key) {
  const auto [first, last] = context.client_metadata().equal_range(key);
  if (first == last || std::next(first) != last) return {};
  return {first->second.data(), first->second.size()};
}

bool IsAddress(std::string_view text) {
  return !text.empty() && text.size() <= kLongestAddress &&
         text.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string_view::npos;
}

bool IsThisMachine(std::string_view address) {
  return address.empty() || address.starts_with("127.") || address == "::1";
}

}  // namespace

std::string AddressOfPeer(std::string_view peer) {
  const size_t scheme = peer.find(':');
  const std::string_view kind = peer.substr(0, scheme);
  if (scheme == std::string_view::npos || (kind != "ipv4" && kind != "ipv6")) return "";
  std::string_view address = peer.substr(scheme + 1);
  address = address.substr(0, address.rfind(':'));
  // gRPC writes an IPv6 address in brackets, which it may escape.
  for (const std::string_view open : {"%5B", "["}) {
    if (address.starts_with(open)) address.remove_prefix(open.size());
  }
  for (const std::string_view closed : {"%5D", "]"}) {
    if (address.ends_with(closed)) address.remove_suffix(closed.size());
  }
  return std::string(address);
}

std::string_view TraceParentOf(const grpc::ServerContextBase& context) {
  return OnlyValue(context, kTraceParentKey);
}

CallOrigin OriginOf(const grpc::ServerContextBase& context, std::string method) {
  CallOrigin origin{.method = std::move(method),
                    .address = AddressOfPeer(context.peer()),
                    .trace_id = TraceIdOf(OnlyValue(context, kTraceParentKey))};
  const std::string_view client = OnlyValue(context, kClientAddressKey);
  if (IsThisMachine(origin.address) && IsAddress(client)) origin.address = client;
  return origin;
}

}  // namespace throughline::platform
