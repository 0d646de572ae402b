// The evidence service, put together on what its host gives it.
#pragma once

#include <filesystem>

#include "platform/host/host.h"

namespace throughline::evidence {

// `key` is the file with the secret behind students' pseudonyms; see pseudonyms.h.
// One that was lost, or is another than before, is refused.
core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const std::filesystem::path& key);

}  // namespace throughline::evidence
