#include "http_connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdlib>
#include <exception>
#include <vector>

#include "platform/http/connection.h"
#include "platform/http/stream_transport.h"

namespace throughline {

namespace {

namespace http = platform::http;
namespace asio = boost::asio;
namespace beast = boost::beast;
using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local>;

constexpr size_t kBodyAtMost = 4096;

http::Response Plain(int status, std::string body) {
  return {.status = status, .headers = {{"X-Kind", "plain"}}, .body = std::move(body)};
}

// The last character of the target decides what the handler does.
http::Task<http::Response> Serve(http::Exchange& exchange, std::vector<std::string>& methods) {
  methods.push_back(exchange.request().method);
  const std::string& target = exchange.request().target;
  switch (target.empty() ? '/' : target.back()) {
    case 'e': {
      const auto body = co_await http::ReadAll(exchange, kBodyAtMost);
      if (!body) co_return Plain(413, body.error().reason);
      co_return Plain(200, *body);
    }
    case 'r': {
      const auto piece = co_await exchange.Read();
      co_return Plain(200, piece ? "read" : "not read");
    }
    case 's': {
      const http::Response head = Plain(200, "");
      const bool open = co_await exchange.Begin(head);
      if (open) co_await exchange.Write("piece");
      co_return http::Response();
    }
    case 'l': {
      http::Response long_head;
      long_head.headers = {{"Link", std::string(70'000, 'x')}};
      co_return long_head;
    }
    case 't':
      throw std::runtime_error("a handler's");
    case 'n':
      co_return Plain(204, "");
    default:
      co_return Plain(200, "ok");
  }
}

// What a client makes of it all: whole answers, one after the other.
void Check(std::string_view said, const std::vector<std::string>& methods) {
  size_t answers = 0;
  while (!said.empty()) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.eager(true);
    parser.header_limit(64 << 10);
    if (answers < methods.size() && methods[answers] == "HEAD") parser.skip(true);
    boost::system::error_code error;
    while (!said.empty() && !parser.is_done() && !error) {
      const size_t taken = parser.put(asio::const_buffer(said.data(), said.size()), error);
      if (error == beast::http::error::need_more) std::abort();
      said.remove_prefix(taken);
    }
    if (error) std::abort();
    if (!parser.is_done()) {
      parser.put_eof(error);
      if (error) std::abort();
    }
    if (parser.get().result_int() != 100) ++answers;
  }
  // One more: of a head that was no request.
  if (answers > methods.size() + 1) std::abort();
}

// Writes and reads on as far as the server lets it.
class Client {
 public:
  explicit Client(Local::socket& socket) : socket_(socket) { socket_.non_blocking(true); }
  void Read() {
    char piece[4096];
    boost::system::error_code error;
    while (!error && socket_.is_open()) {
      said_.append(piece, socket_.read_some(asio::buffer(piece), error));
    }
  }
  // False: nothing goes any more.
  bool Write(std::string_view& text) {
    boost::system::error_code error;
    text.remove_prefix(socket_.write_some(asio::buffer(text.data(), text.size()), error));
    return !error || error == asio::error::would_block;
  }
  const std::string& said() const { return said_; }

 private:
  Local::socket& socket_;
  std::string said_;
};

}  // namespace

void HttpConnection(std::string_view text) {
  if (text.empty()) return;
  const bool leaves_at_once = text.front() % 4 == 3;
  text.remove_prefix(1);
  asio::io_context context(1);
  std::vector<std::string> methods;
  http::Shared shared{
      {.listen = "", .header_bytes_at_most = 2048, .body_bytes_at_most = kBodyAtMost},
      {},
      [&](http::Exchange& exchange, http::Request&) -> http::Task<http::Response> {
        return Serve(exchange, methods);
      }};
  Local::socket served(context), socket(context);
  asio::local::connect_pair(served, socket);
  Client client(socket);
  bool over = false;
  {
    auto connection = std::make_unique<http::Connection>(
        std::make_unique<http::StreamTransport<Stream>>(Stream(std::move(served))), shared);
    asio::co_spawn(context, connection->Run(), [&](const std::exception_ptr& thrown) {
      if (thrown) std::abort();
      over = true;
      connection.reset();
    });
    bool open = true;
    while (!text.empty() && open) {
      std::string_view piece = text.substr(0, text.find('\f'));
      text.remove_prefix(std::min(piece.size() + 1, text.size()));
      while (!piece.empty() && open) {
        open = client.Write(piece) && !over;
        context.poll();
        client.Read();
      }
    }
    boost::system::error_code gone;
    if (leaves_at_once) {
      socket.close(gone);
    } else {
      socket.shutdown(Local::socket::shutdown_send, gone);
    }
    while (!over && context.run_one() > 0) client.Read();
    client.Read();
  }
  if (!over) std::abort();
  if (!leaves_at_once) Check(client.said(), methods);
}

}  // namespace throughline
