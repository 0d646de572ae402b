#include "runtime/http/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "runtime/http/connection.h"

namespace throughline::runtime::http {

using asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

namespace {

constexpr auto kAcceptAgain = std::chrono::milliseconds(20);
constexpr rlim_t kOtherFiles = 1024;

// Every connection is an open file. The usual limit is for programs that use select(2), and may be
// raised as far as whoever started this allows.
void AllowOpenFiles(rlim_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);  // where it is refused, the rest waits to be accepted
}

// What is asked of a connection from outside; on its strand.
struct Handle {
  asio::any_io_executor strand;
  std::function<void(bool only_idle)> cut_off;
};

core::Result<tcp::endpoint> Resolve(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return core::Refuse(ListenRefused(listen, "it is no host:port"));
  std::string host = listen.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  asio::io_context context;
  boost::system::error_code error;
  const auto found = tcp::resolver(context).resolve(host, listen.substr(colon + 1), error);
  if (error) return core::Refuse(ListenRefused(listen, error.message()));
  return found.begin()->endpoint();
}

}  // namespace

struct Server::Parts {
  Parts(const ServerOptions& options, Serve serve) : shared{options, std::move(serve)} {}

  core::Result<bool> Open();
  core::Result<bool> UseCertificate();
  Task<void> Accept();
  Task<void> Run(tcp::socket socket);
  template <class Stream>
  Task<void> RunOn(Stream stream);
  void CutOff(bool only_idle);
  std::list<Handle>::iterator Enter(Handle handle);
  void Leave(std::list<Handle>::iterator at);

  Shared shared;
  asio::io_context context;
  std::optional<asio::ssl::context> tls;
  asio::strand<asio::io_context::executor_type> accepting{asio::make_strand(context)};
  tcp::acceptor acceptor{accepting};
  std::mutex mutex;
  std::condition_variable changed;
  std::list<Handle> connections;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      asio::make_work_guard(context)};
  std::vector<std::thread> threads;
};

core::Result<bool> Server::Parts::UseCertificate() {
  const ServerOptions& options = shared.options;
  if (options.tls_cert.empty()) return true;
  tls.emplace(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                   asio::ssl::context::no_tlsv1_1);
  boost::system::error_code error;
  tls->use_certificate_chain_file(options.tls_cert, error);
  if (error) return core::Refuse(CertificateUnusable(options.tls_cert, error.message()));
  tls->use_private_key_file(options.tls_key, asio::ssl::context::pem, error);
  if (error) return core::Refuse(CertificateUnusable(options.tls_key, error.message()));
  if (options.tls_client_ca.empty()) return true;
  tls->load_verify_file(options.tls_client_ca, error);
  if (error) return core::Refuse(CertificateUnusable(options.tls_client_ca, error.message()));
  tls->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  return true;
}

core::Result<bool> Server::Parts::Open() {
  const auto at = Resolve(shared.options.listen);
  if (!at) return core::Refuse(at.error());
  boost::system::error_code error;
  acceptor.open(at->protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(*at, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return core::Refuse(ListenRefused(shared.options.listen, error.message()));
  return true;
}

Task<void> Server::Parts::Accept() {
  asio::steady_timer pause(accepting);
  while (!shared.stopping) {
    boost::system::error_code error;
    size_t open = 0;
    {
      std::lock_guard lock(mutex);
      open = connections.size();
    }
    if (open < shared.options.connections_at_most) {
      tcp::socket socket(asio::make_strand(context));
      co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        const asio::any_io_executor strand = socket.get_executor();
        asio::co_spawn(strand, Run(std::move(socket)), asio::detached);
        continue;
      }
      if (shared.stopping) co_return;
    }
    // Full, or out of file descriptors: those that wait are accepted when others have gone.
    pause.expires_after(kAcceptAgain);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

Task<void> Server::Parts::Run(tcp::socket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  beast::tcp_stream plain(std::move(socket));
  if (!tls) {
    co_await RunOn(std::move(plain));
    co_return;
  }
  TlsStream stream(std::move(plain), *tls);
  co_await RunOn(std::move(stream));
}

template <class Stream>
Task<void> Server::Parts::RunOn(Stream stream) {
  Connection<Stream> connection(std::move(stream), shared);
  // Each in a statement of its own: GCC 12 destroys temporaries beside a co_await twice.
  const asio::any_io_executor strand = co_await asio::this_coro::executor;
  Handle handle{strand, [&connection](bool only_idle) {
                  if (!only_idle || connection.idle()) connection.CutOff();
                }};
  const auto place = Enter(std::move(handle));
  boost::system::error_code error;
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    beast::get_lowest_layer(connection.stream()).expires_after(shared.options.header_timeout);
    co_await connection.stream().async_handshake(asio::ssl::stream_base::server,
                                                 asio::redirect_error(asio::use_awaitable, error));
  }
  if (!error) co_await connection.Run();
  Leave(place);
}

std::list<Handle>::iterator Server::Parts::Enter(Handle handle) {
  std::lock_guard lock(mutex);
  connections.push_front(std::move(handle));
  return connections.begin();
}

void Server::Parts::Leave(std::list<Handle>::iterator at) {
  std::lock_guard lock(mutex);
  connections.erase(at);
  changed.notify_all();
}

void Server::Parts::CutOff(bool only_idle) {
  std::lock_guard lock(mutex);
  for (auto at = connections.begin(); at != connections.end(); ++at) {
    // By the time it runs the connection may be gone: it is looked for again.
    asio::post(at->strand, [this, at, only_idle] {
      std::function<void(bool)> cut_off;
      {
        std::lock_guard look(mutex);
        for (auto each = connections.begin(); each != connections.end(); ++each) {
          if (each == at) cut_off = each->cut_off;
        }
      }
      if (cut_off) cut_off(only_idle);
    });
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

core::Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Serve serve) {
  auto parts = std::make_unique<Parts>(options, std::move(serve));
  if (auto used = parts->UseCertificate(); !used) return core::Refuse(used.error());
  if (auto opened = parts->Open(); !opened) return core::Refuse(opened.error());
  AllowOpenFiles(options.connections_at_most + kOtherFiles);
  asio::co_spawn(parts->accepting, parts->Accept(), asio::detached);
  for (int i = 0; i < options.threads; ++i) {
    parts->threads.emplace_back([raw = parts.get()] { raw->context.run(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::~Server() { Stop(std::chrono::milliseconds(0)); }

int Server::port() const { return parts_->acceptor.local_endpoint().port(); }

asio::any_io_executor Server::executor() const { return parts_->context.get_executor(); }

void Server::Stop(std::chrono::milliseconds grace) {
  if (parts_->threads.empty()) return;
  parts_->shared.stopping = true;
  asio::post(parts_->accepting, [this] {
    boost::system::error_code ignored;
    parts_->acceptor.close(ignored);
  });
  parts_->CutOff(true);
  {
    const auto none = [this] { return parts_->connections.empty(); };
    std::unique_lock lock(parts_->mutex);
    if (!parts_->changed.wait_for(lock, grace, none)) {
      lock.unlock();
      parts_->CutOff(false);
      lock.lock();
      parts_->changed.wait(lock, none);
    }
  }
  parts_->work.reset();
  for (auto& thread : parts_->threads) thread.join();
  parts_->threads.clear();
}

}  // namespace throughline::runtime::http
