// How this process takes part in deliveries: what the options of delivery_options.h come to. A
// plain value.
#pragma once

#include <string>

#include "notifications/delivery/delivery_keys.h"
#include "platform/http_client/http_client.h"
#include "platform/mail/mail_client.h"

namespace throughline::notifications {

struct DeliverySetup {
  DeliveryKeys keys{runtime::Secret{}};
  platform::HttpRules webhooks = {};
  platform::MailServer mail_server = {};  // no url: no mail is sent
  std::string mail_from = {};
  std::string unsubscribe_url = {};
  bool carries = false;  // whether it carries deliveries; otherwise they stay due

  bool SendsMail() const { return !mail_server.url.empty(); }
};

}  // namespace throughline::notifications
