#include "identities/naming_keys.h"

#include <sodium.h>

#include "identities/sealing.h"

namespace throughline::identities {

NamingKeys NamingKeysFrom(const runtime::Secret& secret, std::string_view district) {
  constexpr std::string_view kIds = "concealment: ids of results";
  NamingKeys keys;
  crypto_generichash(keys.ids.data(), keys.ids.size(),
                     reinterpret_cast<const unsigned char*>(kIds.data()), kIds.size(),
                     secret.data(), secret.size());
  keys.names = Hash(secret, district);
  keys.marks = Hash(secret, "concealment: nonces of sealed texts");
  keys.texts = Hash(secret, "concealment: sealed texts");
  return keys;
}

}  // namespace throughline::identities
