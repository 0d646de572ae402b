// Whether a directory has the secrets that its journal was written with.
#pragma once

#include <filesystem>
#include <vector>

#include "runtime/journal.h"

namespace throughline {

// Says on stderr of each secret that is another one, or gone; false when there is one. Without its
// secrets a journal is not served, whole as it may be.
bool CheckSecrets(const std::filesystem::path& directory,
                  const std::vector<runtime::StoredRecord>& fingerprints);

}  // namespace throughline
