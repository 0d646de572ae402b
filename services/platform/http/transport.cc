#include "platform/http/transport.h"

#include <boost/beast/ssl/ssl_stream.hpp>

#include "platform/http/stream_transport.h"

namespace throughline::platform::http {

namespace beast = boost::beast;

std::unique_ptr<Transport> PlainTransport(boost::asio::ip::tcp::socket socket) {
  return std::make_unique<StreamTransport<beast::tcp_stream>>(beast::tcp_stream(std::move(socket)));
}

std::unique_ptr<Transport> TlsTransport(boost::asio::ip::tcp::socket socket,
                                        boost::asio::ssl::context& context) {
  using Stream = beast::ssl_stream<beast::tcp_stream>;
  return std::make_unique<StreamTransport<Stream>>(Stream(std::move(socket), context));
}

}  // namespace throughline::platform::http
