#include "notifications/delivery/delivery_options.h"

#include <algorithm>
#include <filesystem>

#include "runtime/known_secret.h"

namespace throughline::notifications {

using core::Result;

namespace {

core::Error OptionWrong(std::string_view option, std::string_view why) {
  return {core::Code::kInvalidArgument, "DELIVERY_OPTION_WRONG",
          "--" + std::string(option) + " " + std::string(why), std::string(option)};
}

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<core::Error> CheckMail(const DeliveryOptions& options) {
  if (!options.smtp.starts_with("smtp://") && !options.smtp.starts_with("smtps://")) {
    return OptionWrong("smtp", "must be smtp://HOST:PORT or smtps://HOST:PORT.");
  }
  const size_t at = options.mail_from.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == options.mail_from.size() ||
      !IsPlain(options.mail_from)) {
    return OptionWrong("mail-from", "must be an e-mail address when --smtp is given.");
  }
  const std::string& url = options.unsubscribe_url;
  if (!(url.starts_with("https://") || url.starts_with("http://")) || !IsPlain(url) ||
      url.find('?') != std::string::npos) {
    return OptionWrong("unsubscribe-url",
                       "must be an http(s) address without a query when --smtp is given.");
  }
  return std::nullopt;
}

}  // namespace

void AddDeliveryOptions(CLI::App& command, DeliveryOptions& options) {
  CLI::Option_group& group = *command.add_option_group("Webhooks and mail");
  group
      .add_option("--deliveries-key", options.key,
                  "File with the secret behind webhooks' secrets and unsubscribe links, made when "
                  "it does not exist; the same for all replicas")
      ->capture_default_str()
      ->type_name("FILE");
  group
      .add_option("--deliveries-key-before", options.key_before,
                  "File with the secret that --deliveries-key takes the place of, for as long as "
                  "receivers and readers may know what was made with it")
      ->type_name("FILE");
  group
      .add_option("--webhook-allow", options.webhook_allow,
                  "A network that webhooks may be in although it is not public, such as "
                  "10.1.0.0/16; may be repeated")
      ->type_name("NETWORK")
      ->delimiter(',');
  group.add_flag("--webhook-http", options.webhook_http, "Webhooks may be http, not only https");
  group
      .add_option("--webhook-ca", options.webhook_ca,
                  "Authorities that webhooks' certificates are checked with, PEM; without it, "
                  "those of the machine")
      ->type_name("FILE");
  group
      .add_option("--smtp", options.smtp,
                  "Mail server: smtp://host:port (STARTTLS) or smtps://host:port; without it no "
                  "mail is sent")
      ->type_name("URL");
  group.add_option("--smtp-user", options.smtp_user, "User of the mail server")->type_name("NAME");
  group
      .add_option("--smtp-password", options.smtp_password,
                  "Its password; better in the environment than on a command line")
      ->type_name("PASSWORD");
  group
      .add_option("--smtp-password-file", options.smtp_password_file,
                  "File with that password instead, read again for every mail")
      ->type_name("FILE")
      ->excludes("--smtp-password");
  group
      .add_option("--smtp-ca", options.smtp_ca,
                  "Authorities that the mail server's certificate is checked with, PEM")
      ->type_name("FILE");
  group.add_flag("--smtp-plain", options.smtp_plain, "Speak SMTP without TLS");
  group.add_option("--mail-from", options.mail_from, "Address that mails come from")
      ->type_name("ADDRESS");
  group
      .add_option("--unsubscribe-url", options.unsubscribe_url,
                  "Where links in mails lead; ?token=… is added")
      ->type_name("URL");
}

namespace {

// The key, which the log knows from then on in the place of the one before, and that one.
Result<DeliveryKeys> ReplacedKeys(const DeliveryOptions& options, runtime::Log* log) {
  std::error_code unreadable;  // is said by who reads it
  if (!std::filesystem::exists(options.key_before, unreadable) && !unreadable) {
    return core::Refuse(OptionWrong("deliveries-key-before", "names no file."));
  }
  const auto before = runtime::SecretFromFile(options.key_before, "deliveries");
  if (!before) return core::Refuse(before.error());
  const auto next = runtime::SecretFromFile(options.key, "deliveries");
  if (!next) return core::Refuse(next.error());
  if (*before == *next) {
    return core::Refuse(OptionWrong("deliveries-key-before", "has the same secret as the key."));
  }
  if (log != nullptr) {
    auto known = runtime::ReplaceKnownSecret(*log, *before, *next, options.key, "deliveries");
    if (!known) return core::Refuse(known.error());
  }
  return DeliveryKeys(*next, *before);
}

Result<DeliveryKeys> KeysOf(const DeliveryOptions& options, runtime::Log* log) {
  if (!options.key_before.empty()) return ReplacedKeys(options, log);
  auto secret = log == nullptr ? runtime::SecretFromFile(options.key, "deliveries")
                               : runtime::KnownSecretFromFile(*log, options.key, "deliveries");
  if (!secret) return core::Refuse(secret.error());
  return DeliveryKeys(*secret);
}

}  // namespace

Result<DeliverySetup> DeliverySetupOf(const DeliveryOptions& options, runtime::Log* log) {
  DeliverySetup setup;
  auto keys = KeysOf(options, log);
  if (!keys) return core::Refuse(keys.error());
  setup.keys = *std::move(keys);
  auto addresses = platform::AddressRules::Allowing(options.webhook_allow);
  if (!addresses) return core::Refuse(OptionWrong("webhook-allow", addresses.error().message));
  setup.webhooks = {*addresses, options.webhook_http, options.webhook_ca};
  setup.carries = true;
  if (options.smtp.empty()) return setup;
  if (auto error = CheckMail(options)) return core::Refuse(*error);
  setup.mail_server = {options.smtp,       options.smtp_user, options.smtp_password,
                       options.smtp_plain, options.smtp_ca,   options.smtp_password_file};
  setup.mail_from = options.mail_from;
  setup.unsubscribe_url = options.unsubscribe_url;
  return setup;
}

}  // namespace throughline::notifications
