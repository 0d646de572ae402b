// The way of a client to a server: plain or TLS, and the credential that goes with every call.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace throughline::platform {

// Certificates and keys are read again when their files change, and shown at the next connect.
struct ChannelOptions {
  std::string address = {};           // host:port
  std::string authority_file = {};    // PEM of who signs the server's certificate; empty: no TLS
  std::string certificate_file = {};  // PEM of the client's own, with the key; empty: it shows none
  std::string key_file = {};
  // A file with a bearer token, read again with every call, so that it may be renewed meanwhile.
  // Empty: calls carry none.
  std::string token_file = {};
  int look_every_s = 60;  // how often the files are looked at
};

// The token in a file, without the blanks around it; empty when there is none that could be sent.
std::string TokenIn(const std::string& file);

// host:port, where every service is; or of services apart: plans=host:port,evidence=…. The address
// of each of `services`; ADDRESSES_WRONG when one is missing or another is named.
core::Result<std::map<std::string, std::string>> AddressesOf(
    const std::string& connect, const std::vector<std::string>& services);

// Does not wait until it is connected. TLS_FILE_UNUSABLE or TOKEN_FILE_UNUSABLE names the file;
// TOKEN_UNPROTECTED when a token would go over an open network: without TLS it goes to this machine
// only.
core::Result<std::shared_ptr<grpc::Channel>> OpenChannel(const ChannelOptions& options,
                                                         const grpc::ChannelArguments& arguments);

}  // namespace throughline::platform
