// An HTTP/1.1 server, plain or TLS: connections, limits and time-outs, and nothing of what is
// asked. Many connections share a few threads.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "platform/http/body_pace.h"
#include "platform/http/exchange.h"

namespace throughline::platform::http {

struct ServerOptions {
  std::string listen;         // host:port; port 0: a free one
  std::string tls_cert = {};  // PEM files, see certificate.h; empty: plain
  std::string tls_key = {};
  std::string tls_client_ca = {};  // of certificates that clients must show; empty: none
  int threads = 2;
  size_t connections_at_most = 10'000;  // the next ones wait to be accepted
  // Of one address (IPv6: of its /64); more are closed at once. Not of those listed, as addresses
  // or networks: proxies, through which many come, and which say of each request from whom it is.
  size_t connections_per_address_at_most = 1'000;
  std::vector<std::string> trusted_proxies = {"127.0.0.0/8", "::1"};
  size_t header_bytes_at_most = 16 << 10;
  size_t body_bytes_at_most = 256 << 20;
  std::chrono::milliseconds header_timeout = std::chrono::seconds(15);
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);     // between requests
  std::chrono::milliseconds silence_timeout = std::chrono::seconds(30);  // within body or answer
  // Of every body, from when it is asked for; what comes more slowly is answered with 408.
  BodyPaceLimits body_pace = {};
  // What the pace is measured with; tests have it go as they like.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  // What to answer to a head that cannot be taken, with this status; null: nothing but the status.
  std::function<Response(unsigned status)> refuse_head = nullptr;
  // For tests of what goes wrong: called before every read and write of a connection, on its
  // strand. Whatever it throws is thrown there.
  std::function<void()> before_io = {};
};

// Whatever is thrown in a connection's life, by a handler or by the connection itself, ends that
// connection alone, is logged, and gives its place back.
class Server {
 public:
  // Serves a request that came; `request` is the exchange's own, for whoever finds its route.
  using Serve = std::function<Task<Response>(Exchange& exchange, Request& request)>;

  // LISTEN_REFUSED, NETWORK_INVALID or TLS_FILE_UNUSABLE, with a sentence for whoever configured
  // it. Raises the process's limit on open files as far as `connections_at_most` asks and the hard
  // limit allows.
  static core::Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Serve serve);
  // As Stop with no grace.
  ~Server();

  int port() const;
  size_t connections() const;  // open now
  // How long none of its threads has had time for what was to be done at once; about a second when
  // all is well.
  std::chrono::steady_clock::duration Silence() const;
  // Takes no new connections and requests, notifies streams that it stops, gives what is under way
  // so much time, and cuts off what is left. Returns when nothing of it runs any more.
  void Stop(std::chrono::milliseconds grace);

  // For coroutines of the caller's own; it ends with the server.
  boost::asio::any_io_executor executor() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::platform::http
