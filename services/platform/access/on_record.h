// What the audit trail says of a call: who, from where, what for. Pure, but for what is handed to
// the audit.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/access/audit.h"
#include "platform/access/principal.h"
#include "platform/access/rules.h"

namespace throughline::platform {

// Where a call comes from, and what it is.
struct CallOrigin {
  std::string method;    // or the path of a route, without what is said in it
  std::string address;   // without the port; empty: within the process
  std::string trace_id;  // W3C; empty: none
};

// The trace id of a header `traceparent`; empty when it is none.
std::string TraceIdOf(std::string_view traceparent);

// Who calls, from where; null: nobody that was recognized.
audit::v1::AuditRecord RecordOf(const Principal* caller, const CallOrigin& origin);
// The same, with what the request is about and what the method's option `audited` says of it.
// Outcome: done.
audit::v1::AuditRecord RecordOf(const Principal* caller, const CallOrigin& origin, const Rule& rule,
                                const google::protobuf::Message& request);

// Makes of the record of a call that of its refusal: whom and where it was about, and neither what
// was asked for nor the caller's words, which nobody has looked at yet.
void SayRefused(const core::Error& error, audit::v1::AuditRecord& record);

// Puts a refusal on record: a caller who is not recognized, or may not do it. Every other error is
// passed over. The record is that of the call.
void NoteRefusal(Audit& audit, audit::v1::AuditRecord record, const core::Error& error);
void NoteRefusal(Audit& audit, const Principal* caller, const CallOrigin& origin,
                 const core::Error& error);

// Adds `name=value` to what a record is about, in its place; a value that is no id is left out.
void AddObject(audit::v1::AuditRecord& record, std::string_view name, std::string_view value);

}  // namespace throughline::platform
