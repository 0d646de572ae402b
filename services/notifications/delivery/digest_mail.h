// A digest as a mail: what was notified, by school, in sentences; and how to be sent no more. Pure.
#pragma once

#include <string>

#include "platform/mail/mail.h"
#include "throughline/notifications/v1/delivery.pb.h"

namespace throughline::notifications {

// `unsubscribe` is the address that ends the digest for this reader, by GET for people and by POST
// for their mail programs (RFC 8058).
platform::Mail DigestMail(const v1::Delivery& delivery, const std::string& from,
                          const std::string& unsubscribe);

}  // namespace throughline::notifications
