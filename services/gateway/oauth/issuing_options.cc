#include "gateway/oauth/issuing_options.h"

namespace throughline::gateway::oauth {

void AddIssuingOptions(CLI::App& command, IssuingOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Tokens for client credentials");
  group
      .add_option("--clients", options.clients,
                  "File with the systems that may ask /oauth/token for a token; see "
                  "services/gateway/oauth/clients.h. Without it there are no tokens from here")
      ->type_name("FILE");
  group
      .add_option("--signing-key", options.signing_key,
                  "File with the key that these tokens are signed with, made when it does not "
                  "exist; the same for all replicas")
      ->capture_default_str()
      ->type_name("FILE");
  group.add_option("--token-issuer", options.issuer, "What these tokens call their issuer")
      ->capture_default_str()
      ->type_name("NAME");
}

core::Result<std::unique_ptr<TokenIssuer>> OpenIssuer(const IssuingOptions& options,
                                                      const std::string& audience,
                                                      bool people_sign_in) {
  if (options.clients.empty() && !people_sign_in) return nullptr;
  auto clients = options.clients.empty() ? Clients() : Clients::FromFile(options.clients);
  if (!clients) return core::Refuse(clients.error());
  auto signer =
      TokenSigner::FromFile(options.signing_key, {.issuer = options.issuer, .audience = audience});
  if (!signer) return core::Refuse(signer.error());
  return std::make_unique<TokenIssuer>(TokenIssuer{std::move(*clients), std::move(*signer)});
}

std::vector<platform::AccessOptions> TrustIn(const TokenIssuer* issuer) {
  if (issuer == nullptr) return {};
  return {{.jwks = {},
           .issuer = issuer->signer.terms().issuer,
           .audience = issuer->signer.terms().audience,
           .own_keys = issuer->signer.Jwks()}};
}

}  // namespace throughline::gateway::oauth
