// Which sourced ids a bundle has, file by file, as 64-bit fingerprints in open addressing: 16 bytes
// an id or so. That two of a million ids share a fingerprint, and a wrong reference is taken for a
// right one, has a chance of 1 in 30 million; the evidence service looks again. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "oneroster/bundle_files.h"

namespace throughline::oneroster {

class FingerprintSet {
 public:
  // False when it was in already.
  bool Insert(uint64_t fingerprint);
  bool Contains(uint64_t fingerprint) const;

 private:
  size_t SlotOf(uint64_t fingerprint) const;
  void Grow();

  std::vector<uint64_t> slots_;  // 0: free; a power of two of them, at most half full
  size_t count_ = 0;
};

class SourcedIds {
 public:
  bool Contains(BundleFile file, std::string_view sourced_id) const;
  // False when it was in already.
  bool Insert(BundleFile file, std::string_view sourced_id);

  // All ids of the file are in: from now on references into it are checked.
  void SetComplete(BundleFile file) { At(file).complete = true; }
  bool complete(BundleFile file) const { return files_[static_cast<size_t>(file)].complete; }

 private:
  struct Ids {
    FingerprintSet set;
    bool complete = false;
  };
  Ids& At(BundleFile file) { return files_[static_cast<size_t>(file)]; }

  std::array<Ids, kBundleFiles.size()> files_;
};

}  // namespace throughline::oneroster
