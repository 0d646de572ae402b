#include "gateway/sign_in/sign_in_options.h"

#include <fstream>
#include <iterator>

#include "gateway/door/public_address.h"
#include "gateway/sign_in/errors.h"

namespace throughline::gateway::sign_in {

namespace {

constexpr size_t kLongestSecret = 1024;

std::string WrongIssuer(const std::string& text) {
  return IsPublicUrl(text) ? "" : text + " is no address such as https://id.district.example";
}

}  // namespace

void AddSignInOptions(CLI::App& command, SignInOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Signing in, for people");
  group
      .add_option("--sign-in-issuer", options.issuer,
                  "The provider of OpenID Connect at which people sign in, as its tokens call it; "
                  "without it nobody signs in here")
      ->check(CLI::Validator(WrongIssuer, "URL"))
      ->type_name("URL");
  group.add_option("--sign-in-client", options.client, "This installation's client id there")
      ->type_name("ID");
  group
      .add_option("--sign-in-secret", options.secret,
                  "The client's secret, best given as a variable; without one it is a public "
                  "client")
      ->type_name("SECRET");
  group.add_option("--sign-in-secret-file", options.secret_file, "File with that secret instead")
      ->type_name("FILE");
  group
      .add_option("--sign-in-roles", options.roles,
                  "File that says which role somebody has by what the provider says of them; see "
                  "services/gateway/sign_in/role_mapping.h")
      ->type_name("FILE");
  group.add_option("--sign-in-scopes", options.scopes, "What the provider is asked for")
      ->capture_default_str()
      ->type_name("WORDS");
  group
      .add_option("--session-minutes", options.session_minutes,
                  "How long somebody stays signed in, at most a day")
      ->check(CLI::Range(0.05, 1440.0))
      ->capture_default_str();
}

core::Result<void> CheckOptions(const SignInOptions& options) {
  const auto missing = [](std::string_view option, std::string_view what) {
    return core::Refuse(SignInOptionMissing(option, what));
  };
  if (options.client.empty()) return missing("sign-in-client", "its client id at the provider");
  if (options.roles.empty()) {
    return missing("sign-in-roles", "the file that says who has which role");
  }
  if ((" " + options.scopes + " ").find(" openid ") == std::string::npos) {
    return missing("sign-in-scopes", "openid has to be among them");
  }
  return {};
}

core::Result<std::string> SecretOf(const SignInOptions& options) {
  if (options.secret_file.empty()) return options.secret;
  const auto unusable = [&](std::string_view why) {
    return core::Refuse(SignInSecretUnusable(options.secret_file, why));
  };
  if (!options.secret.empty()) return unusable("--sign-in-secret is given, too");
  std::ifstream file(options.secret_file, std::ios::binary);
  if (!file) return unusable("it cannot be read");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty() || text.size() > kLongestSecret) return unusable("it is empty or too long");
  return text;
}

}  // namespace throughline::gateway::sign_in
