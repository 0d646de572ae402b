// What ids and words that may name a student are concealed with in a district, a key for each
// purpose. They stay the same, so that a source's result is known again.
//
// They follow from a random key of the district. Those of a district that was there before the
// vault follow from the installation's key until that is replaced (installation_key.h).
#pragma once

#include <array>
#include <string_view>

#include "runtime/secret_file.h"

namespace throughline::identities {

struct NamingKeys {
  std::array<unsigned char, 16> ids;  // of results, requests
  runtime::Secret names;              // by which a source names what it does not show the id of
  runtime::Secret marks;              // that tell sealed words apart
  runtime::Secret texts;              // that were sealed before the vault
};

NamingKeys NamingKeysFrom(const runtime::Secret& secret, std::string_view district);

}  // namespace throughline::identities
