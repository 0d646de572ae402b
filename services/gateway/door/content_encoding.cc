#include "gateway/door/content_encoding.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>

#include "gateway/door/errors.h"

namespace throughline::gateway {

namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr int kGzipOnly = 16;  // added to the size of the window

}  // namespace

core::Result<bool> IsGzip(const http::Request& request) {
  const std::string_view said = request.Header("content-encoding");
  std::string encoding(said);
  std::transform(encoding.begin(), encoding.end(), encoding.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (encoding.empty() || encoding == "identity") return false;
  if (encoding == "gzip" || encoding == "x-gzip") return true;
  return core::Refuse(ContentEncodingRefused(said));
}

// A stream of zlib, and what of the packed body is not unpacked yet.
class Unpacked::Inflation {
 public:
  Inflation() { ready_ = inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK; }
  ~Inflation() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  bool hungry() const { return packed_.empty(); }
  // Whether what was fed ends where a member of the file does.
  bool whole() const { return at_end_; }
  void Feed(std::string packed) {
    packed_ = std::move(packed);
    stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
    stream_.avail_in = static_cast<uInt>(packed_.size());
  }
  // The next piece, which may be empty; hungry when there is no more. One member of a file may
  // follow another.
  core::Result<std::string> Next() {
    if (!ready_) return core::Refuse(BodyNotGzip());
    if (at_end_ && inflateReset(&stream_) != Z_OK) return core::Refuse(BodyNotGzip());
    std::string piece(kPieceBytes, '\0');
    stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream_.avail_out = static_cast<uInt>(piece.size());
    const int done = inflate(&stream_, Z_NO_FLUSH);
    if (done != Z_OK && done != Z_STREAM_END && done != Z_BUF_ERROR) {
      return core::Refuse(BodyNotGzip());
    }
    at_end_ = done == Z_STREAM_END;
    piece.resize(piece.size() - stream_.avail_out);
    if (stream_.avail_in == 0 && (stream_.avail_out > 0 || at_end_)) packed_.clear();
    return piece;
  }

 private:
  z_stream stream_ = {};
  bool ready_ = false;
  bool at_end_ = false;
  std::string packed_;
};

Unpacked::Unpacked(http::Exchange& packed)
    : packed_(packed), inflation_(std::make_unique<Inflation>()) {}
Unpacked::~Unpacked() = default;

http::Task<core::Result<std::string>> Unpacked::Read() {
  while (true) {
    if (inflation_->hungry()) {
      core::Result<std::string> packed = co_await packed_.Read();
      if (!packed) co_return packed;
      if (packed->empty()) {
        if (!inflation_->whole()) co_return core::Refuse(BodyNotGzip());
        co_return std::string();
      }
      inflation_->Feed(*std::move(packed));
    }
    core::Result<std::string> piece = inflation_->Next();
    if (!piece || !piece->empty()) co_return piece;
  }
}

}  // namespace throughline::gateway
