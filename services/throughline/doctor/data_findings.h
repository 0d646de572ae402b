// Whether what an installation has recorded fits this program and its secrets.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "decider/decider.h"
#include "runtime/journal.h"
#include "throughline/doctor/finding.h"

namespace throughline::doctor {

// The secrets in these files, by purpose, against what the log knows of them. A file that is not
// there is passed over where the log knows of none.
Findings KnownSecretFindings(
    runtime::RecordReader& log,
    const std::vector<std::pair<std::string, std::filesystem::path>>& files);

// Whether the rows of these services were written as this program writes them. `partitions` of
// each.
Findings StateVersionFindings(runtime::Store& store,
                              const std::vector<const decider::Decider*>& services,
                              int32_t partitions);

}  // namespace throughline::doctor
