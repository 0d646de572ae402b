// What the district of the recording does with its library of practices.
#pragma once

#include <string>

#include "quiet_services.h"

namespace throughline::compatibility {

// Before teams write anything: one practice is published, and one will be retired.
void BeginLibrary(QuietServices& services, const std::string& district,
                  const std::string& indicator);
// What teams called `name` turns out to be the published one.
void TidyLibrary(QuietServices& services, const std::string& district, const std::string& name);

}  // namespace throughline::compatibility
