// A signed head in a file, as JSON: what shows that a trail was cut off together with its heads.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::audit {

// HEAD_FILE_UNUSABLE when it cannot be read, or has no head in it.
core::Result<v1::SignedHead> ReadHead(const std::filesystem::path& file);

// In the place of what is there, whole or not at all; its owner's only. HEAD_FILE_UNUSABLE.
core::Result<void> WriteHead(const std::filesystem::path& file, const v1::SignedHead& head);

}  // namespace throughline::audit
