#include "evidence/pseudonyms.h"

#include <sodium.h>

#include "core/ids.h"
#include "runtime/known_secret.h"

namespace throughline::evidence {

namespace {

Pseudonyms::Secret Hash(std::string_view text, const Pseudonyms::Secret& key) {
  Pseudonyms::Secret digest;
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data(),
                     key.size());
  return digest;
}

}  // namespace

core::Result<Pseudonyms> Pseudonyms::FromFile(runtime::Log& log,
                                              const std::filesystem::path& file) {
  auto secret = runtime::KnownSecretFromFile(log, file, "pseudonyms");
  if (!secret) return core::Refuse(secret.error());
  return Pseudonyms(*secret);
}

Pseudonyms::District Pseudonyms::In(std::string_view district) const {
  return District(Hash(district, secret_));
}

std::string Pseudonyms::District::Of(std::string_view student) const {
  const Secret digest = Hash(student, key_);
  return core::DerivedId({{reinterpret_cast<const char*>(digest.data()), digest.size()}});
}

}  // namespace throughline::evidence
