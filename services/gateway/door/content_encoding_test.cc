#include "gateway/door/content_encoding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "platform/http/errors.h"

namespace throughline::gateway {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  std::string from = text;
  stream.next_in = reinterpret_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// A request whose body comes in pieces.
class Sent : public http::Exchange {
 public:
  Sent(std::string body, size_t piece) : body_(std::move(body)), piece_(piece) {}
  const http::Request& request() const override { return request_; }
  http::Task<core::Result<std::string>> Read() override {
    std::string piece = body_.substr(0, piece_);
    body_.erase(0, piece_);
    co_return piece;
  }
  http::Task<bool> Begin(const http::Response&) override { co_return false; }
  http::Task<bool> Write(std::string_view) override { co_return false; }
  bool stopping() const override { return false; }

 private:
  http::Request request_;
  std::string body_;
  size_t piece_;
};

core::Result<std::string> Read(const std::string& packed, size_t piece = 1000,
                               size_t at_most = 1 << 20) {
  Sent sent(packed, piece);
  Unpacked unpacked(sent);
  boost::asio::io_context context;
  auto body =
      boost::asio::co_spawn(context, http::ReadAll(unpacked, at_most), boost::asio::use_future);
  context.run();
  return body.get();
}

std::string EncodingOf(const std::string& header) {
  http::Request request;
  if (!header.empty()) request.headers["content-encoding"] = header;
  const auto gzip = IsGzip(request);
  return gzip ? *gzip ? "gzip" : "plain" : gzip.error().reason + ": " + gzip.error().message;
}

TEST(ContentEncoding, IsGzipInAnyCaseOrIsRefusedByItsName) {
  for (const char* plain : {"", "identity", "Identity"}) EXPECT_EQ(EncodingOf(plain), "plain");
  for (const char* gzip : {"gzip", "GZIP", "Gzip", "x-gzip"}) EXPECT_EQ(EncodingOf(gzip), "gzip");
  for (const char* other : {"br", "deflate", "zstd", "gzip, gzip", "compress"}) {
    const std::string refusal = EncodingOf(other);
    EXPECT_TRUE(refusal.starts_with("CONTENT_ENCODING_REFUSED")) << refusal;
    EXPECT_NE(refusal.find(std::string("encoded as ") + other), std::string::npos) << refusal;
  }
}

TEST(Unpacked, IsWhatWasPackedWhateverThePieces) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i * 7919 % 10'007) + ",";
  const std::string packed = Gzip(text);
  for (const size_t piece : {size_t{1}, size_t{1000}, packed.size()}) {
    EXPECT_EQ(Read(packed, piece).value(), text) << piece;
    EXPECT_EQ(Read(packed + Gzip("tail"), piece).value(), text + "tail") << "two members";
  }
  EXPECT_EQ(Read(Gzip("")).value(), "");
}

TEST(Unpacked, IsRefusedWhenItIsNoneOrNotWhole) {
  const std::string packed = Gzip("a text that is packed");
  for (const std::string& broken :
       {std::string("plain text"), packed.substr(0, packed.size() - 1), packed.substr(0, 5),
        std::string(), packed + "x", packed.substr(0, 12) + "?" + packed.substr(13)}) {
    const auto read = Read(broken);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, "BODY_NOT_GZIP");
  }
}

TEST(Unpacked, IsHeldToTheLimitOfWhatIsUnpacked) {
  const std::string packed = Gzip(std::string(10 << 20, 'x'));
  EXPECT_LT(packed.size(), 100'000);
  EXPECT_EQ(Read(packed).error().reason, http::BodyTooLarge(1).reason);
}

}  // namespace
}  // namespace throughline::gateway
