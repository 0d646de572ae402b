// Which build a program is.
#pragma once

#include <string>

namespace throughline::platform {

// The program's name, the release, and the revision of the sources when the build was configured:
// "throughline-plans 0.2.0 (1a2b3c4d5e6f)".
std::string VersionOf(const std::string& program);

}  // namespace throughline::platform
