#include "platform/metrics/build_info.h"

namespace throughline::platform {

const char* BuildVersion() { return THROUGHLINE_VERSION; }
const char* BuildRevision() { return THROUGHLINE_REVISION; }

}  // namespace throughline::platform
