// One connection of the server: its requests one after the other, each as an exchange. A template
// over plain and TLS streams, for server.cc alone.
#pragma once

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "runtime/http/errors.h"
#include "runtime/http/server.h"

namespace throughline::runtime::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

// What the connections of a server share.
struct Shared {
  ServerOptions options;
  Server::Serve serve;
  std::atomic<bool> stopping{false};
};

template <class Stream>
class Connection final : public Exchange {
 public:
  Connection(Stream stream, Shared& shared)
      : stream_(std::move(stream)),
        shared_(shared),
        hurry_(stream_.get_executor()),
        buffer_(shared.options.header_bytes_at_most + kPiece) {}

  ~Connection() override { ++*hurried_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Request& request() const override { return request_; }
  bool stopping() const override { return shared_.stopping; }

  // Until either side closes it.
  Task<void> Run() {
    bool more = true;
    while (more && !shared_.stopping) more = co_await ServeOne();
    co_await Close();
  }
  // Ends it at once; on its strand, as everything.
  void CutOff() { beast::get_lowest_layer(stream_).close(); }
  bool idle() const { return idle_; }  // between two requests
  Stream& stream() { return stream_; }

  Task<core::Result<std::string>> Read() override {
    if (broken_) co_return core::Refuse(slow() ? BodyTooSlow() : BodyCutOff());
    if (parser_->is_done()) co_return std::string();
    if (!co_await Continue()) co_return core::Refuse(BodyCutOff());
    std::string piece(kPiece, '\0');
    auto& body = parser_->get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    boost::system::error_code error;
    // Some reads bring no more than the size of a chunk.
    while (!error && body.size == piece.size() && !parser_->is_done()) {
      Patience(shared_.options.silence_timeout);
      const size_t room = body.size;
      const auto began = shared_.options.now();
      Hurry();
      co_await beast::http::async_read_some(stream_, buffer_, *parser_, Into(error));
      ++*hurried_;
      pace_->Took(shared_.options.now() - began, room - body.size);
      if (slow() && !parser_->is_done()) break;
    }
    if (error == beast::http::error::need_buffer) error = {};
    broken_ = error || (slow() && !parser_->is_done());
    if (error == beast::http::error::body_limit) {
      co_return core::Refuse(BodyTooLarge(shared_.options.body_bytes_at_most));
    }
    if (broken_) co_return core::Refuse(slow() ? BodyTooSlow() : BodyCutOff());
    piece.resize(piece.size() - body.size);
    co_return piece;
  }

  Task<bool> Begin(const Response& head) override {
    if (!IsSound(head)) throw std::length_error("the head of an answer cannot be sent");
    begun_ = true;
    beast::http::response<beast::http::empty_body> answer;
    FillHead(head, answer);
    chunked_ = parser_->get().version() == 11;
    answer.chunked(chunked_);
    if (!chunked_) answer.keep_alive(false);
    keep_alive_ = answer.keep_alive();
    beast::http::response_serializer<beast::http::empty_body> serializer(answer);
    boost::system::error_code error;
    Patience(shared_.options.silence_timeout);
    co_await beast::http::async_write_header(stream_, serializer, Into(error));
    gone_ = static_cast<bool>(error);
    co_return !gone_;
  }

  Task<bool> Write(std::string_view piece) override {
    if (gone_) co_return false;
    if (piece.empty()) co_return true;  // an empty chunk would be the last one
    boost::system::error_code error;
    Patience(shared_.options.silence_timeout);
    const asio::const_buffer bytes(piece.data(), piece.size());
    if (chunked_) {
      co_await asio::async_write(stream_, beast::http::make_chunk(bytes), Into(error));
    } else {
      co_await asio::async_write(stream_, bytes, Into(error));
    }
    gone_ = static_cast<bool>(error);
    co_return !gone_;
  }

 private:
  static constexpr size_t kPiece = 64 << 10;
  static constexpr size_t kFirstRead = 2 << 10;
  static constexpr size_t kDrained = 1 << 20;  // of a body that nobody wanted
  // Of an answer. Clients and proxies take less than Beast, which throws at 64 KiB a field.
  static constexpr size_t kHeadAtMost = 32 << 10;
  static constexpr std::string_view kHeadEnd = "\r\n\r\n";
  static constexpr size_t kExtensionsAtMost = 1 << 10;

  auto Into(boost::system::error_code& error) {
    if (shared_.options.before_io) shared_.options.before_io();
    return asio::redirect_error(asio::use_awaitable, error);
  }
  void Patience(std::chrono::milliseconds time) {
    beast::get_lowest_layer(stream_).expires_after(time);
  }

  bool slow() const { return pace_->too_slow(); }
  // Ends the read under way once the client's patience is used up. The connection stays, so that it
  // can be told. What is in the buffer already needs no hurry; that read has its own time-out.
  void Hurry() {
    if (!pace_->bounded() || buffer_.size() > 0) return;
    hurry_.expires_after(pace_->left());
    hurry_.async_wait([this, hurried = hurried_, mine = *hurried_](boost::system::error_code gone) {
      if (gone || *hurried != mine) return;  // the read is over, and perhaps the connection, too
      beast::get_lowest_layer(stream_).cancel();
    });
  }

  // True: the connection stays open for another request.
  Task<bool> ServeOne() {
    boost::system::error_code error;
    if (buffer_.size() == 0) {
      Patience(served_ ? shared_.options.idle_timeout : shared_.options.header_timeout);
      idle_ = true;
      const size_t came =
          co_await stream_.async_read_some(buffer_.prepare(kFirstRead), Into(error));
      idle_ = false;
      if (error || shared_.stopping) co_return false;
      buffer_.commit(came);
    }
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(shared_.options.header_bytes_at_most));
    parser_->body_limit(shared_.options.body_bytes_at_most);
    parser_->on_chunk_header(bounded_extensions_);
    bounded_extensions_.left = kExtensionsAtMost;
    Patience(shared_.options.header_timeout);
    if (!co_await GatherHead()) co_return false;
    if (IsFolded(Buffered())) co_return co_await RefuseHead(400);
    co_await beast::http::async_read_header(stream_, buffer_, *parser_, Into(error));
    if (error) co_return co_await RefuseHeader(error);
    if (const unsigned status = WrongFraming()) co_return co_await RefuseHead(status);
    keep_alive_ = parser_->get().keep_alive();
    begun_ = chunked_ = gone_ = continued_ = broken_ = false;
    served_ = true;
    pace_.emplace(shared_.options.body_pace);
    TakeRequest();
    Response response = co_await Serve();
    if (broken_ && slow()) {
      response.status = 408;
      keep_alive_ = false;
    }
    if (begun_) {
      if (chunked_ && !gone_) co_await WriteLastChunk();
    } else if (IsSound(response)) {
      co_await Answer(response);
    } else {
      spdlog::error("http: {} {}: the head of the answer cannot be sent", request_.method,
                    request_.path);
      const Response instead{.status = 500};
      co_await Answer(instead);
    }
    if (!keep_alive_ || gone_) co_return false;
    co_return co_await DrainBody();
  }

  Task<Response> Serve() {
    try {
      co_return co_await shared_.serve(*this, request_);
    } catch (const std::exception& failure) {
      spdlog::error("http: {} {}: {}", request_.method, request_.path, failure.what());
    } catch (...) {
      spdlog::error("http: {} {}: something unknown was thrown", request_.method, request_.path);
    }
    // What was begun must not look as if it were whole.
    if (begun_) gone_ = true;
    co_return Response{.status = 500};
  }

  std::string_view Buffered() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }
  // Reads until the buffer has the head, or more than a head may have, which Beast then says.
  // False: the client is gone, or took too long.
  Task<bool> GatherHead() {
    boost::system::error_code error;
    size_t from = 0;
    while (!error && buffer_.size() <= shared_.options.header_bytes_at_most &&
           Buffered().find(kHeadEnd, from) == std::string_view::npos) {
      from = buffer_.size() < kHeadEnd.size() ? 0 : buffer_.size() - kHeadEnd.size() + 1;
      const size_t came =
          co_await stream_.async_read_some(buffer_.prepare(kFirstRead), Into(error));
      buffer_.commit(came);
    }
    co_return !error;
  }
  // Whether a line of the head goes on in the next: Beast joins them to one, others do not.
  static bool IsFolded(std::string_view text) {
    const std::string_view head = text.substr(0, text.find(kHeadEnd));
    return head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos;
  }

  // Of the chunks of one body: nobody here reads them.
  struct BoundedExtensions {
    size_t left = 0;
    void operator()(uint64_t, beast::string_view extensions, boost::system::error_code& error) {
      if (extensions.size() > left) error = beast::http::error::bad_chunk_extension;
      left -= std::min(left, extensions.size());
    }
  };

  // Whatever leaves it open where the request ends, or whom it is for, could be understood in
  // another way by a proxy in front. The status to refuse it with; 0: it is clear.
  unsigned WrongFraming() const {
    const auto& head = parser_->get();
    const auto times = [&](beast::http::field name) { return head.count(name); };
    const size_t hosts = times(beast::http::field::host);
    if (hosts > 1 || (hosts == 0 && head.version() >= 11)) return 400;
    if (times(beast::http::field::content_length) > 1) return 400;
    // Beast takes a list of the same length, too.
    const auto length = head[beast::http::field::content_length];
    if (length.find_first_not_of("0123456789") != length.npos) return 400;
    const size_t codings = times(beast::http::field::transfer_encoding);
    if (codings == 0) return 0;
    if (codings > 1 || head.version() < 11 || times(beast::http::field::content_length) > 0) {
      return 400;
    }
    const auto coding = head[beast::http::field::transfer_encoding];
    return beast::iequals(coding, "chunked") ? 0 : 501;
  }

  void TakeRequest() {
    const auto& from = parser_->get();
    request_ = {};
    request_.method = std::string(from.method_string());
    request_.target = std::string(from.target());
    request_.peer = PeerOf(beast::get_lowest_layer(stream_).socket());
    for (const auto& field : from) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      auto [at, is_new] = request_.headers.emplace(std::move(name), field.value());
      if (!is_new) at->second += ", " + std::string(field.value());
    }
  }

  // For a client that asks before it sends its body.
  Task<bool> Continue() {
    if (continued_) co_return true;
    continued_ = true;
    if (!beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) co_return true;
    boost::system::error_code error;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    Patience(shared_.options.silence_timeout);
    const asio::const_buffer bytes(kContinue.data(), kContinue.size());
    co_await asio::async_write(stream_, bytes, Into(error));
    co_return !error;
  }

  // Empty when it is gone, or has no address.
  template <class Socket>
  static std::string PeerOf(const Socket& socket) {
    if constexpr (std::is_same_v<typename Socket::protocol_type, asio::ip::tcp>) {
      boost::system::error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      if (!gone) return peer.address().to_string();
    }
    return "";
  }

  // Whether Beast and clients can take the head: its length, and nothing in it that ends a field.
  static bool IsSound(const Response& response) {
    size_t bytes = 0;
    for (const auto& [name, value] : response.headers) {
      bytes += name.size() + value.size() + 4;
      for (const std::string* text : {&name, &value}) {
        if (text->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return false;
      }
    }
    return bytes <= kHeadAtMost;
  }

  template <class Answered>
  void FillHead(const Response& response, Answered& answer) {
    answer.version(11);
    answer.result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers) answer.insert(name, value);
    answer.keep_alive(keep_alive_ && !shared_.stopping);
  }

  Task<void> Answer(const Response& response) {
    const bool head = request_.method == "HEAD";
    const bool no_body = response.status == 204 || response.status == 304;
    beast::http::response<beast::http::span_body<const char>> answer;
    FillHead(response, answer);
    if (!head && !no_body) answer.body() = {response.body.data(), response.body.size()};
    if (!no_body) answer.content_length(response.body.size());
    // A body that is not read to its end would be taken for the next request.
    if (!parser_->is_done() && Unwanted()) answer.keep_alive(false);
    keep_alive_ = answer.keep_alive();
    boost::system::error_code error;
    Patience(shared_.options.silence_timeout);
    beast::http::response_serializer<beast::http::span_body<const char>> serializer(answer);
    if (head) {
      co_await beast::http::async_write_header(stream_, serializer, Into(error));
    } else {
      co_await beast::http::async_write(stream_, serializer, Into(error));
    }
    gone_ = static_cast<bool>(error);
  }

  bool Unwanted() const {
    const auto left = parser_->content_length_remaining();
    const bool asked = beast::iequals(parser_->get()[beast::http::field::expect], "100-continue");
    return !left || *left > kDrained || (asked && !continued_);
  }

  // Reads what is left of a body that is nearly over. False: too much of it.
  Task<bool> DrainBody() {
    size_t drained = 0;
    while (!parser_->is_done()) {
      core::Result<std::string> piece = co_await Read();
      if (!piece || (drained += piece->size()) > kDrained) co_return false;
    }
    co_return true;
  }

  Task<void> WriteLastChunk() {
    boost::system::error_code error;
    Patience(shared_.options.silence_timeout);
    co_await asio::async_write(stream_, beast::http::make_chunk_last(), Into(error));
    gone_ = static_cast<bool>(error);
  }

  // Malformed or oversized requests are answered with an error where possible.
  Task<bool> RefuseHeader(boost::system::error_code error) {
    if (error.category() !=
            beast::http::make_error_code(beast::http::error::bad_version).category() ||
        error == beast::http::error::end_of_stream ||
        error == beast::http::error::partial_message) {
      co_return false;
    }
    const bool large =
        error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow;
    const bool body = error == beast::http::error::body_limit;
    const unsigned status = body ? 413U : large ? 431U : 400U;
    co_return co_await RefuseHead(status);
  }

  Response AnswerToHead(unsigned status) const {
    const auto& answer = shared_.options.refuse_head;
    return answer ? answer(status) : Response{};
  }

  // With this the connection is over: nobody knows where another request would begin.
  Task<bool> RefuseHead(unsigned status) {
    const Response said = AnswerToHead(status);
    beast::http::response<beast::http::span_body<const char>> answer;
    answer.version(11);
    answer.result(status);
    for (const auto& [name, value] : said.headers) answer.insert(name, value);
    answer.keep_alive(false);
    answer.body() = {said.body.data(), said.body.size()};
    answer.content_length(said.body.size());
    boost::system::error_code error;
    Patience(shared_.options.silence_timeout);
    co_await beast::http::async_write(stream_, answer, Into(error));
    co_return false;
  }

  // Closing with unread bytes would take the answer away from the client: its side is read for a
  // little while yet.
  Task<void> Close() {
    boost::system::error_code error;
    Patience(std::chrono::seconds(2));
    auto& lowest = beast::get_lowest_layer(stream_);
    if constexpr (!std::is_same_v<Stream, std::decay_t<decltype(lowest)>>) {  // TLS
      co_await stream_.async_shutdown(Into(error));
    }
    lowest.socket().shutdown(asio::socket_base::shutdown_send, error);
    std::string unread(kPiece, '\0');
    for (size_t drained = 0; !error && drained < kDrained && !shared_.stopping;) {
      drained += co_await lowest.async_read_some(asio::buffer(unread), Into(error));
    }
    lowest.close();
  }

  Stream stream_;
  Shared& shared_;
  asio::steady_timer hurry_;
  // Which read it is; outlives this, for what the timer has begun already.
  const std::shared_ptr<uint64_t> hurried_ = std::make_shared<uint64_t>(0);
  beast::flat_buffer buffer_;
  BoundedExtensions bounded_extensions_;  // outlives the parser
  std::optional<beast::http::request_parser<beast::http::buffer_body>> parser_;
  std::optional<BodyPace> pace_;  // of this body
  Request request_;
  bool idle_ = false;
  bool served_ = false;  // a request
  bool keep_alive_ = false;
  bool begun_ = false, chunked_ = false, continued_ = false;
  bool broken_ = false;  // the body
  bool gone_ = false;    // the client
};

}  // namespace throughline::runtime::http
