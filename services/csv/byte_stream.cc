#include "csv/byte_stream.h"

#include <zlib.h>

#include <fstream>
#include <string>

#include "csv/errors.h"

namespace throughline::csv {
namespace {

class FileStream : public ByteStream {
 public:
  explicit FileStream(const std::filesystem::path& path)
      : name_(path.filename().string()), in_(path, std::ios::binary) {}

  bool open() const { return in_.is_open(); }

  core::Result<size_t> Read(std::span<char> buffer) override {
    in_.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (in_.bad()) return core::Refuse(FileNotReadable(name_));
    return static_cast<size_t>(in_.gcount());
  }

 private:
  std::string name_;
  std::ifstream in_;
};

class GzipStream : public ByteStream {
 public:
  explicit GzipStream(const std::filesystem::path& path)
      : name_(path.filename().string()), in_(gzopen(path.c_str(), "rb")) {}
  ~GzipStream() override {
    if (in_ != nullptr) gzclose(in_);
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  bool open() const { return in_ != nullptr; }

  core::Result<size_t> Read(std::span<char> buffer) override {
    int read = gzread(in_, buffer.data(), static_cast<unsigned>(buffer.size()));
    // A stream that ends early gives what it has and then Z_BUF_ERROR, not a negative count.
    int status = Z_OK;
    if (read >= 0) gzerror(in_, &status);
    if (read < 0 || status == Z_BUF_ERROR) return core::Refuse(FileNotReadable(name_));
    return static_cast<size_t>(read);
  }

 private:
  std::string name_;
  gzFile in_;
};

template <typename Stream>
core::Result<std::unique_ptr<ByteStream>> OpenAs(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return core::Refuse(FileNotFound(path));
  auto stream = std::make_unique<Stream>(path);
  if (!stream->open()) return core::Refuse(FileNotReadable(path.filename().string()));
  return stream;
}

class StoppableStream : public ByteStream {
 public:
  StoppableStream(std::unique_ptr<ByteStream> stream, std::stop_token stop)
      : stream_(std::move(stream)), stop_(std::move(stop)) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    if (stop_.stop_requested()) return core::Refuse(ReadingStopped());
    return stream_->Read(buffer);
  }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::stop_token stop_;
};

}  // namespace

std::unique_ptr<ByteStream> UntilStopped(std::unique_ptr<ByteStream> stream, std::stop_token stop) {
  return std::make_unique<StoppableStream>(std::move(stream), std::move(stop));
}

core::Result<std::unique_ptr<ByteStream>> OpenFile(const std::filesystem::path& path) {
  return OpenAs<FileStream>(path);
}

core::Result<std::unique_ptr<ByteStream>> OpenGzipFile(const std::filesystem::path& path) {
  return OpenAs<GzipStream>(path);
}

}  // namespace throughline::csv
