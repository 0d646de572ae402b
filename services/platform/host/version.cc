#include "platform/host/version.h"

namespace throughline::platform {

std::string VersionOf(const std::string& program) {
  return program + " " THROUGHLINE_VERSION " (" THROUGHLINE_REVISION ")";
}

}  // namespace throughline::platform
