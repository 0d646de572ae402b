// A core dump would have students' ids and the installation's keys in it.
#pragma once

namespace throughline::platform {

// From here on this process leaves no core dump, wherever the machine sends them, and processes of
// other accounts cannot read its memory. To be called first of all.
void ForbidCoreDumps();

}  // namespace throughline::platform
