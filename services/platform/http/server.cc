#include "platform/http/server.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>

#include "platform/http/certificate.h"
#include "platform/http/connection.h"
#include "platform/http/errors.h"
#include "platform/http/places.h"

namespace throughline::platform::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kAcceptAgain = std::chrono::milliseconds(20);
constexpr auto kBeatEvery = std::chrono::seconds(1);
constexpr auto kSayAgain = std::chrono::minutes(1);
constexpr rlim_t kOtherFiles = 1024;

// Every connection is an open file. The usual limit is for programs that use select(2), and may be
// raised as far as whoever started this allows.
void AllowOpenFiles(rlim_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);  // where it is refused, the rest waits to be accepted
}

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

// Tells the place how to cut off a connection that is on the stack, for as long as it is.
class CutOffWhileOpen {
 public:
  CutOffWhileOpen(Places::Place& place, const asio::any_io_executor& strand, Places::CutOff cut_off)
      : place_(place), strand_(strand) {
    place_.OnCutOff(strand_, std::move(cut_off));
  }
  ~CutOffWhileOpen() { place_.OnCutOff(strand_, nullptr); }
  CutOffWhileOpen(const CutOffWhileOpen&) = delete;
  CutOffWhileOpen& operator=(const CutOffWhileOpen&) = delete;

 private:
  Places::Place& place_;
  const asio::any_io_executor strand_;
};

}  // namespace

struct Server::Parts {
  Parts(const ServerOptions& options, std::vector<Network> proxies, Serve serve)
      : shared{options, proxies, std::move(serve)},
        places({options.connections_at_most, options.connections_per_address_at_most,
                std::move(proxies)}) {}

  core::Result<void> Open();
  core::Result<void> UseCertificate();
  Task<void> Accept();
  Task<void> AcceptNext();
  Task<void> Beat();
  void Begin(tcp::socket socket);
  Task<void> Run(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls, Places::Place place);
  void Work();
  void SayAddressIsFull(const std::string& address);

  Shared shared;
  Places places;  // outlives the coroutines, which are the context's
  asio::io_context context;
  std::unique_ptr<Certificate> certificate;  // with the acceptor; null: plain
  asio::strand<asio::io_context::executor_type> accepting{asio::make_strand(context)};
  tcp::acceptor acceptor{accepting};
  asio::steady_timer next_beat{accepting};
  std::atomic<std::chrono::steady_clock::time_point> last_beat{std::chrono::steady_clock::now()};
  std::chrono::steady_clock::time_point said_full{};  // with the acceptor
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      asio::make_work_guard(context)};
  std::vector<std::thread> threads;
};

core::Result<void> Server::Parts::UseCertificate() {
  const ServerOptions& options = shared.options;
  if (options.tls_cert.empty()) return {};
  auto opened = Certificate::Open({options.tls_cert, options.tls_key, options.tls_client_ca});
  if (!opened) return core::Refuse(opened.error());
  certificate = *std::move(opened);
  return {};
}

core::Result<void> Server::Parts::Open() {
  const auto at = Resolve(shared.options.listen);
  if (!at) return core::Refuse(at.error());
  boost::system::error_code error;
  acceptor.open(at->protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(*at, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return core::Refuse(ListenRefused(shared.options.listen, error.message()));
  return {};
}

Task<void> Server::Parts::Accept() {
  while (!shared.stopping) {
    try {
      co_await AcceptNext();
    } catch (const std::exception& failure) {
      spdlog::error("http: accepting failed, and is tried again: {}", failure.what());
    }
  }
}

Task<void> Server::Parts::AcceptNext() {
  boost::system::error_code error;
  if (!places.full()) {
    tcp::socket socket(asio::make_strand(context));
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) Begin(std::move(socket));
    if (!error || shared.stopping) co_return;
  }
  // Full, or out of file descriptors: those that wait are accepted when others have gone.
  asio::steady_timer pause(accepting);
  pause.expires_after(kAcceptAgain);
  co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

Task<void> Server::Parts::Beat() {
  boost::system::error_code ignored;
  while (!shared.stopping) {
    last_beat = std::chrono::steady_clock::now();
    if (certificate) certificate->Look();
    next_beat.expires_after(kBeatEvery);
    co_await next_beat.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

// A connection that cannot be begun, for want of memory perhaps, is closed; others go on.
void Server::Parts::Begin(tcp::socket socket) {
  try {
    boost::system::error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) return;
    std::optional<Places::Place> place = places.Take(peer.address());
    if (!place) return SayAddressIsFull(peer.address().to_string());
    const asio::any_io_executor strand = socket.get_executor();
    auto tls = certificate ? certificate->context() : nullptr;
    asio::co_spawn(strand, Run(std::move(socket), std::move(tls), *std::move(place)),
                   asio::detached);
  } catch (const std::exception& failure) {
    spdlog::error("http: a connection could not be begun: {}", failure.what());
  }
}

void Server::Parts::SayAddressIsFull(const std::string& address) {
  const auto now = std::chrono::steady_clock::now();
  if (said_full != std::chrono::steady_clock::time_point() && now - said_full < kSayAgain) return;
  said_full = now;
  spdlog::warn("http: {} has {} connections, and more of it are closed at once", address,
               shared.options.connections_per_address_at_most);
}

// What is thrown here has ended the connection, whose place goes with the coroutine.
Task<void> Server::Parts::Run(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                              Places::Place place) {
  try {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const asio::any_io_executor strand = socket.get_executor();
    auto transport =
        tls ? TlsTransport(std::move(socket), *tls) : PlainTransport(std::move(socket));
    Connection connection(std::move(transport), shared);
    const CutOffWhileOpen open(place, strand, [&connection](bool only_idle) {
      if (!only_idle || connection.idle()) connection.CutOff();
    });
    co_await connection.Run();
  } catch (const std::exception& failure) {
    spdlog::error("http: a connection was ended by {}", failure.what());
  } catch (...) {
    spdlog::error("http: a connection was ended by something unknown");
  }
}

// Handlers that were posted, and coroutines at their end, may throw what nobody catches.
void Server::Parts::Work() {
  bool over = false;
  while (!over) {
    try {
      context.run();
      over = true;
    } catch (const std::exception& failure) {
      spdlog::error("http: a handler of the server threw {}", failure.what());
    }
  }
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

core::Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Serve serve) {
  std::vector<Network> proxies;
  for (const std::string& text : options.trusted_proxies) {
    auto network = Network::Read(text);
    if (!network) return core::Refuse(network.error());
    proxies.push_back(*std::move(network));
  }
  auto parts = std::make_unique<Parts>(options, std::move(proxies), std::move(serve));
  if (auto used = parts->UseCertificate(); !used) return core::Refuse(used.error());
  if (auto opened = parts->Open(); !opened) return core::Refuse(opened.error());
  AllowOpenFiles(options.connections_at_most + kOtherFiles);
  asio::co_spawn(parts->accepting, parts->Accept(), asio::detached);
  asio::co_spawn(parts->accepting, parts->Beat(), asio::detached);
  for (int i = 0; i < options.threads; ++i) {
    parts->threads.emplace_back([raw = parts.get()] { raw->Work(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::~Server() { Stop(std::chrono::milliseconds(0)); }

int Server::port() const { return parts_->acceptor.local_endpoint().port(); }

size_t Server::connections() const { return parts_->places.taken(); }

std::chrono::steady_clock::duration Server::Silence() const {
  return std::chrono::steady_clock::now() - parts_->last_beat.load();
}

asio::any_io_executor Server::executor() const { return parts_->context.get_executor(); }

void Server::Stop(std::chrono::milliseconds grace) {
  if (parts_->threads.empty()) return;
  parts_->shared.stopping = true;
  asio::post(parts_->accepting, [this] {
    boost::system::error_code ignored;
    parts_->acceptor.close(ignored);
    parts_->next_beat.cancel();
  });
  parts_->places.CutOffAll(true);
  if (!parts_->places.WaitUntilEmpty(grace)) {
    parts_->places.CutOffAll(false);
    parts_->places.WaitUntilEmpty();
  }
  parts_->work.reset();
  for (auto& thread : parts_->threads) thread.join();
  parts_->threads.clear();
}

}  // namespace throughline::platform::http
