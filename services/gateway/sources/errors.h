// Every refusal of declared sources, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

// All INVALID_ARGUMENT: of the file in which they are declared. `where` is district/source.
core::Error SourcesInvalid(std::string_view where, std::string_view why);  // SOURCES_INVALID
// NOT_FOUND: nobody has said how its files are to be read.
core::Error SourceUndeclared(std::string_view source);  // SOURCE_UNDECLARED
core::Error SourceNotAnId();                            // SOURCE_INVALID
core::Error SpoolUnavailable();                         // SPOOL_UNAVAILABLE, UNAVAILABLE

}  // namespace throughline::gateway
