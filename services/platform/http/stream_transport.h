// A transport over a stream of Beast's. A template, which its includers compile anew: few should.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <type_traits>
#include <utility>

#include "platform/http/transport.h"

namespace throughline::platform::http {

template <class Stream>
class StreamTransport final : public Transport {
 public:
  explicit StreamTransport(Stream stream) : stream_(std::move(stream)) {}

  boost::asio::any_io_executor executor() override { return stream_.get_executor(); }

  std::string peer() const override {
    const auto& socket = boost::beast::get_lowest_layer(stream_).socket();
    using Protocol = typename std::decay_t<decltype(socket)>::protocol_type;
    if constexpr (std::is_same_v<Protocol, boost::asio::ip::tcp>) {
      boost::system::error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      if (!gone) return peer.address().to_string();
    }
    return "";
  }

  void ExpireAfter(std::chrono::milliseconds time) override { lowest().expires_after(time); }

  Task<void> Handshake(boost::system::error_code& error) override {
    error = {};
    if constexpr (kSecured) {
      co_await stream_.async_handshake(boost::asio::ssl::stream_base::server, Into(error));
    }
    co_return;
  }

  Task<size_t> ReadSome(boost::asio::mutable_buffer into,
                        boost::system::error_code& error) override {
    co_return co_await stream_.async_read_some(into, Into(error));
  }

  Task<void> Write(std::span<const boost::asio::const_buffer> pieces,
                   boost::system::error_code& error) override {
    co_await boost::asio::async_write(stream_, pieces, Into(error));
  }

  void Cancel() override { lowest().cancel(); }

  Task<void> EndWriting(boost::system::error_code& error) override {
    error = {};
    if constexpr (kSecured) co_await stream_.async_shutdown(Into(error));
    lowest().socket().shutdown(boost::asio::socket_base::shutdown_send, error);
  }

  Task<size_t> ReadUnsecured(boost::asio::mutable_buffer into,
                             boost::system::error_code& error) override {
    co_return co_await lowest().async_read_some(into, Into(error));
  }

  void Close() override { lowest().close(); }

 private:
  auto& lowest() { return boost::beast::get_lowest_layer(stream_); }
  static constexpr bool kSecured =
      !std::is_same_v<Stream, std::decay_t<boost::beast::lowest_layer_type<Stream>>>;
  static auto Into(boost::system::error_code& error) {
    return boost::asio::redirect_error(boost::asio::use_awaitable, error);
  }

  Stream stream_;
};

}  // namespace throughline::platform::http
