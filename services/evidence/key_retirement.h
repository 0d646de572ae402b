// The end of pseudonyms that follow from the installation's key, in districts that were there
// before the identity vault: whoever is on record keeps theirs, which nothing needs to derive any
// more.
#pragma once

#include <string>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "runtime/commands.h"
#include "runtime/rows.h"

namespace throughline::evidence {

// Lets go of the key of before as soon as everybody is on record whom the district's rosters know.
// False: it has none any more, or needs it still.
core::Result<bool> RetireKeyOfBefore(const std::string& district, const StudentPrivacy& privacy,
                                     runtime::Commands& commands, const runtime::Rows& rows);

}  // namespace throughline::evidence
