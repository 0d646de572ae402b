// Against a receiver on loopback that answers with what the test says, byte for byte.
#include "runtime/http_client/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

namespace throughline::runtime {
namespace {

using Failure = HttpOutcome::Failure;

class Receiver {
 public:
  explicit Receiver(std::string answer) : answer_(std::move(answer)) {
    listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listening_, 8), 0);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~Receiver() {
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    close(listening_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  int connections() const { return connections_; }
  std::string request() const { return request_; }

 private:
  void Run() {
    while (true) {
      const int connection = accept(listening_, nullptr, nullptr);
      if (connection < 0) return;
      ++connections_;
      char bytes[4096];
      while (request_.find("END") == std::string::npos) {
        const ssize_t count = read(connection, bytes, sizeof(bytes));
        if (count <= 0) break;
        request_.append(bytes, static_cast<size_t>(count));
      }
      for (size_t at = 0; at < answer_.size();) {
        const ssize_t count =
            send(connection, answer_.data() + at, answer_.size() - at, MSG_NOSIGNAL);
        if (count <= 0) break;
        at += static_cast<size_t>(count);
      }
      while (answer_.empty() && read(connection, bytes, sizeof(bytes)) > 0) {
      }
      close(connection);
    }
  }

  const std::string answer_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::string request_;
  std::thread thread_;
};

HttpRules Loopback() {
  return {.addresses = *AddressRules::Allowing({"127.0.0.0/8"}), .plain_http = true, .ca_file = {}};
}

HttpOutcome Post(const HttpRules& rules, const std::string& url,
                 std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
  std::promise<HttpOutcome> outcome;
  Transfers transfers;
  const HttpClient client(transfers, rules);
  client.Post({url, {"webhook-id: 7"}, "{\"body\":\"END\"}", deadline},
              [&](HttpOutcome is) { outcome.set_value(std::move(is)); });
  return outcome.get_future().get();
}

TEST(HttpClient, SaysWhatTheReceiverAnswered) {
  Receiver receiver("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
  const HttpOutcome outcome = Post(Loopback(), receiver.url());
  EXPECT_EQ(outcome.failure, Failure::kNone) << outcome.detail;
  EXPECT_EQ(outcome.status, 503);
  EXPECT_EQ(outcome.retry_after_s, 120);
  EXPECT_NE(receiver.request().find("POST /hook HTTP/1.1"), std::string::npos);
  EXPECT_NE(receiver.request().find("webhook-id: 7"), std::string::npos);
}

TEST(HttpClient, LoopbackIsNotConnectedTo) {
  Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const HttpRules rules{.addresses = {}, .plain_http = true, .ca_file = {}};
  const HttpOutcome outcome = Post(rules, receiver.url());
  EXPECT_EQ(outcome.failure, Failure::kForbidden) << outcome.detail;
  std::string by_name = receiver.url();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  EXPECT_EQ(Post(rules, by_name).failure, Failure::kForbidden);
  EXPECT_EQ(receiver.connections(), 0);
}

TEST(HttpClient, HttpIsNotSpokenUnlessAllowed) {
  Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpRules rules = Loopback();
  rules.plain_http = false;
  EXPECT_EQ(Post(rules, receiver.url()).failure, Failure::kForbidden);
  EXPECT_EQ(receiver.connections(), 0);
}

TEST(HttpClient, ARedirectIsAnAnswer) {
  Receiver elsewhere("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  Receiver receiver("HTTP/1.1 307 There\r\nLocation: " + elsewhere.url() +
                    "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Post(Loopback(), receiver.url()).status, 307);
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(HttpClient, ABodyWithoutEndIsNotReadToItsEnd) {
  Receiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" +
                    std::string(1 << 20, 'x'));
  EXPECT_EQ(Post(Loopback(), receiver.url()).status, 200);
}

TEST(HttpClient, AReceiverThatSaysNothingIsGivenUp) {
  Receiver receiver("");
  EXPECT_EQ(Post(Loopback(), receiver.url(), std::chrono::milliseconds(50)).failure,
            Failure::kTimedOut);
}

TEST(HttpClient, WhatIsUnderWayEndsWithTheTransfers) {
  Receiver receiver("");
  std::promise<HttpOutcome> outcome;
  {
    auto transfers = std::make_unique<Transfers>();
    const HttpClient client(*transfers, Loopback());
    client.Post({receiver.url(), {}, "END"},
                [&](HttpOutcome is) { outcome.set_value(std::move(is)); });
    transfers.reset();
  }
  EXPECT_EQ(outcome.get_future().get().failure, Failure::kStopped);
}

TEST(HttpClient, AnEndpointIsAHostAndItsPort) {
  EXPECT_EQ(EndpointOf("https://example.org/a?b=c"), "https://example.org:443");
  EXPECT_EQ(EndpointOf("http://[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(EndpointOf("nothing"), "");
}

}  // namespace
}  // namespace throughline::runtime
