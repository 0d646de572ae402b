// The bytes of one connection, over whatever carries them: TCP, TLS, or the socket pair of a test.
// On the connection's strand, one operation at a time in each direction.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "platform/http/exchange.h"

namespace throughline::platform::http {

// Every operation sets `error`; none throws for what the network does.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual boost::asio::any_io_executor executor() = 0;
  // The client's address; empty when it is gone, or has none.
  virtual std::string peer() const = 0;

  // From now on an operation that is not over by then fails with a time-out.
  virtual void ExpireAfter(std::chrono::milliseconds time) = 0;
  // What a secured connection begins with.
  virtual Task<void> Handshake(boost::system::error_code& error) = 0;
  virtual Task<size_t> ReadSome(boost::asio::mutable_buffer into,
                                boost::system::error_code& error) = 0;
  // All of it; the pieces have to live that long.
  virtual Task<void> Write(std::span<const boost::asio::const_buffer> pieces,
                           boost::system::error_code& error) = 0;
  // Ends the operations under way, and nothing else.
  virtual void Cancel() = 0;

  // Says that nothing more will be written, and leaves the other direction open.
  virtual Task<void> EndWriting(boost::system::error_code& error) = 0;
  // What still arrives after that, as it is on the wire.
  virtual Task<size_t> ReadUnsecured(boost::asio::mutable_buffer into,
                                     boost::system::error_code& error) = 0;
  virtual void Close() = 0;
};

std::unique_ptr<Transport> PlainTransport(boost::asio::ip::tcp::socket socket);
// `context` outlives it.
std::unique_ptr<Transport> TlsTransport(boost::asio::ip::tcp::socket socket,
                                        boost::asio::ssl::context& context);

}  // namespace throughline::platform::http
