#include "runtime/http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <latch>

#include "runtime/http/errors.h"
#include "runtime/http/routes.h"

namespace throughline::runtime::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A client that says just what it is told to.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  ~RawClient() { close(socket_); }

  void Send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void EndSending() { shutdown(socket_, SHUT_WR); }
  // Until the text is there, or the server closes.
  std::string ReadUntil(std::string_view text) {
    while (read_.find(text) == std::string::npos && ReadSome()) {
    }
    return read_;
  }
  std::string ReadToEnd() {
    while (ReadSome()) {
    }
    return read_;
  }

 private:
  bool ReadSome() {
    char piece[4096];
    const ssize_t came = recv(socket_, piece, sizeof piece, 0);
    if (came > 0) read_.append(piece, static_cast<size_t>(came));
    return came > 0;
  }
  const int socket_;
  std::string read_;
};

Response Typed(const std::string& type, const std::string& body) {
  return {.headers = {{"Content-Type", type}}, .body = body};
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    routes_.Add("POST", "/echo", [](Exchange& exchange) -> Task<Response> {
      auto body = co_await ReadAll(exchange, 1 << 20);
      if (!body) co_return Response{.status = 413, .body = body.error().reason};
      co_return Typed("text/plain", *body);
    });
    routes_.Add("GET", "/stream", [](Exchange& exchange) -> Task<Response> {
      const Response head = Typed("text/event-stream", "");
      bool open = co_await exchange.Begin(head);
      for (const char* piece : {"0", "1", "2"}) open = open && co_await exchange.Write(piece);
      co_return Response{};
    });
    routes_.Add("GET", "/flood", [this](Exchange& exchange) -> Task<Response> {
      const std::string piece(1 << 20, 'x');
      const Response head;
      bool open = co_await exchange.Begin(head);
      while (open) open = co_await exchange.Write(piece);
      flooded_.set_value();
      co_return Response{};
    });
    routes_.Add("GET", "/nothing",
                [](Exchange&) -> Task<Response> { co_return Response{.status = 204}; });
    routes_.Add("GET", "/throws", [](Exchange&) -> Task<Response> {
      throw std::runtime_error("a bug");
      co_return Response{};
    });
  }
  void Start(ServerOptions options = {}) {
    options.listen = "127.0.0.1:0";
    auto started = Server::Start(options, [this](Exchange& exchange, Request& request) {
      return routes_.Serve(exchange, request);
    });
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  std::string Ask(const std::string& text) {
    RawClient client(server_->port());
    client.Send(text);
    return client.ReadToEnd();
  }

  std::promise<void> flooded_;
  Routes routes_{
      [](const Request&, int status) { return Response{.status = status, .body = "refused"}; }};
  std::unique_ptr<Server> server_;
};

constexpr char kClose[] = "Host: h\r\nConnection: close\r\n";

TEST_F(ServerTest, AnswersOneRequestAfterAnother) {
  Start();
  RawClient client(server_->port());
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(client.ReadUntil("abc"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
      "GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadToEnd();
  EXPECT_THAT(all, HasSubstr("Content-Length: 3\r\n\r\ndef"));
  EXPECT_THAT(all, HasSubstr("HTTP/1.1 204 No Content"));
}

TEST_F(ServerTest, StreamsAnAnswerInChunks) {
  Start();
  const std::string all = Ask(std::string("GET /stream HTTP/1.1\r\n") + kClose + "\r\n");
  EXPECT_THAT(all, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(all, HasSubstr("\r\n\r\n1\r\n0\r\n1\r\n1\r\n1\r\n2\r\n0\r\n\r\n"));
  EXPECT_THAT(Ask("GET /stream HTTP/1.0\r\n\r\n"), testing::EndsWith("\r\n\r\n012"));
}

TEST_F(ServerTest, RefusesWhatIsTooLarge) {
  Start({.listen = "", .body_bytes_at_most = 10});
  EXPECT_THAT(Ask(std::string("POST /echo HTTP/1.1\r\n") + kClose +
                  "Content-Length: 11\r\n\r\n12345678901"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Ask(std::string("POST /echo HTTP/1.1\r\n") + kClose +
                  "Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Ask("GET /nothing HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
}

TEST_F(ServerTest, SaysWhatIsNoHttp) {
  Start();
  EXPECT_THAT(Ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask(std::string("GET /elsewhere HTTP/1.1\r\n") + kClose + "\r\n"),
              StartsWith("HTTP/1.1 404"));
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  Start();
  RawClient client(server_->port());
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  client.Send("abc");
  EXPECT_THAT(client.ReadUntil("abc"), HasSubstr("200 OK"));
}

TEST_F(ServerTest, GivesUpOnABodyThatIsCutOff) {
  Start();
  RawClient client(server_->port());
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\nabc");
  client.EndSending();
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("BODY_CUT_OFF"));
}

TEST_F(ServerTest, LeavesAReaderThatDoesNotRead) {
  Start({.listen = "", .silence_timeout = std::chrono::milliseconds(200)});
  RawClient client(server_->port());
  client.Send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(flooded_.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST_F(ServerTest, AnswersForAHandlerThatThrows) {
  Start();
  EXPECT_THAT(Ask(std::string("GET /throws HTTP/1.1\r\n") + kClose + "\r\n"),
              StartsWith("HTTP/1.1 500"));
}

TEST_F(ServerTest, StopsAlthoughConnectionsAreOpen) {
  Start();
  RawClient idle(server_->port()), reading(server_->port());
  idle.Send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
  idle.ReadUntil("\r\n\r\n");
  reading.Send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
  reading.ReadUntil("xxx");
  server_->Stop(std::chrono::milliseconds(10));
  EXPECT_THAT(idle.ReadToEnd(), StartsWith("HTTP/1.1 204"));
}

TEST(Server, SaysWhereItCannotListen) {
  const auto serve = [](Exchange&, Request&) -> Task<Response> { co_return Response{}; };
  for (const char* listen : {"nowhere", "127.0.0.1:port", "256.0.0.1:1"}) {
    auto started = Server::Start({.listen = listen}, serve);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().reason, "LISTEN_REFUSED") << started.error().message;
  }
  EXPECT_EQ(Server::Start({.listen = "127.0.0.1:0", .tls_cert = "/none"}, serve).error().reason,
            "TLS_FILE_UNUSABLE");
}

}  // namespace
}  // namespace throughline::runtime::http
