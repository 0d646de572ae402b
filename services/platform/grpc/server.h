// The process's gRPC server: the services that are given to it, health and, when asked for,
// reflection; limits.
//
// Health is said of the whole (the empty name) and of every service by its name: NOT_SERVING until
// SetServing says otherwise. Calls are answered whatever health says. Health and reflection are
// answered without a credential, to every client that TLS admits. A connection that says nothing,
// or is not used any more, is closed. With `client_ca_file`, a client that shows no certificate of
// that authority gets no connection at all.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace throughline::platform {

// All empty: no TLS. Files are PEM, and are read again when they change: renew a certificate and
// its key by putting both in place in one step (a rename of their folder, a symbolic link).
struct ServerCredentials {
  std::string certificate_file = {};  // with those it rests on
  std::string key_file = {};
  std::string client_ca_file = {};  // who signs clients' certificates; empty: clients need none
  int look_every_s = 60;            // how often the files are looked at
};

// Of a request; the largest batches that services take are well under 1 MiB.
inline constexpr int kLargestRequest = 4 << 20;

struct GrpcOptions {
  // Whether it describes its services, for tools such as grpcurl.
  bool reflection = false;
  // Of TLS and HTTP/2; who has not begun by then is gone.
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(15);
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);  // without a call
  // How often a client that has calls open is asked whether it is still there, and how long its
  // answer may take.
  std::chrono::milliseconds ping_every = std::chrono::minutes(1);
  std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
  // Clients that ping more often than this, or without a call, are disconnected.
  std::chrono::milliseconds pinged_at_most_every = std::chrono::seconds(30);
};

class GrpcServer {
 public:
  // Serves `services` (which must outlive this) on `address` (host:port; port 0 takes a free one).
  // An empty address serves in-process channels only. TLS_FILE_UNUSABLE names a file that cannot be
  // used.
  static core::Result<std::unique_ptr<GrpcServer>> Start(
      const std::string& address, const std::vector<grpc::Service*>& services,
      const ServerCredentials& credentials = {}, const GrpcOptions& options = {});
  ~GrpcServer();

  int port() const { return port_; }
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // What health says from now on.
  void SetServing(bool serving);
  // Whether a call from this process is answered in time; it waits so long at most. Not from a
  // thread of the server's.
  bool Answers(std::chrono::milliseconds within);
  // Health says NOT_SERVING; calls under way have until the deadline, then they are cancelled.
  void Stop(std::chrono::milliseconds grace);

 private:
  GrpcServer() = default;
  // Says UNIMPLEMENTED, and makes gRPC start a server that has no other service.
  grpc::CallbackGenericService unknown_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> names_;  // of the services
  int port_ = 0;
};

}  // namespace throughline::platform
