// Erases students: in the vault, which does it for good, and then on the record, by a certificate
// that says how many, when and why. Between the two the vault notes what is to be certified, so
// that it is when a process ends there, too. Everything here waits: not for a thread of calls.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "platform/access/audit.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// What students are erased with; what it refers to outlives it.
struct ErasureContext {
  const StudentPrivacy& privacy;
  runtime::Commands& commands;
  const runtime::Rows& rows;
  platform::Audit& audit;
  // What the audit trail says of who asked.
  audit::v1::AuditRecord record = {};
};

// What the audit trail says of an erasure; `record` is what it says of who asked.
audit::v1::AuditRecord RecordOf(const v1::ErasureCertificate& certificate,
                                audit::v1::AuditRecord record);

// What is to be certified of a request; `key` is that of the request, and `subject` who asked.
v1::CertifyErasureRequest CertificateAsked(const v1::EraseStudentsRequest& request,
                                           const runtime::RequestKey& key,
                                           const std::string& subject,
                                           const SecretConcealment& concealment);

// What an officer asked for. Its request id is claimed for it first, so that another one under it
// is refused; what was asked is known to the log by a keyed hash alone, for it names students. When
// none of them is known, the audit trail has that it was asked for, and never for whom.
core::Result<v1::EraseStudentsResponse> EraseStudents(const v1::EraseStudentsRequest& request,
                                                      const runtime::RequestKey& key,
                                                      const std::string& subject,
                                                      const ErasureContext& on);
// Whoever of these is on record. `certify` says of which request, why and for whom; the same one
// again comes to the same certificate, whoever of the students is left. DISTRICT_UNKNOWN; the
// errors of the vault.
core::Result<v1::EraseStudentsResponse> EraseStudents(const std::vector<std::string>& students,
                                                      const v1::CertifyErasureRequest& certify,
                                                      const ErasureContext& on);
// The same of students by their pseudonyms; nothing is certified when none of them is on record.
core::Result<void> ErasePseudonyms(const std::vector<std::string>& pseudonyms,
                                   const v1::CertifyErasureRequest& certify,
                                   const ErasureContext& on);
// Of those whom no roster has had for as many years as the district's policy says.
core::Result<void> EraseByRetention(const std::string& district, const ErasureContext& on);
// What was erased in a district and is not certified yet, wherever the process ended that erased
// it. Each is put on record in the audit trail before the vault forgets that it is to be certified.
core::Result<void> CertifyErasures(const std::string& district, const ErasureContext& on);

}  // namespace throughline::evidence
