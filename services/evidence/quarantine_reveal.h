// What is shown of a result that was set aside, and to whom.
#pragma once

#include <optional>
#include <string>

#include "evidence/student_privacy.h"
#include "platform/access/principal.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::evidence {

// Puts the result as it came in place of hashes and the pseudonym for an administrator, and for the
// integration that sent it: an integration is shown nothing that it did not send itself, not even
// the pseudonym of an id that it guessed. Without the original, nothing that may name a student is
// left. Originals from before there was a vault open while `erased_nobody`: then the district never
// erased a student.
void Reveal(const platform::Principal& caller, const StudentPrivacy& privacy, bool erased_nobody,
            v1::QuarantinedResult& entry);

// The same for whoever may see all of it; returns who sent it, where that is known.
std::optional<std::string> RevealOriginal(const StudentPrivacy& privacy, bool erased_nobody,
                                          v1::QuarantinedResult& entry);

}  // namespace throughline::evidence
