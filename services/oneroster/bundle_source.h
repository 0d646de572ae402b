// Where the files of a bundle come from: a folder, or a zip that is unpacked while it is read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "csv/byte_stream.h"

namespace throughline::oneroster {

struct BundleLimits;

class BundleSource {
 public:
  static core::Result<std::unique_ptr<BundleSource>> Open(const std::filesystem::path& path,
                                                          const BundleLimits& limits);
  virtual ~BundleSource() = default;

  // Files are named without a folder; in a zip they are those beside its manifest.csv.
  virtual bool Has(std::string_view file) const = 0;
  // FILE_NOT_IN_BUNDLE when there is none. The stream may outlive the source.
  virtual core::Result<std::unique_ptr<csv::ByteStream>> Open(std::string_view file) const = 0;
};

}  // namespace throughline::oneroster
