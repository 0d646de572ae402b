// The files of a OneRoster 1.2 CSV bundle that this system reads, in the order in which a file
// comes after those that it refers to, and the columns of the binding.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace throughline::oneroster {

enum class BundleFile {
  kOrgs,
  kAcademicSessions,
  kCourses,
  kClasses,
  kUsers,
  kRoles,
  kDemographics,
  kEnrollments,
  kCategories,
  kLineItems,
  kResults,
};

inline constexpr std::array kBundleFiles = {
    BundleFile::kOrgs,         BundleFile::kAcademicSessions,
    BundleFile::kCourses,      BundleFile::kClasses,
    BundleFile::kUsers,        BundleFile::kRoles,
    BundleFile::kDemographics, BundleFile::kEnrollments,
    BundleFile::kCategories,   BundleFile::kLineItems,
    BundleFile::kResults,
};

struct FileSpec {
  std::string_view name;                       // "academicSessions.csv"
  std::string_view property;                   // its row of the manifest: "file.academicSessions"
  std::span<const std::string_view> required;  // without one of these the file cannot be read
  std::span<const std::string_view> written;   // the columns that BundleWriter writes, in order
};

const FileSpec& SpecOf(BundleFile file);

// Whether a problem may show a value of this column; see bundle_problem.h.
bool MayExcerpt(BundleFile file, std::string_view column);

}  // namespace throughline::oneroster
