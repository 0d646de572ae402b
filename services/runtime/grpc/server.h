// The process's gRPC server: the services that are given to it, health and reflection, limits.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace throughline::runtime {

class GrpcServer {
 public:
  // Serves `services` (which must outlive this) on `address` (host:port; port 0 takes a free one).
  // An empty address serves in-process channels only.
  static core::Result<std::unique_ptr<GrpcServer>> Start(
      const std::string& address, const std::vector<grpc::Service*>& services);
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
