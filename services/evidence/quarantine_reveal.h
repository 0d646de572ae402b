// What is shown of a result that was set aside, and to whom. Pure.
#pragma once

#include "evidence/secret_concealment.h"
#include "platform/access/principal.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::evidence {

// Puts the result as it came in place of hashes and the pseudonym for an administrator, and for the
// integration that sent it: an integration is shown nothing that it did not send itself, not even
// the pseudonym of an id that it guessed. Without the original, nothing that may name a student is
// left.
void Reveal(const platform::Principal& caller, const SecretConcealment& concealment,
            v1::QuarantinedResult& entry);

}  // namespace throughline::evidence
