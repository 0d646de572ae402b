// What `throughline audit` says: of records, and of what verifying them found. Pure.
#pragma once

#include <chrono>
#include <ostream>
#include <string>

#include "audit/verification.h"
#include "runtime/journal.h"
#include "throughline/audit/v1/audit_service.pb.h"

namespace throughline {

// A table, the latest first.
void PrintAuditRecords(const audit::v1::ListAuditTrailResponse& records,
                       const std::string& time_zone, std::ostream& out);

// A record as it stands in the topic, as a line of JSON:
//
//   {"offset": 7, "writer": "…", "sequence": 3, "hash": "… hex …", "record": {…}}
//
// with `head` in place of `record` for a signed head, and neither for what cannot be read. Empty
// when it is a record of another district than the one asked for.
std::string JsonLineOf(const runtime::StoredRecord& stored, const std::string& district);

// Of a trail that could be read in part.
std::string ReadInPartText(const audit::Verified& so_far);

// What was read and what was found, sentence by sentence; each fault is a line.
std::string VerifiedText(const audit::Verified& verified, bool key_is_known,
                         std::chrono::duration<double> took);

}  // namespace throughline
