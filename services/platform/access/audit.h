// Where what has to be on record is written: identities read, access refused, and whatever else
// `throughline/audit/v1/audit_record.proto` names. Chained, durable, in a topic of its own.
#pragma once

#include "core/result.h"
#include "platform/access/principal.h"
#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::platform {

class Audit {
 public:
  virtual ~Audit() = default;
  // Durable when it returns: for what must not be answered unless it is on record. Sets the time
  // and the service. UNAVAILABLE when it cannot be written.
  virtual core::Result<void> Record(audit::v1::AuditRecord record) = 0;
  // The same without waiting, for what was refused or is done already; tried until it is written.
  virtual void Note(audit::v1::AuditRecord record) = 0;
};

// An audit that writes nothing down, for tests of what is not about it.
Audit& NoAudit();

}  // namespace throughline::platform
