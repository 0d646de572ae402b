// The identity vault of an installation that moves between a directory and Kafka.
#pragma once

#include "core/result.h"
#include "identities/identity_store.h"

namespace throughline {

// All records that were not taken away, in order, and the wrapped keys, which open what they opened
// before. VAULT_NOT_EMPTY when `to` has any.
core::Result<void> CopyVault(identities::IdentityStore& from, identities::IdentityStore& to);

}  // namespace throughline
