// What is thrown anywhere in a connection's life: it ends that connection, and nothing else.
#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "platform/grpc/test_certificates.h"
#include "platform/http/routes.h"
#include "platform/http/server.h"
#include "platform/http/test_client.h"

namespace throughline::platform::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Throws at one read or write of all those that it is told of.
class Fault {
 public:
  explicit Fault(int at) : at_(at) {}
  void Pass() {
    if (seen_++ == at_) throw std::runtime_error("a fault of the test");
  }
  bool was_thrown() const { return seen_ > at_; }

 private:
  const int at_;
  std::atomic<int> seen_{0};
};

class ServerFaultsTest : public testing::Test {
 protected:
  ServerFaultsTest() {
    routes_.Add("POST", "/echo", [](Exchange& exchange) -> Task<Response> {
      auto body = co_await ReadAll(exchange, 1 << 20);
      if (!body) co_return Response{.status = 413};
      Response response;
      response.body = *body;
      co_return response;
    });
    routes_.Add("GET", "/stream", [](Exchange& exchange) -> Task<Response> {
      const Response head;
      bool open = co_await exchange.Begin(head);
      for (const char* piece : {"0", "1"}) {
        if (open) open = co_await exchange.Write(piece);
      }
      co_return Response{};
    });
    routes_.Add("GET", "/nothing", [](Exchange&) -> Task<Response> {
      Response response{.status = 204};
      co_return response;
    });
    routes_.Add("GET", "/long",
                [](Exchange&) -> Task<Response> { co_return With("Link", 70'000); });
    routes_.Add("GET", "/long-stream", [](Exchange& exchange) -> Task<Response> {
      const Response head = With("Link", 70'000);
      co_await exchange.Begin(head);
      co_return Response{};
    });
    routes_.Add("GET", "/two-lines", [](Exchange&) -> Task<Response> {
      Response response;
      response.headers = {{"Location", "/a\r\nSet-Cookie: b"}};
      co_return response;
    });
    routes_.Add("GET", "/throws-midway", [](Exchange& exchange) -> Task<Response> {
      const Response head;
      co_await exchange.Begin(head);
      co_await exchange.Write("half");
      throw std::runtime_error("a bug");
      co_return Response{};
    });
    routes_.Add("GET", "/throws-a-number", [](Exchange&) -> Task<Response> {
      throw 42;
      co_return Response{};
    });
  }
  static Response With(const char* name, size_t length) {
    return {.headers = {{name, std::string(length, 'x')}}};
  }

  std::unique_ptr<Server> Start(ServerOptions options) {
    options.listen = "127.0.0.1:0";
    auto started = Server::Start(options, [this](Exchange& exchange, Request& request) {
      return routes_.Serve(exchange, request);
    });
    EXPECT_TRUE(started) << started.error().message;
    return std::move(*started);
  }
  static std::string Ask(const Server& server, const std::string& text) {
    RawClient client(server.port());
    client.Send(text);
    client.EndSending();
    return client.ReadToEnd();
  }
  static std::string Get(const Server& server, const std::string& path) {
    return Ask(server, "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  }
  // A client hears of the end a moment before the place is given back.
  static bool AllPlacesAreBack(const Server& server) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (server.connections() > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    return server.connections() == 0;
  }

  Routes routes_{[](const Request&, int status) { return Response{.status = status}; }};
};

// Between them they come to every await point of a connection.
const std::string kConversations[] = {
    "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    "GET /stream HTTP/1.1\r\nHost: h\r\n\r\nHEAD /nothing HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /stream HTTP/1.0\r\n\r\n",
    "GET /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
    "GET /long HTTP/1.1\r\nHost: h\r\n\r\n",
    "nonsense\r\n\r\n",
    "GET /nothing HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    "GET /nothing HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
};

TEST_F(ServerFaultsTest, WhateverIsThrownAtAReadOrWriteEndsThatConnectionAlone) {
  for (const std::string& conversation : kConversations) {
    int at = 0;
    for (bool thrown = true; thrown; ++at) {
      Fault fault(at);
      const auto server = Start({.listen = "", .before_io = [&fault] { fault.Pass(); }});
      Ask(*server, conversation);
      EXPECT_TRUE(AllPlacesAreBack(*server)) << at << " of " << conversation;
      thrown = fault.was_thrown();
      if (!thrown) break;
      EXPECT_THAT(Get(*server, "/nothing"), StartsWith("HTTP/1.1 204")) << at;
    }
    EXPECT_GT(at, 3) << conversation;
  }
}

TEST_F(ServerFaultsTest, AHandshakeToo) {
  const std::string cert = testing::TempDir() + "/faults.pem", key = cert + ".key";
  TestAuthority("faults").Issue("localhost", {cert, key});
  for (int at = 0; at < 8; ++at) {
    Fault fault(at);
    const auto server = Start(
        {.listen = "", .tls_cert = cert, .tls_key = key, .before_io = [&fault] { fault.Pass(); }});
    namespace asio = boost::asio;
    asio::io_context context;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    asio::ssl::stream<asio::ip::tcp::socket> stream(context, tls);
    stream.lowest_layer().connect(
        {asio::ip::address_v4::loopback(), static_cast<asio::ip::port_type>(server->port())});
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    const std::string get = "GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    if (!error) asio::write(stream, asio::buffer(get), error);
    std::string answer;
    if (!error) asio::read(stream, asio::dynamic_buffer(answer), error);
    stream.lowest_layer().close(error);
    EXPECT_TRUE(AllPlacesAreBack(*server)) << at;
    EXPECT_TRUE(fault.was_thrown() || at > 5) << at;
  }
}

TEST_F(ServerFaultsTest, AnAnswerWhoseHeadCannotBeSentIsAnError) {
  const auto server = Start({});
  for (const char* path : {"/long", "/long-stream", "/two-lines", "/throws-a-number"}) {
    EXPECT_THAT(Get(*server, path), StartsWith("HTTP/1.1 500")) << path;
  }
  EXPECT_TRUE(AllPlacesAreBack(*server));
}

TEST_F(ServerFaultsTest, AStreamThatIsBrokenOffDoesNotLookWhole) {
  const auto server = Start({});
  const std::string all = Get(*server, "/throws-midway");
  EXPECT_THAT(all, HasSubstr("half"));
  EXPECT_THAT(all, testing::Not(testing::EndsWith("0\r\n\r\n")));
  EXPECT_TRUE(AllPlacesAreBack(*server));
}

}  // namespace
}  // namespace throughline::platform::http
