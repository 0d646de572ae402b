// Gives mails to one server by SMTP, with TLS unless configured otherwise. Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "platform/http_client/transfers.h"
#include "platform/mail/mail.h"

namespace throughline::platform {

struct MailServer {
  std::string url;       // smtp://host:587 (STARTTLS) or smtps://host:465
  std::string user;      // empty: without
  std::string password;  // of the user
  bool plain = false;    // smtp without TLS
  std::string ca_file;   // PEM; empty: the authorities that the machine trusts
  // With the password instead, read again for every mail.
  std::string password_file = {};
};

struct MailOutcome {
  bool taken = false;    // by the server, whose it is now
  bool refused = false;  // for good: there is no such mailbox
  bool stopped = false;  // this process ends; nothing is known
  int status = 0;        // the server's last reply; 0: there was none
  std::string detail;    // in a sentence, when it was not taken
};

class MailClient {
 public:
  // `transfers` must outlive this, and this the transfers that it started.
  MailClient(Transfers& transfers, MailServer server)
      : transfers_(transfers), server_(std::move(server)) {}

  // `done` is called once, on the thread of the transfers.
  void Send(const Mail& mail, std::function<void(MailOutcome)> done) const;

 private:
  Transfers& transfers_;
  const MailServer server_;
};

}  // namespace throughline::platform
