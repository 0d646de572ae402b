#include "platform/http/server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>

#include "platform/http/errors.h"
#include "platform/http/routes.h"
#include "platform/http/test_client.h"

namespace throughline::platform::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

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
      for (const char* piece : {"0", "1", "2"}) {
        if (open) open = co_await exchange.Write(piece);
      }
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
    routes_.Add("GET", "/who", [](Exchange& exchange) -> Task<Response> {
      const Request& request = exchange.request();
      co_return Typed("text/plain", request.peer + " " + std::string(request.Header("cookie")));
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

// RFC 9113, 8.2.3: as clients of HTTP/2 send them, and some proxies pass them on.
TEST_F(ServerTest, CookiesInSeveralFieldsAreOneList) {
  Start();
  EXPECT_THAT(
      Ask("GET /who HTTP/1.1\r\nCookie: a=1\r\nCookie: b=2\r\n" + std::string(kClose) + "\r\n"),
      EndsWith(" a=1; b=2"));
}

TEST_F(ServerTest, BelievesATrustedProxyWhoTheClientIs) {
  const std::string request =
      "GET /who HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 198.51.100.7\r\n" +
      std::string(kClose) + "\r\n";
  Start();
  EXPECT_THAT(Ask(request), EndsWith("198.51.100.7 "));
  Start({.listen = "", .trusted_proxies = {"10.0.0.0/8"}});
  EXPECT_THAT(Ask(request), EndsWith("127.0.0.1 "));
}

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

// As most clients do: they read nothing before all is sent.
TEST_F(ServerTest, ARefusalReachesAClientThatIsStillSending) {
  Start({.listen = "", .body_bytes_at_most = 10});
  const std::string body(24 << 20, 'x');
  EXPECT_THAT(Ask(std::string("POST /echo HTTP/1.1\r\n") + kClose +
                  "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, SaysWhatIsNoHttp) {
  Start();
  EXPECT_THAT(Ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask(std::string("GET /elsewhere HTTP/1.1\r\n") + kClose + "\r\n"),
              StartsWith("HTTP/1.1 404"));
}

TEST_F(ServerTest, RefusesWhatAProxyCouldUnderstandInAnotherWay) {
  Start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: h\r\n";
  for (const char* unknown : {"gzip", "gzip, chunked", "identity", "chunked, chunked"}) {
    EXPECT_THAT(Ask(post + "Transfer-Encoding: " + unknown + "\r\n\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 501"))
        << unknown;
  }
  const std::string two = "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n";
  const std::string both = "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n";
  const std::string lengths = "Content-Length: 5\r\nContent-Length: 5\r\n";
  for (const std::string& unclear : {two, both, lengths, std::string("Host: other\r\n")}) {
    EXPECT_THAT(Ask(post + unclear + "\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 400")) << unclear;
  }
  EXPECT_THAT(Ask("GET /nothing HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET /nothing HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 204"));
}

TEST_F(ServerTest, TakesALengthThatIsANumberOnly) {
  Start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
  for (const char* length : {"3, 3", "3,3", "3, 4", "+3", "-3", "3 3", "3;", "0x3", "3.0", "", ",3",
                             "3,", "18446744073709551619", "99999999999999999999999"}) {
    const std::string answer = Ask(post + "Content-Length: " + length + "\r\n\r\nabc");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << length;
  }
  EXPECT_THAT(Ask(post + "Content-Length:3\r\n\r\nabc"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Ask(post + "Content-Length: \t 3 \r\n\r\nabc"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, TakesHeadsThatAreNoMatterOfInterpretation) {
  Start();
  const std::string get = std::string("GET /nothing HTTP/1.1\r\n") + kClose;
  for (const std::string& line :
       {std::string("X: a\r\n b\r\n"), std::string("X: a\r\n\tb\r\n"),
        std::string("X:\r\n Transfer-Encoding: chunked\r\n"), std::string(" X: a\r\n"),
        std::string("X : a\r\n"), std::string("X\r\n"), std::string(": a\r\n"),
        std::string("X: a\nY: b\r\n"), std::string("X: a\rb\r\n"), std::string("X: a\r\r\n"),
        std::string("X: a\0b\r\n", 8), std::string("X\0: a\r\n", 7), std::string("X: a\x7f\r\n"),
        std::string("X y: a\r\n")}) {
    EXPECT_THAT(Ask(get + line + "\r\n"), StartsWith("HTTP/1.1 400")) << line;
  }
  const std::string rest = std::string("\r\n") + kClose + "\r\n";
  for (const char* first :
       {" GET /nothing HTTP/1.1", "GET  /nothing HTTP/1.1", "GET /nothing HTTP/1.1 ",
        "GET\t/nothing HTTP/1.1", "GET /nothing", "GET /no\thing HTTP/1.1",
        "GET /nothing HTTP/1.1\r\n folded", "GET /nothing\nHTTP/1.1"}) {
    EXPECT_THAT(Ask(first + rest), StartsWith("HTTP/1.1 400")) << first;
  }
  EXPECT_THAT(Ask(get + "X: a\tb \r\n\r\n"), StartsWith("HTTP/1.1 204"));
}

TEST_F(ServerTest, TakesChunksThatAreNoMatterOfInterpretation) {
  Start();
  const std::string post =
      std::string("POST /echo HTTP/1.1\r\n") + kClose + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body :
       {std::string("0x3\r\nabc\r\n0\r\n\r\n"), std::string("+3\r\nabc\r\n0\r\n\r\n"),
        std::string("-3\r\nabc\r\n0\r\n\r\n"), std::string("3\nabc\r\n0\r\n\r\n"),
        std::string("3\r\nabc0\r\n\r\n"), std::string("3\r\nabcd\r\n0\r\n\r\n"),
        std::string("10000000000000003\r\nabc\r\n0\r\n\r\n"), std::string("\r\nabc\r\n"),
        std::string("3 x\r\nabc\r\n0\r\n\r\n"),
        "3;x=" + std::string(2000, 'x') + "\r\nabc\r\n0\r\n\r\n",
        "3;x=" + std::string(200'000, 'x') + "\r\nabc\r\n0\r\n\r\n"}) {
    EXPECT_THAT(Ask(post + body), HasSubstr("BODY_CUT_OFF")) << body.substr(0, 40);
  }
  std::string trickle;
  for (int i = 0; i < 200; ++i) trickle += "1;x=123456\r\na\r\n";
  EXPECT_THAT(Ask(post + trickle + "0\r\n\r\n"), HasSubstr("BODY_CUT_OFF"));
  EXPECT_THAT(Ask(post + "3;x=y\r\nabc\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, DoesNotAskForABodyThatTheHandlerWouldNotTake) {
  Start();
  for (const char* length : {"1048577", "200000000"}) {
    const std::string all = Ask(std::string("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\n") +
                                "Host: h\r\nContent-Length: " + length + "\r\n\r\n");
    EXPECT_THAT(all, StartsWith("HTTP/1.1 413")) << length;
    EXPECT_THAT(all, testing::Not(HasSubstr("100 Continue")));
    EXPECT_THAT(all, HasSubstr("Connection: close")) << "what follows would be the next request";
  }
}

TEST_F(ServerTest, AsksForNoBodyAfterTheAnswer) {
  Start();
  const std::string all = Ask(std::string("POST /nothing HTTP/1.1\r\nExpect: 100-continue\r\n") +
                              kClose + "Content-Length: 3\r\n\r\n");
  EXPECT_THAT(all, StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(all, testing::Not(HasSubstr("100 Continue")));
}

TEST_F(ServerTest, BoundsTheConnectionsOfAnAddress) {
  Start({.listen = "", .connections_per_address_at_most = 2, .trusted_proxies = {}});
  const std::string get = "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n";
  RawClient first(server_->port()), second(server_->port());
  for (RawClient* client : {&first, &second}) {
    client->Send(get);
    EXPECT_THAT(client->ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 204"));
  }
  EXPECT_EQ(Ask(get), "");
  RawClient elsewhere(server_->port(), "127.0.0.2");
  elsewhere.Send(get);
  EXPECT_THAT(elsewhere.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 204"));
}

TEST_F(ServerTest, LeavesWhoConnectsAndSaysNothing) {
  Start({.listen = "", .header_timeout = std::chrono::milliseconds(100)});
  RawClient silent(server_->port()), slow(server_->port());
  slow.Send("GET /nothing HTTP/1.1\r\nHost:");
  EXPECT_EQ(silent.ReadToEnd(), "");
  EXPECT_EQ(slow.ReadToEnd(), "");
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

TEST_F(ServerTest, WaitsForNoBodyThatTrickles) {
  Start({.listen = "", .body_pace = {.grace = std::chrono::milliseconds(50)}});
  RawClient client(server_->port());
  client.Send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\nabc");
  const std::string all = client.ReadToEnd();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(all, HasSubstr("Connection: close"));
  EXPECT_THAT(all, HasSubstr("BODY_TOO_SLOW"));
}

TEST_F(ServerTest, MeasuresThePaceOfABodyOverAWhile) {
  // A second goes by with every look at the clock.
  auto looks = std::make_shared<std::atomic<int>>(0);
  const auto now = [looks] {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(++*looks));
  };
  Start({.listen = "",
         .body_pace = {.bytes_per_second = 100, .grace = std::chrono::seconds(10)},
         .now = now});
  const auto send = [this](size_t bytes_a_chunk) {
    RawClient client(server_->port());
    client.Send(std::string("POST /echo HTTP/1.1\r\n") + kClose +
                "Transfer-Encoding: chunked\r\n\r\n");
    // A chunk a read: the echo asks for the next piece when it has this one.
    for (int i = 0; i < 40; ++i) {
      char size[16];
      std::snprintf(size, sizeof size, "%zx\r\n", bytes_a_chunk);
      client.Send(size + std::string(bytes_a_chunk, 'x') + "\r\n");
    }
    client.Send("0\r\n\r\n");
    return client.ReadToEnd();
  };
  EXPECT_THAT(send(1), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(send(2000), StartsWith("HTTP/1.1 200"));
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
  EXPECT_EQ(Server::Start({.listen = "127.0.0.1:0", .trusted_proxies = {"10.0.0.0/33"}}, serve)
                .error()
                .reason,
            "NETWORK_INVALID");
  EXPECT_EQ(Server::Start({.listen = "127.0.0.1:0", .tls_cert = "/none"}, serve).error().reason,
            "TLS_FILE_UNUSABLE");
}

}  // namespace
}  // namespace throughline::platform::http
