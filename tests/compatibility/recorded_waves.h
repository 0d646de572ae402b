// Waves of the district of the recording.
#pragma once

#include <string>

#include "quiet_services.h"

namespace throughline::compatibility {

// More teams want the published practice than can begin with it; another wave is given up.
void DrawWaves(QuietServices& services, const std::string& district);

}  // namespace throughline::compatibility
