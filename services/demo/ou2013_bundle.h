// The Open University's 2013 presentations as a district `ou2013`, a OneRoster bundle: a module is
// a school, a presentation a team, a region within the presentation a class. Results are in order
// of their date. See deploy/demo/data/ATTRIBUTION.md.
//
// Tutor-marked work (TMA) is monthly_formative, computer-marked (CMA) daily_check, the exam
// annual_summative; each observes `<module>-mastery`, on a scale of 0 to 100. Terms end with the
// month before the next one starts, which is also when an exam is due.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace throughline::demo {

// `data_folder` holds oulad-2013-{assessments,results,students}.csv.gz.
core::Result<void> WriteOu2013Bundle(const std::filesystem::path& data_folder,
                                     const std::filesystem::path& out_folder);

}  // namespace throughline::demo
