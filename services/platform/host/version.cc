#include "platform/host/version.h"

#include "platform/metrics/build_info.h"

namespace throughline::platform {

std::string VersionOf(const std::string& program) {
  return program + ' ' + BuildVersion() + " (" + BuildRevision() + ')';
}

}  // namespace throughline::platform
