// What is derived from the installation's secret for deliveries: the secrets that webhooks are
// signed with, and the tokens of the links that end a digest. So neither is in any event, and every
// replica that has the same file knows them all. A plain value; thread-safe.
//
// While the installation's secret is replaced there are two: new links are made with the new one,
// links of both are read, and webhooks are signed with what follows from either, so that a receiver
// that knows the one or the other believes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/secret_file.h"
#include "throughline/notifications/v1/delivery.pb.h"

namespace throughline::notifications {

class DeliveryKeys {
 public:
  explicit DeliveryKeys(const runtime::Secret& secret,
                        const std::optional<runtime::Secret>& before = std::nullopt)
      : secret_(TextOf(secret)), before_(before ? TextOf(*before) : "") {}

  // The secret of a subscription's signing key, 32 bytes.
  std::string SigningSecret(std::string_view district, std::string_view subscription,
                            std::string_view key) const;

  // All that receivers may know of it, that of SigningSecret first.
  std::vector<std::string> SigningSecrets(std::string_view district, std::string_view subscription,
                                          std::string_view key) const;

  // A token that says which reader of which digest wants no more; for links.
  std::string UnsubscribeToken(const v1::EndDigest& of) const;
  // What a token says; nullopt when it was not made here.
  std::optional<v1::EndDigest> ReadUnsubscribeToken(std::string_view token) const;

 private:
  static std::string TextOf(const runtime::Secret& secret) {
    return {reinterpret_cast<const char*>(secret.data()), secret.size()};
  }

  std::string secret_;
  std::string before_;  // empty: there is none
};

}  // namespace throughline::notifications
