// Bytes to be read from front to back, wherever they come from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>

#include "core/result.h"

namespace throughline::csv {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Fills the front of `buffer`; the number of bytes read, 0 only at the end.
  virtual core::Result<size_t> Read(std::span<char> buffer) = 0;
};

// The same bytes until it is asked to stop: READING_STOPPED from then on.
std::unique_ptr<ByteStream> UntilStopped(std::unique_ptr<ByteStream> stream, std::stop_token stop);

core::Result<std::unique_ptr<ByteStream>> OpenFile(const std::filesystem::path& path);
// Unpacks while reading; a file that is not gzip is read as it is.
core::Result<std::unique_ptr<ByteStream>> OpenGzipFile(const std::filesystem::path& path);

}  // namespace throughline::csv
