#include "importing/bundle_modes.h"

namespace throughline::importing {

bool IsDelta(const oneroster::Manifest& manifest, oneroster::BundleFile file) {
  const auto mode = manifest.files.find(file);
  return mode != manifest.files.end() && mode->second == oneroster::FileMode::kDelta;
}

bool SaysChanges(const oneroster::Manifest& manifest) {
  return IsDelta(manifest, oneroster::BundleFile::kUsers) ||
         IsDelta(manifest, oneroster::BundleFile::kDemographics) ||
         IsDelta(manifest, oneroster::BundleFile::kEnrollments);
}

bool SaysAll(const oneroster::Manifest& manifest) {
  using oneroster::BundleFile;
  for (const BundleFile file :
       {BundleFile::kOrgs, BundleFile::kClasses, BundleFile::kUsers, BundleFile::kEnrollments}) {
    const auto mode = manifest.files.find(file);
    if (mode == manifest.files.end() || mode->second != oneroster::FileMode::kBulk) return false;
  }
  return true;
}

}  // namespace throughline::importing
