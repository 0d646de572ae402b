// Every failure that the audit trail reports, by name.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace throughline::audit {

core::Error TrailUnavailable();  // UNAVAILABLE: it cannot be written now
core::Error StudentUnknown();    // NOT_FOUND
core::Error PeriodInvalid();
core::Error HeadFileUnusable(const std::filesystem::path& file, std::string_view why);

}  // namespace throughline::audit
