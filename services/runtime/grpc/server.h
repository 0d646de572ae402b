// The process's gRPC server: the services that are given to it, health and reflection, limits.
//
// Health and reflection are answered without a credential, to whoever gets through TLS. With
// `client_ca_file`, a client that shows no certificate of that authority gets no connection at all.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace throughline::runtime {

// All empty: no TLS. Files are PEM, and are read again when they change: renew a certificate and
// its key by putting both in place in one step (a rename of their folder, a symbolic link).
struct ServerCredentials {
  std::string certificate_file = {};  // with those it rests on
  std::string key_file = {};
  std::string client_ca_file = {};  // who signs clients' certificates; empty: clients need none
  int look_every_s = 60;            // how often the files are looked at
};

class GrpcServer {
 public:
  // Serves `services` (which must outlive this) on `address` (host:port; port 0 takes a free one).
  // An empty address serves in-process channels only. TLS_FILE_UNUSABLE names a file that cannot be
  // used.
  static core::Result<std::unique_ptr<GrpcServer>> Start(
      const std::string& address, const std::vector<grpc::Service*>& services,
      const ServerCredentials& credentials = {});
  ~GrpcServer();

  int port() const { return port_; }
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // Health says NOT_SERVING; calls under way have until the deadline, then they are cancelled.
  void Stop(std::chrono::milliseconds grace);

 private:
  GrpcServer() = default;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace throughline::runtime
