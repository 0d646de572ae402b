// Reads a OneRoster 1.2 (or 1.1) CSV bundle, a folder or a zip, in one pass and bounded memory:
// rows are handed on as they are read and forgotten. Kept are 64-bit fingerprints of the sourced
// ids of every file but results.csv, so that references and duplicates are seen.
//
// A row with a problem is set aside and reported; everything else in the bundle is unharmed. An
// Error is returned only for what makes the bundle unreadable: no manifest, a broken archive, an
// I/O failure, or something beyond the limits (nothing of that size is ever read into memory).
//
// References are checked against the files that the manifest calls `bulk`; the rest of a `delta` is
// with whoever has the state. A second row of results.csv with the same sourcedId is a
// correction, not a problem. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "csv/csv_reader.h"
#include "oneroster/bundle_files.h"
#include "oneroster/bundle_problem.h"
#include "oneroster/results_file.h"
#include "oneroster/rows.h"

namespace throughline::oneroster {

class BundleSource;
class SourcedIds;

struct BundleLimits {
  csv::CsvLimits csv;
  int64_t archive_entries = 1'000;
  // Unpacked bytes of one file of a zip, at most; and at most this many times the size of the
  // whole zip, once there are more than `ratio_from_bytes`.
  int64_t unpacked_bytes = int64_t{8} << 30;
  int64_t unpacked_ratio = 200;
  int64_t ratio_from_bytes = int64_t{64} << 20;
  std::stop_token stop = {};  // ends the reading early, with READING_STOPPED
};

enum class FileMode { kAbsent, kBulk, kDelta };

struct Manifest {
  std::string version;  // oneroster.version
  std::string system_name;
  std::string system_code;
  std::map<BundleFile, FileMode> files;  // files without a row are absent
};

// Receives the rows of a bundle in the order of kBundleFiles, within a file as they stand.
class BundleVisitor {
 public:
  virtual ~BundleVisitor() = default;

  virtual void OnOrg(const Org& org) {}
  virtual void OnAcademicSession(const AcademicSession& session) {}
  virtual void OnCourse(const Course& course) {}
  virtual void OnClass(const ClassRow& row) {}
  virtual void OnUser(const User& user) {}
  virtual void OnUserRole(const UserRole& role) {}
  virtual void OnDemographics(const Demographics& demographics) {}
  virtual void OnEnrollment(const Enrollment& enrollment) {}
  virtual void OnCategory(const Category& category) {}
  virtual void OnLineItem(const LineItem& line_item) {}
  virtual void OnResult(const ResultRow& result) {}
  virtual void OnProblem(const BundleProblem& problem) {}
};

class BundleReader {
 public:
  // Opens a folder or a zip and reads its manifest.
  static core::Result<BundleReader> Open(const std::filesystem::path& path,
                                         const BundleLimits& limits = {});
  BundleReader(BundleReader&&) noexcept;
  BundleReader& operator=(BundleReader&&) noexcept;
  ~BundleReader();

  const Manifest& manifest() const { return manifest_; }

  // Reads everything but the results. To be called once.
  core::Result<void> ReadReferences(BundleVisitor& visitor);

  // The results, to be pulled one at a time; their references are checked when ReadReferences was
  // called before. Not found when the bundle has none; HEADER_UNUSABLE, after the problems were
  // reported, when a column is missing. May be called again to read them again; this reader must
  // outlive what it returned.
  core::Result<ResultsFile> OpenResults(ProblemSink problems);

  // Both: every file of the bundle in order.
  core::Result<void> Read(BundleVisitor& visitor);

 private:
  BundleReader(std::unique_ptr<BundleSource> source, const BundleLimits& limits);

  core::Result<void> ReadManifest();
  core::Result<std::unique_ptr<csv::ByteStream>> OpenStream(std::string_view name) const;
  template <typename RowType, typename Deliver>
  core::Result<void> ReadFile(BundleFile file, const ProblemSink& problems, Deliver deliver);

  std::unique_ptr<BundleSource> source_;
  std::unique_ptr<SourcedIds> ids_;
  BundleLimits limits_;
  Manifest manifest_;
};

}  // namespace throughline::oneroster
