#include "sse_bench.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/gateway.h"
#include "notifications_fixture.h"

namespace throughline::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

int Connected(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket < 0 || connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("a reader could not connect");
  }
  return socket;
}

// Counts the ends of blocks, which are empty lines, over pieces of any size. What frames the chunks
// ends its lines otherwise.
class Blocks {
 public:
  int64_t In(std::string_view piece) {
    int64_t ends = 0;
    for (const char c : piece) {
      if (c == '\n' && before_ == '\n') ++ends;
      before_ = c;
    }
    return ends;
  }

 private:
  char before_ = 0;
};

// Readers on sockets of their own, read by one thread; bytes as they come.
class SseReaders {
 public:
  SseReaders(int port, int readers, Taken& taken) : taken_(taken), blocks_(readers) {
    taken_.Want(int64_t{2} * readers);  // each is told when to come back, and where it is
    static constexpr std::string_view kRequest =
        "GET /v1/alerts:watch?district=d HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (int i = 0; i < readers; ++i) {
      sockets_.push_back(Connected(port));
      epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<uint32_t>(i)}};
      epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets_.back(), &event);
      if (send(sockets_.back(), kRequest.data(), kRequest.size(), 0) < 0) {
        throw std::runtime_error("a reader could not ask");
      }
    }
    thread_ = std::thread([this] { Read(); });
    taken_.Wait();
  }
  ~SseReaders() {
    over_ = true;
    thread_.join();
    for (const int socket : sockets_) close(socket);
    close(epoll_);
  }

 private:
  void Read() {
    std::array<epoll_event, 256> events{};
    std::string piece(64 << 10, '\0');
    while (!over_) {
      const int ready = epoll_wait(epoll_, events.data(), events.size(), 100);
      for (int i = 0; i < ready; ++i) {
        const uint32_t reader = events[i].data.u32;
        const ssize_t came = recv(sockets_[reader], piece.data(), piece.size(), 0);
        if (came <= 0) continue;
        const int64_t ends = blocks_[reader].In({piece.data(), static_cast<size_t>(came)});
        if (ends > 0) taken_.Add(ends);
      }
    }
  }

  Taken& taken_;
  std::vector<int> sockets_;
  std::vector<Blocks> blocks_;
  const int epoll_ = epoll_create1(0);
  std::atomic<bool> over_{false};
  std::thread thread_;
};

class Sse {
 public:
  explicit Sse(const FanOutLoad& load)
      : load_(load), gateway_(Open()), readers_(gateway_->port(), load.subscribers, taken_) {}
  ~Sse() { fixture_.Close(); }

  Rates Round() {
    double took = 0;
    for (int i = 0; i < load_.events; ++i) took += Notify(1);
    const double all = static_cast<double>(load_.subscribers) * load_.events;
    return {all / took, all / Notify(load_.events)};
  }

 private:
  std::unique_ptr<gateway::Gateway> Open() {
    gateway::GatewayOptions options;
    options.http.listen = "127.0.0.1:0";
    options.admission.limits = {.per_second = 1e9, .at_once = 1e9};
    gateway::Channels channels;
    for (const char* service : {"plans", "evidence", "cycles", "notifications"}) {
      channels[service] = grpc::CreateChannel("127.0.0.1:" + std::to_string(fixture_.port()),
                                              grpc::InsecureChannelCredentials());
    }
    auto opened = gateway::Gateway::Start(options, fixture_.access(), channels);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  double Notify(int events) {
    const auto began = SteadyClock::now();
    taken_.Want(int64_t{load_.subscribers} * events);
    fixture_.Notify(events);
    taken_.Wait();
    return std::chrono::duration<double>(SteadyClock::now() - began).count();
  }

  const FanOutLoad load_;
  Taken taken_;
  NotificationsFixture fixture_;
  std::unique_ptr<gateway::Gateway> gateway_;
  SseReaders readers_;
};

}  // namespace

void SseFanOut(const FanOutLoad& load) {
  GrpcFanOut grpc(load);
  Sse sse(load);
  FanOutRates theirs, ours;
  grpc.Round();
  sse.Round();
  for (int round = 0; round < load.rounds; ++round) {
    for (const bool first : {round % 2 == 0, round % 2 != 0}) {
      const Rates rates = first ? sse.Round() : grpc.Round();
      (first ? ours : theirs).apart.push_back(rates.apart);
      (first ? ours : theirs).together.push_back(rates.together);
    }
  }
  PrintRates("server-sent, one after another", ours.apart, theirs.apart, "our gRPC ", ">= 0.6");
  PrintRates("server-sent, in a burst", ours.together, theirs.together, "our gRPC ", ">= 0.6");
}

}  // namespace throughline::bench
