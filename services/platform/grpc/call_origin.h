// Where a call comes from, for the audit trail.
//
// A gateway says for whom it calls in the metadata `throughline-client-address`. That is believed
// of what runs in this process or on this machine, and of addresses that are configured to be
// gateways; of everybody else their own address counts.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>
#include <string_view>

#include "platform/access/on_record.h"

namespace throughline::platform {

inline constexpr char kClientAddressKey[] = "throughline-client-address";
inline constexpr char kTraceParentKey[] = "traceparent";

// Of "ipv4:127.0.0.1:7400" the address; empty of a call within the process.
std::string AddressOfPeer(std::string_view peer);

// The header `traceparent` that came with a call; empty when there is none, or more than one.
std::string_view TraceParentOf(const grpc::ServerContextBase& context);

CallOrigin OriginOf(const grpc::ServerContextBase& context, std::string method);

}  // namespace throughline::platform
