// Where what has to be on record is written: identities read, access refused, and whatever else
// `throughline/audit/v1/audit_record.proto` names. Chained, durable, in a topic of its own.
// Thread-safe. Each call sets the record's time and service.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "platform/access/principal.h"
#include "runtime/clock.h"
#include "runtime/journal.h"
#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::platform {

class Audit {
 public:
  virtual ~Audit() = default;
  // Durable when it returns: for what must not be answered unless it is on record. UNAVAILABLE when
  // it cannot be written.
  virtual core::Result<void> Record(audit::v1::AuditRecord record) = 0;
  // The same without waiting: `done` is called once, on any thread or before this returns, and must
  // return at once.
  using Recorded = std::function<void(core::Result<void>)>;
  virtual void RecordAsync(audit::v1::AuditRecord record, Recorded done) {
    const Recorded answer = std::move(done);
    answer(Record(std::move(record)));
  }
  // Without waiting, for what was refused or is done already; tried until it is written. Of more at
  // once than can be written their number is.
  virtual void Note(audit::v1::AuditRecord record) = 0;
};

// Opens the trail that a process writes; the log and the clock outlive it. The error is a sentence
// for people.
using OpenAudit = std::function<core::Result<std::unique_ptr<Audit>>(runtime::Log& log,
                                                                     const runtime::Clock& clock)>;

// An audit that writes nothing down, for tests of what is not about it.
Audit& NoAudit();

}  // namespace throughline::platform
