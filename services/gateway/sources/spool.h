// A body that is kept on disk while it comes, and then read from its front: in bounded memory
// however long it is. The file has no name and is gone with this. Not thread-safe.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "csv/byte_stream.h"

namespace throughline::gateway {

class Spool {
 public:
  // SPOOL_UNAVAILABLE when there is no place for temporary files, or it is full.
  static core::Result<Spool> Open();
  core::Result<void> Write(std::string_view piece);
  // Ends the writing. For libraries that open what they read, perhaps several times: a name that it
  // has in this process, while this lives.
  core::Result<std::filesystem::path> Path();
  // The same, for those who read it once.
  core::Result<std::unique_ptr<throughline::csv::ByteStream>> Rewound() &&;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Closer>;
  class Stream;
  explicit Spool(File file) : file_(std::move(file)) {}

  File file_;
};

}  // namespace throughline::gateway
