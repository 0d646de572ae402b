#include "oneroster/bundle_source.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "csv/errors.h"
#include "oneroster/bundle_reader.h"
#include "oneroster/errors.h"

namespace throughline::oneroster {
namespace {

constexpr size_t kBlockBytes = 64 << 10;
constexpr std::string_view kManifest = "manifest.csv";

class FolderSource : public BundleSource {
 public:
  explicit FolderSource(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool Has(std::string_view file) const override {
    std::error_code error;
    return std::filesystem::is_regular_file(folder_ / file, error);
  }

  core::Result<std::unique_ptr<csv::ByteStream>> Open(std::string_view file) const override {
    if (!Has(file)) return core::Refuse(FileNotInBundle(file));
    return csv::OpenFile(folder_ / file);
  }

 private:
  std::filesystem::path folder_;
};

struct ArchiveCloser {
  void operator()(archive* a) const { archive_read_free(a); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveCloser>;

core::Error Broken(archive* a) {
  const char* why = archive_error_string(a);
  return ArchiveBroken(why != nullptr ? why : "unknown error");
}

core::Result<ArchiveHandle> OpenArchive(const std::filesystem::path& path) {
  ArchiveHandle handle(archive_read_new());
  // Only with its directory, which is at its end: one that broke off is not taken for a whole one.
  archive_read_support_format_zip_seekable(handle.get());
  if (archive_read_open_filename(handle.get(), path.c_str(), kBlockBytes) != ARCHIVE_OK) {
    return core::Refuse(NotABundle(path));
  }
  return handle;
}

// Moves to the next entry; false at the end. `name` is empty unless it is a regular file below the
// folder that the archive stands for.
core::Result<bool> NextEntry(archive* a, std::string& name) {
  archive_entry* entry = nullptr;
  int status = archive_read_next_header(a, &entry);
  if (status == ARCHIVE_EOF) return false;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return core::Refuse(Broken(a));
  name.clear();
  const char* path = archive_entry_pathname(entry);
  if (path == nullptr || archive_entry_filetype(entry) != AE_IFREG) return true;
  // Nothing is ever unpacked to disk; such a name is still no name of a bundle's file.
  std::filesystem::path steps(path);
  if (steps.is_absolute() || std::ranges::find(steps, "..") != steps.end()) return true;
  name = path;
  return true;
}

class EntryStream : public csv::ByteStream {
 public:
  EntryStream(ArchiveHandle handle, std::string file, int64_t limit_bytes)
      : handle_(std::move(handle)), file_(std::move(file)), limit_bytes_(limit_bytes) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    la_ssize_t read = archive_read_data(handle_.get(), buffer.data(), buffer.size());
    if (read < 0) return core::Refuse(Broken(handle_.get()));
    read_bytes_ += read;
    if (read_bytes_ > limit_bytes_) return core::Refuse(UnpackedTooLarge(file_, limit_bytes_));
    return static_cast<size_t>(read);
  }

 private:
  ArchiveHandle handle_;
  std::string file_;
  int64_t limit_bytes_;
  int64_t read_bytes_ = 0;
};

// Each file is read through a handle of its own, found through the zip's directory, because
// the order of entries is not the order in which files are needed.
class ZipSource : public BundleSource {
 public:
  ZipSource(std::filesystem::path path, std::set<std::string> names, std::string prefix,
            int64_t limit_bytes)
      : path_(std::move(path)),
        names_(std::move(names)),
        prefix_(std::move(prefix)),
        limit_bytes_(limit_bytes) {}

  bool Has(std::string_view file) const override {
    return names_.contains(prefix_ + std::string(file));
  }

  core::Result<std::unique_ptr<csv::ByteStream>> Open(std::string_view file) const override {
    core::Result<ArchiveHandle> handle = OpenArchive(path_);
    if (!handle) return core::Refuse(handle.error());
    std::string wanted = prefix_ + std::string(file);
    std::string name;
    for (;;) {
      core::Result<bool> found = NextEntry(handle->get(), name);
      if (!found) return core::Refuse(found.error());
      if (!*found) return core::Refuse(FileNotInBundle(file));
      if (name == wanted) break;
    }
    return std::make_unique<EntryStream>(*std::move(handle), std::string(file), limit_bytes_);
  }

 private:
  std::filesystem::path path_;
  std::set<std::string> names_;
  std::string prefix_;
  int64_t limit_bytes_;
};

// Where the manifest is: at the top, or in the topmost folder that has one.
std::string PrefixOf(const std::set<std::string>& names) {
  std::string prefix;
  ptrdiff_t depth = -1;
  for (const std::string& name : names) {
    if (!name.ends_with(kManifest)) continue;
    std::string folder = name.substr(0, name.size() - kManifest.size());
    if (!folder.empty() && folder.back() != '/') continue;
    ptrdiff_t folder_depth = std::ranges::count(folder, '/');
    if (depth >= 0 && folder_depth >= depth) continue;
    prefix = folder;
    depth = folder_depth;
  }
  return prefix;
}

core::Result<std::unique_ptr<BundleSource>> OpenZip(const std::filesystem::path& path,
                                                    const BundleLimits& limits) {
  core::Result<ArchiveHandle> handle = OpenArchive(path);
  if (!handle) return core::Refuse(handle.error());
  std::set<std::string> names;
  std::string name;
  for (int64_t entries = 0;;) {
    core::Result<bool> found = NextEntry(handle->get(), name);
    if (!found) return core::Refuse(found.error());
    if (!*found) break;
    if (++entries > limits.archive_entries) {
      return core::Refuse(TooManyArchiveEntries(limits.archive_entries));
    }
    if (!name.empty()) names.insert(name);
  }
  std::error_code error;
  auto packed_bytes = static_cast<int64_t>(std::filesystem::file_size(path, error));
  int64_t by_ratio = std::max(limits.ratio_from_bytes, packed_bytes * limits.unpacked_ratio);
  std::string prefix = PrefixOf(names);
  return std::make_unique<ZipSource>(path, std::move(names), std::move(prefix),
                                     std::min(limits.unpacked_bytes, by_ratio));
}

}  // namespace

core::Result<std::unique_ptr<BundleSource>> BundleSource::Open(const std::filesystem::path& path,
                                                               const BundleLimits& limits) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::make_unique<FolderSource>(path);
  if (!std::filesystem::is_regular_file(path, error)) return core::Refuse(csv::FileNotFound(path));
  return OpenZip(path, limits);
}

}  // namespace throughline::oneroster
