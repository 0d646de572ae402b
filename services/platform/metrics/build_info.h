// Which program this is.
#pragma once

namespace throughline::platform {

// As in CMakeLists.txt, such as 0.1.0.
const char* BuildVersion();
// The commit that it was configured from; "unknown" outside a repository.
const char* BuildRevision();

}  // namespace throughline::platform
