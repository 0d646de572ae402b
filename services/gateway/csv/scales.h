// Tells the district which scales its assessments are on, as the mapping of a file says. Pushing
// the file comes after.
#pragma once

#include "gateway/door/ask.h"
#include "gateway/intake/mapping.h"

namespace throughline::gateway::csv {

// An assessment that the district does not have, or that names a scale already, stays as it is.
http::Task<core::Result<void>> NameScales(UnaryCalls& calls, const Caller& caller,
                                          const Mapping& mapping);

}  // namespace throughline::gateway::csv
