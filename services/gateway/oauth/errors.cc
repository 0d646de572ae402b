#include "gateway/oauth/errors.h"

namespace throughline::gateway::oauth {

core::Error ClientsUnusable(std::string_view source, std::string_view why) {
  std::string message(why);
  if (!source.empty()) message = std::string(source) + " cannot be used: " + message + ".";
  return {core::Code::kFailedPrecondition, "CLIENTS_UNUSABLE", message, "clients"};
}

core::Error SigningKeyUnusable(std::string_view path, std::string_view why) {
  return {core::Code::kFailedPrecondition, "SIGNING_KEY_UNUSABLE",
          "Tokens cannot be signed with " + std::string(path) + ": " + std::string(why) + ".",
          "signing-key"};
}

}  // namespace throughline::gateway::oauth
