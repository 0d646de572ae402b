#include "gateway/sources/spool.h"

#include <string>

#include "gateway/sources/errors.h"

namespace throughline::gateway {

class Spool::Stream : public throughline::csv::ByteStream {
 public:
  explicit Stream(File file) : file_(std::move(file)) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    const size_t read = std::fread(buffer.data(), 1, buffer.size(), file_.get());
    if (read == 0 && std::ferror(file_.get()) != 0) return core::Refuse(SpoolUnavailable());
    return read;
  }

 private:
  File file_;
};

core::Result<Spool> Spool::Open() {
  File file(std::tmpfile());
  if (file == nullptr) return core::Refuse(SpoolUnavailable());
  return Spool(std::move(file));
}

core::Result<void> Spool::Write(std::string_view piece) {
  if (std::fwrite(piece.data(), 1, piece.size(), file_.get()) != piece.size()) {
    return core::Refuse(SpoolUnavailable());
  }
  return {};
}

core::Result<std::filesystem::path> Spool::Path() {
  if (std::fflush(file_.get()) != 0) return core::Refuse(SpoolUnavailable());
  return std::filesystem::path("/proc/self/fd") / std::to_string(::fileno(file_.get()));
}

core::Result<std::unique_ptr<throughline::csv::ByteStream>> Spool::Rewound() && {
  if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) {
    return core::Refuse(SpoolUnavailable());
  }
  return std::make_unique<Stream>(std::move(file_));
}

}  // namespace throughline::gateway
