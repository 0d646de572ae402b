// With what credential evidence is asked for what came by Kafka. For one thread at a time.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "gateway/oauth/token_signer.h"
#include "runtime/clock.h"

namespace throughline::gateway::edfi {

// The header `authorization` of the calls that are made now; empty where nobody needs one.
using Credential = std::function<core::Result<std::string>()>;

// Where everybody may call.
Credential NoCredential();
// What is in the file, and nothing but blanks around it. It is read again for every delivery, so
// that a new token may be put there at any time. EDFI_OPTION_WRONG when it cannot be read.
Credential CredentialIn(const std::string& file);
// A token of the gateway's own issuer: role integration, of this one district. It is kept for half
// of its life. The signer and the clock must outlive it.
Credential CredentialOf(const oauth::TokenSigner& signer, const runtime::Clock& clock,
                        const std::string& district);

}  // namespace throughline::gateway::edfi
