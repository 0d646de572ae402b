// Every refusal of an envelope of Caliper as a whole, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::caliper {

core::Error NoEnvelope();                             // CALIPER_ENVELOPE_INVALID
core::Error EnvelopeInvalid(std::string_view field);  // CALIPER_ENVELOPE_INVALID
core::Error VersionNotSupported();                    // CALIPER_VERSION_NOT_SUPPORTED
core::Error MediaTypeNotSupported();                  // MEDIA_TYPE_NOT_SUPPORTED

}  // namespace throughline::gateway::caliper
