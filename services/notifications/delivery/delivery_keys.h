// What is derived from the installation's secret for deliveries: the secrets that webhooks are
// signed with, and the tokens of the links that end a digest. So neither is in any event, and every
// replica that has the same file knows them all. A plain value; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/secret_file.h"
#include "throughline/notifications/v1/delivery.pb.h"

namespace throughline::notifications {

class DeliveryKeys {
 public:
  explicit DeliveryKeys(const runtime::Secret& secret)
      : secret_(reinterpret_cast<const char*>(secret.data()), secret.size()) {}

  // The secret of a subscription's signing key, 32 bytes.
  std::string SigningSecret(std::string_view district, std::string_view subscription,
                            std::string_view key) const;

  // A token that says which reader of which digest wants no more; for links.
  std::string UnsubscribeToken(const v1::EndDigest& of) const;
  // What a token says; nullopt when it was not made here.
  std::optional<v1::EndDigest> ReadUnsubscribeToken(std::string_view token) const;

 private:
  std::string secret_;
};

}  // namespace throughline::notifications
