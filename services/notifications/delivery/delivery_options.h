// How deliveries are configured; ../README.md has the table of these options, and a test holds it
// to what is here.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "notifications/delivery/delivery_setup.h"
#include "runtime/journal.h"

namespace throughline::notifications {

struct DeliveryOptions {
  std::string key = "deliveries.key";
  std::string key_before = {};  // while the key is replaced; empty: it is not
  std::vector<std::string> webhook_allow = {};
  bool webhook_http = false;
  std::string webhook_ca = {};
  std::string smtp = {};
  std::string smtp_user = {};
  std::string smtp_password = {};
  std::string smtp_password_file = {};
  std::string smtp_ca = {};
  bool smtp_plain = false;
  std::string mail_from = {};
  std::string unsubscribe_url = {};
};

// Adds the options to a command, in a group.
void AddDeliveryOptions(CLI::App& command, DeliveryOptions& options);

// What they say, or a sentence about the one that is wrong. The key's file is made when it does not
// exist, and is held to what `log` knows of it (runtime/known_secret.h); null: to nothing.
core::Result<DeliverySetup> DeliverySetupOf(const DeliveryOptions& options,
                                            runtime::Log* log = nullptr);

}  // namespace throughline::notifications
