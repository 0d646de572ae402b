#include "platform/http/connection.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <exception>
#include <stdexcept>

#include "platform/http/client_address.h"
#include "platform/http/errors.h"

namespace throughline::platform::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

constexpr size_t kPiece = 64 << 10;
constexpr size_t kFirstRead = 2 << 10;
constexpr size_t kDrained = 1 << 20;  // of a body that nobody wanted
// Of a client that is still sending when it is refused: until it has sent all, it reads nothing.
constexpr size_t kDrainedAtClose = 64 << 20;
// Of an answer. Clients and proxies take less than Beast, which throws at 64 KiB a field.
constexpr size_t kHeadAtMost = 32 << 10;
constexpr size_t kExtensionsAtMost = 1 << 10;
constexpr auto kCloseTime = std::chrono::seconds(2);
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

asio::const_buffer Bytes(std::string_view text) { return {text.data(), text.size()}; }

// Whether a line of the head goes on in the next: Beast joins them to one, others do not.
bool IsFolded(std::string_view text) {
  const std::string_view head = text.substr(0, text.find(kHeadEnd));
  return head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos;
}

// Whether Beast and clients can take the head: its length, and nothing in it that ends a field.
bool IsSound(const Response& response) {
  size_t bytes = 0;
  for (const auto& [name, value] : response.headers) {
    bytes += name.size() + value.size() + 4;
    for (const std::string* text : {&name, &value}) {
      if (text->find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return false;
    }
  }
  return bytes <= kHeadAtMost;
}

std::string TextOf(beast::http::response<beast::http::empty_body>& head) {
  beast::http::response_serializer<beast::http::empty_body> serializer(head);
  serializer.split(true);
  std::string text;
  boost::system::error_code error;
  serializer.next(error, [&](boost::system::error_code&, const auto& pieces) {
    text = beast::buffers_to_string(pieces);
  });
  return text;
}

}  // namespace

void Connection::BoundedExtensions::operator()(uint64_t, beast::string_view extensions,
                                               Error& error) {
  if (extensions.size() > left) error = beast::http::error::bad_chunk_extension;
  left -= std::min(left, extensions.size());
}

Connection::Connection(std::unique_ptr<Transport> transport, Shared& shared)
    : transport_(std::move(transport)),
      shared_(shared),
      hurry_(transport_->executor()),
      buffer_(shared.options.header_bytes_at_most + kPiece) {}

Connection::~Connection() { ++*hurried_; }

Task<void> Connection::Run() {
  Error error;
  Patience(shared_.options.header_timeout);
  BeforeIo();
  co_await transport_->Handshake(error);
  if (error) co_return;
  bool more = true;
  while (more && !shared_.stopping) more = co_await ServeOne();
  co_await Close();
}

Task<core::Result<std::string>> Connection::Read() {
  if (broken_) co_return core::Refuse(slow() ? BodyTooSlow() : BodyCutOff());
  if (parser_->is_done()) co_return std::string();
  if (!co_await Continue()) co_return core::Refuse(BodyCutOff());
  std::string piece(kPiece, '\0');
  auto& body = parser_->get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  Error error;
  // Some reads bring no more than the size of a chunk.
  while (!error && body.size == piece.size() && !parser_->is_done()) {
    Patience(shared_.options.silence_timeout);
    const size_t room = body.size;
    const auto began = shared_.options.now();
    Hurry();
    co_await ParseSome(error);
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

Task<bool> Connection::Begin(const Response& head) {
  if (!IsSound(head)) throw std::length_error("the head of an answer cannot be sent");
  begun_ = true;
  Head answer;
  FillHead(head, answer);
  chunked_ = parser_->get().version() == 11;
  answer.chunked(chunked_);
  if (!chunked_) answer.keep_alive(false);
  keep_alive_ = answer.keep_alive();
  const std::string text = TextOf(answer);
  const std::array pieces{Bytes(text)};
  Error error;
  Patience(shared_.options.silence_timeout);
  co_await Send(pieces, error);
  gone_ = static_cast<bool>(error);
  co_return !gone_;
}

Task<bool> Connection::Write(std::string_view piece) {
  if (gone_) co_return false;
  if (piece.empty()) co_return true;  // an empty chunk would be the last one
  const std::string size = chunked_ ? fmt::format("{:x}\r\n", piece.size()) : "";
  const std::array pieces{Bytes(size), Bytes(piece), Bytes(chunked_ ? kLineEnd : "")};
  Error error;
  Patience(shared_.options.silence_timeout);
  co_await Send(pieces, error);
  gone_ = static_cast<bool>(error);
  co_return !gone_;
}

Task<bool> Connection::ServeOne() {
  if (buffer_.size() == 0) {
    if (!co_await AwaitRequest()) co_return false;
  }
  BeginParsing();
  Patience(shared_.options.header_timeout);
  if (!co_await GatherHead()) co_return false;
  if (!co_await TakeHead()) co_return false;
  Response response = co_await Serve();
  co_await Finish(response);
  if (!keep_alive_ || gone_) co_return false;
  co_return co_await DrainBody();
}

// False: nothing came, or not in time.
Task<bool> Connection::AwaitRequest() {
  Patience(served_ ? shared_.options.idle_timeout : shared_.options.header_timeout);
  Error error;
  idle_ = true;
  co_await ReadSome(kFirstRead, error);
  idle_ = false;
  co_return !error && !shared_.stopping;
}

void Connection::BeginParsing() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(shared_.options.header_bytes_at_most));
  parser_->body_limit(shared_.options.body_bytes_at_most);
  parser_->on_chunk_header(bounded_extensions_);
  bounded_extensions_.left = kExtensionsAtMost;
}

// Reads until the buffer has the head, or more than a head may have, which Beast then says.
// False: the client is gone, or took too long.
Task<bool> Connection::GatherHead() {
  Error error;
  size_t from = 0;
  while (!error && buffer_.size() <= shared_.options.header_bytes_at_most &&
         Buffered().find(kHeadEnd, from) == std::string_view::npos) {
    from = buffer_.size() < kHeadEnd.size() ? 0 : buffer_.size() - kHeadEnd.size() + 1;
    co_await ReadSome(kFirstRead, error);
  }
  co_return !error;
}

// False: it was refused, and the connection is over.
Task<bool> Connection::TakeHead() {
  if (IsFolded(Buffered())) co_return co_await RefuseHead(400);
  Error error;
  while (!error && !parser_->is_header_done()) co_await ParseSome(error);
  if (error) co_return co_await RefuseHeader(error);
  if (const unsigned status = WrongFraming()) co_return co_await RefuseHead(status);
  keep_alive_ = parser_->get().keep_alive();
  begun_ = chunked_ = gone_ = continued_ = broken_ = false;
  served_ = true;
  pace_.emplace(shared_.options.body_pace);
  TakeRequest();
  co_return true;
}

// Whatever leaves it open where the request ends, or whom it is for, could be understood in
// another way by a proxy in front. The status to refuse it with; 0: it is clear.
unsigned Connection::WrongFraming() const {
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

void Connection::TakeRequest() {
  const auto& from = parser_->get();
  request_ = {};
  request_.method = std::string(from.method_string());
  request_.target = std::string(from.target());
  for (const auto& field : from) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    auto [at, is_new] = request_.headers.emplace(std::move(name), field.value());
    if (is_new) continue;
    // Cookies are parted as within one field (RFC 9113, 8.2.3), other lists by commas.
    at->second += (at->first == "cookie" ? "; " : ", ") + std::string(field.value());
  }
  request_.peer =
      ClientBehind(shared_.proxies, transport_->peer(), request_.Header("x-forwarded-for"));
}

Task<Response> Connection::Serve() {
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

Task<void> Connection::Finish(Response& response) {
  if (broken_ && slow()) {
    response.status = 408;
    keep_alive_ = false;
  }
  if (begun_) {
    if (!chunked_ || gone_) co_return;
    const std::array pieces{Bytes(kLastChunk)};
    Error error;
    Patience(shared_.options.silence_timeout);
    co_await Send(pieces, error);
    gone_ = static_cast<bool>(error);
  } else if (IsSound(response)) {
    co_await Answer(response);
  } else {
    spdlog::error("http: {} {}: the head of the answer cannot be sent", request_.method,
                  request_.path);
    const Response instead{.status = 500};
    co_await Answer(instead);
  }
}

// For a client that asks before it sends its body.
Task<bool> Connection::Continue() {
  if (continued_) co_return true;
  continued_ = true;
  if (!beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) co_return true;
  const std::array pieces{Bytes(kContinue)};
  Error error;
  Patience(shared_.options.silence_timeout);
  co_await Send(pieces, error);
  co_return !error;
}

// Reads what is left of a body that is nearly over. False: too much of it.
Task<bool> Connection::DrainBody() {
  size_t drained = 0;
  while (!parser_->is_done()) {
    core::Result<std::string> piece = co_await Read();
    if (!piece) co_return false;
    drained += piece->size();
    if (drained > kDrained) co_return false;
  }
  co_return true;
}

bool Connection::Unwanted() const {
  const auto left = parser_->content_length_remaining();
  const bool asked = beast::iequals(parser_->get()[beast::http::field::expect], "100-continue");
  return !left || *left > kDrained || (asked && !continued_);
}

void Connection::FillHead(const Response& response, Head& answer) const {
  answer.version(11);
  answer.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) answer.insert(name, value);
  answer.keep_alive(keep_alive_ && !shared_.stopping);
}

Task<void> Connection::Answer(const Response& response) {
  const bool no_body = response.status == 204 || response.status == 304;
  const bool shown = !no_body && request_.method != "HEAD";
  Head answer;
  FillHead(response, answer);
  if (!no_body) answer.content_length(response.body.size());
  // A body that is not read to its end would be taken for the next request.
  if (!parser_->is_done() && Unwanted()) answer.keep_alive(false);
  keep_alive_ = answer.keep_alive();
  const std::string head = TextOf(answer);
  const std::array pieces{Bytes(head), Bytes(shown ? response.body : std::string_view())};
  Error error;
  Patience(shared_.options.silence_timeout);
  co_await Send(pieces, error);
  gone_ = static_cast<bool>(error);
}

// Malformed or oversized requests are answered with an error where possible.
Task<bool> Connection::RefuseHeader(Error said) {
  using beast::http::error;
  const auto& category = beast::http::make_error_code(error::bad_version).category();
  if (said.category() != category || said == error::end_of_stream ||
      said == error::partial_message) {
    co_return false;
  }
  const bool large = said == error::header_limit || said == error::buffer_overflow;
  const bool body = said == error::body_limit;
  const unsigned status = body ? 413U : large ? 431U : 400U;
  co_return co_await RefuseHead(status);
}

// With this the connection is over: nobody knows where another request would begin.
Task<bool> Connection::RefuseHead(unsigned status) {
  const auto& refusal = shared_.options.refuse_head;
  const Response said = refusal ? refusal(status) : Response{};
  Head answer;
  answer.version(11);
  answer.result(status);
  for (const auto& [name, value] : said.headers) answer.insert(name, value);
  answer.keep_alive(false);
  answer.content_length(said.body.size());
  const std::string head = TextOf(answer);
  const std::array pieces{Bytes(head), Bytes(said.body)};
  Error error;
  Patience(shared_.options.silence_timeout);
  co_await Send(pieces, error);
  co_return false;
}

// Closing with unread bytes would take the answer away from the client: its side is read for a
// little while yet.
Task<void> Connection::Close() {
  Error error;
  Patience(kCloseTime);
  BeforeIo();
  co_await transport_->EndWriting(error);
  std::string unread(kPiece, '\0');
  const asio::mutable_buffer into = asio::buffer(unread);
  for (size_t drained = 0; !error && drained < kDrainedAtClose && !shared_.stopping;) {
    BeforeIo();
    drained += co_await transport_->ReadUnsecured(into, error);
  }
  transport_->Close();
}

// Into the buffer.
Task<size_t> Connection::ReadSome(size_t at_most, Error& error) {
  BeforeIo();
  const asio::mutable_buffer into = buffer_.prepare(at_most);
  const size_t came = co_await transport_->ReadSome(into, error);
  buffer_.commit(came);
  co_return came;
}

// Parses what is in the buffer, and reads more when that is not enough for anything: as Beast's
// async_read_some, but over a transport whose type is not known here.
Task<void> Connection::ParseSome(Error& error) {
  while (true) {
    if (buffer_.size() > 0) {
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error != beast::http::error::need_more) co_return;
      error = {};
    }
    const size_t room = beast::read_size(buffer_, kPiece);
    if (room == 0) error = beast::http::error::buffer_overflow;
    if (!error) co_await ReadSome(room, error);
    if (error == asio::error::eof) {
      error = {};
      if (!parser_->got_some()) error = beast::http::error::end_of_stream;
      if (!error) parser_->put_eof(error);
      co_return;
    }
    if (error) co_return;
  }
}

Task<void> Connection::Send(std::span<const asio::const_buffer> pieces, Error& error) {
  BeforeIo();
  co_await transport_->Write(pieces, error);
}

void Connection::BeforeIo() const {
  if (shared_.options.before_io) shared_.options.before_io();
}

std::string_view Connection::Buffered() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

// Ends the read under way once the client's patience is used up. The connection stays, so that it
// can be told. What is in the buffer already needs no hurry; that read has its own time-out.
void Connection::Hurry() {
  if (!pace_->bounded() || buffer_.size() > 0) return;
  hurry_.expires_after(pace_->left());
  hurry_.async_wait([this, hurried = hurried_, mine = *hurried_](Error gone) {
    if (gone || *hurried != mine) return;  // the read is over, and perhaps the connection, too
    transport_->Cancel();
  });
}

}  // namespace throughline::platform::http
