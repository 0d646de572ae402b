#include "oneroster/bundle_reader.h"

#include <fmt/format.h>

#include "csv/text.h"
#include "csv/utf8_stream.h"
#include "oneroster/bundle_source.h"
#include "oneroster/errors.h"
#include "oneroster/sourced_ids.h"
#include "oneroster/table_reader.h"

namespace throughline::oneroster {
namespace {

constexpr std::string_view kManifestName = "manifest.csv";

core::Result<FileMode> ModeOf(std::string_view text, int64_t line) {
  if (csv::IsSameWord(text, "absent")) return FileMode::kAbsent;
  if (csv::IsSameWord(text, "bulk")) return FileMode::kBulk;
  if (csv::IsSameWord(text, "delta")) return FileMode::kDelta;
  return core::Refuse(ManifestInvalid(line, "a file is absent, bulk or delta"));
}

BundleProblem MissingFile(BundleFile file) {
  return {std::string(SpecOf(file).name),
          0,
          "",
          kMissingFile,
          "The manifest names the file, and it is not there.",
          ""};
}

// Whether no more is wrong than that one file cannot be used, which was reported as a problem.
bool IsReportedAsProblem(const core::Error& error) {
  return error.reason == "HEADER_UNUSABLE" || error.reason == "FILE_NOT_IN_BUNDLE";
}

}  // namespace

BundleReader::BundleReader(std::unique_ptr<BundleSource> source, const BundleLimits& limits)
    : source_(std::move(source)), ids_(std::make_unique<SourcedIds>()), limits_(limits) {}
BundleReader::BundleReader(BundleReader&&) noexcept = default;
BundleReader& BundleReader::operator=(BundleReader&&) noexcept = default;
BundleReader::~BundleReader() = default;

core::Result<BundleReader> BundleReader::Open(const std::filesystem::path& path,
                                              const BundleLimits& limits) {
  auto source = BundleSource::Open(path, limits);
  if (!source) return core::Refuse(source.error());
  BundleReader reader(*std::move(source), limits);
  if (auto read = reader.ReadManifest(); !read) return core::Refuse(read.error());
  return reader;
}

core::Result<std::unique_ptr<csv::ByteStream>> BundleReader::OpenStream(
    std::string_view name) const {
  auto stream = source_->Open(name);
  if (!stream) return stream;
  return csv::UntilStopped(*std::move(stream), limits_.stop);
}

core::Result<void> BundleReader::ReadManifest() {
  if (!source_->Has(kManifestName)) return core::Refuse(ManifestMissing());
  auto stream = OpenStream(kManifestName);
  if (!stream) return core::Refuse(stream.error());
  csv::CsvReader csv(csv::AsUtf8(*std::move(stream)), std::string(kManifestName), limits_.csv);
  for (bool header = true;; header = false) {
    auto row = csv.Next();
    if (!row) return core::Refuse(row.error());
    if (*row == nullptr) break;
    const csv::CsvRow& line = **row;
    if (line.fault != csv::CsvFault::kNone || line.fields.size() < 2) {
      return core::Refuse(ManifestInvalid(line.line, "a row has a propertyName and a value"));
    }
    if (header) continue;
    const std::string_view name = csv::Trimmed(line.fields[0]),
                           value = csv::Trimmed(line.fields[1]);
    if (name == "oneroster.version") manifest_.version = value;
    if (name == "source.systemName") manifest_.system_name = value;
    if (name == "source.systemCode") manifest_.system_code = value;
    if (!csv::IsUtf8(value))
      return core::Refuse(ManifestInvalid(line.line, "a value is not UTF-8"));
    for (BundleFile file : kBundleFiles) {
      if (!csv::IsSameWord(name, SpecOf(file).property)) continue;
      auto mode = ModeOf(value, line.line);
      if (!mode) return core::Refuse(mode.error());
      manifest_.files[file] = *mode;
    }
  }
  if (manifest_.version != "1.2" && manifest_.version != "1.1") {
    return core::Refuse(VersionNotSupported());
  }
  return {};
}

template <typename RowType, typename Deliver>
core::Result<void> BundleReader::ReadFile(BundleFile file, const ProblemSink& problems,
                                          Deliver deliver) {
  const FileMode mode = manifest_.files[file];
  if (mode == FileMode::kAbsent) return {};
  if (!source_->Has(SpecOf(file).name)) {
    problems(MissingFile(file));
    return {};
  }
  auto stream = OpenStream(SpecOf(file).name);
  if (!stream) return core::Refuse(stream.error());
  auto table = TableReader::Open(*std::move(stream), file, problems, limits_.csv, ids_.get());
  if (!table) {
    if (IsReportedAsProblem(table.error())) return {};
    return core::Refuse(table.error());
  }
  while (true) {
    auto more = (*table)->Next();
    if (!more) return core::Refuse(more.error());
    if (!*more) break;
    RowType row;
    if (!Parse(**table, row)) continue;
    if (!ids_->Insert(file, row.sourced_id)) {
      (*table)->Report("sourcedId", kDuplicateSourcedId, "The sourcedId was used before.");
      continue;
    }
    deliver(row);
  }
  if (mode == FileMode::kBulk) ids_->SetComplete(file);
  return {};
}

core::Result<void> BundleReader::ReadReferences(BundleVisitor& visitor) {
  const ProblemSink problems = [&](const BundleProblem& problem) { visitor.OnProblem(problem); };
  core::Result<void> read;
  const auto done = [&](core::Result<void> result) {
    read = std::move(result);
    return read.has_value();
  };
  // Demographics share the ids of users: they are not ids of their own.
  (void)(done(ReadFile<Org>(BundleFile::kOrgs, problems, [&](auto& row) { visitor.OnOrg(row); })) &&
         done(ReadFile<AcademicSession>(BundleFile::kAcademicSessions, problems,
                                        [&](auto& row) { visitor.OnAcademicSession(row); })) &&
         done(ReadFile<Course>(BundleFile::kCourses, problems,
                               [&](auto& row) { visitor.OnCourse(row); })) &&
         done(ReadFile<ClassRow>(BundleFile::kClasses, problems,
                                 [&](auto& row) { visitor.OnClass(row); })) &&
         done(ReadFile<User>(BundleFile::kUsers, problems,
                             [&](auto& row) { visitor.OnUser(row); })) &&
         done(ReadFile<UserRole>(BundleFile::kRoles, problems,
                                 [&](auto& row) { visitor.OnUserRole(row); })) &&
         done(ReadFile<Demographics>(BundleFile::kDemographics, problems,
                                     [&](auto& row) { visitor.OnDemographics(row); })) &&
         done(ReadFile<Enrollment>(BundleFile::kEnrollments, problems,
                                   [&](auto& row) { visitor.OnEnrollment(row); })) &&
         done(ReadFile<Category>(BundleFile::kCategories, problems,
                                 [&](auto& row) { visitor.OnCategory(row); })) &&
         done(ReadFile<LineItem>(BundleFile::kLineItems, problems,
                                 [&](auto& row) { visitor.OnLineItem(row); })));
  return read;
}

core::Result<ResultsFile> BundleReader::OpenResults(ProblemSink problems) {
  const std::string_view name = SpecOf(BundleFile::kResults).name;
  const auto mode = manifest_.files.find(BundleFile::kResults);
  if (mode == manifest_.files.end() || mode->second == FileMode::kAbsent) {
    return core::Refuse(FileNotInBundle(name));
  }
  if (!source_->Has(name)) {
    if (problems) problems(MissingFile(BundleFile::kResults));
    return core::Refuse(FileNotInBundle(name));
  }
  auto stream = OpenStream(name);
  if (!stream) return core::Refuse(stream.error());
  return ResultsFile::From(*std::move(stream), std::move(problems), limits_.csv, ids_.get());
}

core::Result<void> BundleReader::Read(BundleVisitor& visitor) {
  if (auto read = ReadReferences(visitor); !read) return read;
  auto results = OpenResults([&](const BundleProblem& problem) { visitor.OnProblem(problem); });
  if (!results) {
    if (IsReportedAsProblem(results.error())) return {};
    return core::Refuse(results.error());
  }
  ResultRow row;
  while (true) {
    auto more = results->Next(row);
    if (!more) return core::Refuse(more.error());
    if (!*more) return {};
    visitor.OnResult(row);
  }
}

}  // namespace throughline::oneroster
