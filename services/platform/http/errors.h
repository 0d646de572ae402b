// Every failure that HTTP itself reports, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::platform::http {

core::Error BodyTooLarge(size_t bytes_at_most);  // RESOURCE_EXHAUSTED; 413
core::Error BodyCutOff();                        // INVALID_ARGUMENT
core::Error BodyTooSlow();                       // INVALID_ARGUMENT; 408
core::Error ListenRefused(std::string_view listen, std::string_view why);
core::Error CertificateUnusable(std::string_view file, std::string_view why);
core::Error NetworkInvalid(std::string_view text);  // NETWORK_INVALID

}  // namespace throughline::platform::http
