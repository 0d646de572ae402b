// One connection of the server: its requests one after the other, each as an exchange.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <span>

#include "platform/http/places.h"
#include "platform/http/server.h"
#include "platform/http/transport.h"

namespace throughline::platform::http {

// What the connections of a server share.
struct Shared {
  ServerOptions options;
  std::vector<Network> proxies;
  Server::Serve serve;
  std::atomic<bool> stopping{false};
};

// On the transport's strand, as everything it does.
class Connection final : public Exchange {
 public:
  Connection(std::unique_ptr<Transport> transport, Shared& shared);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until either side closes it.
  Task<void> Run();
  // Ends it at once.
  void CutOff() { transport_->Close(); }
  bool idle() const { return idle_; }  // between two requests

  const Request& request() const override { return request_; }
  bool stopping() const override { return shared_.stopping; }
  Task<core::Result<std::string>> Read() override;
  Task<bool> Begin(const Response& head) override;
  Task<bool> Write(std::string_view piece) override;

 private:
  using Error = boost::system::error_code;
  using Head = boost::beast::http::response<boost::beast::http::empty_body>;

  // Of the chunks of one body: nobody here reads them.
  struct BoundedExtensions {
    size_t left = 0;
    void operator()(uint64_t, boost::beast::string_view extensions, Error& error);
  };

  // Of a request. True: the connection stays open for another.
  Task<bool> ServeOne();
  Task<bool> AwaitRequest();
  void BeginParsing();
  Task<bool> GatherHead();
  Task<bool> TakeHead();
  unsigned WrongFraming() const;
  void TakeRequest();
  Task<Response> Serve();
  Task<void> Finish(Response& response);
  Task<bool> Continue();
  Task<bool> DrainBody();
  bool Unwanted() const;

  // Of an answer.
  void FillHead(const Response& response, Head& answer) const;
  Task<void> Answer(const Response& response);
  Task<bool> RefuseHeader(Error said);
  Task<bool> RefuseHead(unsigned status);
  Task<void> Close();

  // Of the transport.
  void Patience(std::chrono::milliseconds time) { transport_->ExpireAfter(time); }
  Task<size_t> ReadSome(size_t at_most, Error& error);
  Task<void> ParseSome(Error& error);
  Task<void> Send(std::span<const boost::asio::const_buffer> pieces, Error& error);
  void BeforeIo() const;
  std::string_view Buffered() const;
  bool slow() const { return pace_->too_slow(); }
  void Hurry();

  const std::unique_ptr<Transport> transport_;
  Shared& shared_;
  boost::asio::steady_timer hurry_;
  // Which read it is; outlives this, for what the timer has begun already.
  const std::shared_ptr<uint64_t> hurried_ = std::make_shared<uint64_t>(0);
  boost::beast::flat_buffer buffer_;
  BoundedExtensions bounded_extensions_;  // outlives the parser
  std::optional<boost::beast::http::request_parser<boost::beast::http::buffer_body>> parser_;
  std::optional<BodyPace> pace_;  // of this body
  Request request_;
  bool idle_ = false;
  bool served_ = false;  // a request
  bool keep_alive_ = false;
  bool begun_ = false, chunked_ = false, continued_ = false;
  bool broken_ = false;  // the body
  bool gone_ = false;    // the client
};

}  // namespace throughline::platform::http
