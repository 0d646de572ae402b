// Bodies that come compressed: `Content-Encoding: gzip` is understood, any other is refused by its
// name. The body is decompressed piece by piece as it is read; the limits of an endpoint apply to
// the decompressed body.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/http/exchange.h"

namespace throughline::gateway {

namespace http = platform::http;

// Whether the body of a request is gzip. CONTENT_ENCODING_REFUSED, 415, when it is neither
// gzip nor unencoded.
core::Result<bool> IsGzip(const http::Request& request);

// An exchange whose body is that of another one, unpacked. BODY_NOT_GZIP when the body is not
// gzip or is cut off. Refers to the other exchange. Not thread-safe.
class Unpacked : public http::Exchange {
 public:
  explicit Unpacked(http::Exchange& packed);
  ~Unpacked() override;

  const http::Request& request() const override { return packed_.request(); }
  http::Task<core::Result<std::string>> Read() override;
  http::Task<bool> Begin(const http::Response& head) override { return packed_.Begin(head); }
  http::Task<bool> Write(std::string_view piece) override { return packed_.Write(piece); }
  bool stopping() const override { return packed_.stopping(); }

 private:
  class Inflation;

  http::Exchange& packed_;
  std::unique_ptr<Inflation> inflation_;
};

}  // namespace throughline::gateway
