// Tennessee's Project STAR as a district `star`, a OneRoster bundle: 80 schools, a team per grade,
// a class per teacher, one spring test a year in reading and mathematics (1986 in kindergarten to
// 1989 in grade 3). See deploy/demo/data/ATTRIBUTION.md.
//
// The test's scale is not published with the data: it is that of the observed scores, rounded
// outward to hundreds, one a subject. A student's free-lunch group is the latest one known.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace throughline::demo {

core::Result<void> WriteStarBundle(const std::filesystem::path& star_csv_gz,
                                   const std::filesystem::path& out_folder);

}  // namespace throughline::demo
