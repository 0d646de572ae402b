// Writes a OneRoster 1.2 CSV bundle as a folder: rows go to disk as they come, in the order given,
// so the same rows make the same bytes. Finish writes the manifest and must come last; without it
// the folder is no bundle. Not thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "oneroster/bundle_files.h"
#include "oneroster/rows.h"

namespace throughline::oneroster {

class BundleWriter {
 public:
  // Names of the `metadata.*` columns of each file, without the prefix, in order. Metadata of a row
  // that is not named here is not written.
  using MetadataColumns = std::map<BundleFile, std::vector<std::string>>;

  // Creates the folder when there is none; files of a bundle in it are replaced.
  static core::Result<BundleWriter> Create(const std::filesystem::path& folder,
                                           std::string system_name, MetadataColumns metadata);
  BundleWriter(BundleWriter&&) noexcept;
  BundleWriter& operator=(BundleWriter&&) noexcept;
  ~BundleWriter();

  void Add(const Org& row);
  void Add(const AcademicSession& row);
  void Add(const Course& row);
  void Add(const ClassRow& row);
  void Add(const User& row);
  void Add(const UserRole& row);
  void Add(const Demographics& row);
  void Add(const Enrollment& row);
  void Add(const Category& row);
  void Add(const LineItem& row);
  void Add(const ResultRow& row);

  // Writes the manifest and closes everything; the first failure to write, of any row, is returned.
  core::Result<void> Finish();

 private:
  class Output;
  explicit BundleWriter(std::unique_ptr<Output> output);

  std::unique_ptr<Output> output_;
};

}  // namespace throughline::oneroster
