#include "platform/host/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace throughline::platform {

void ForbidCoreDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // A machine that pipes core dumps to a program does not ask for the limit.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace throughline::platform
