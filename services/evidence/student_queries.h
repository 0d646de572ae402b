// Students by name, for those who may know them (domain/taught_students.h), with what the audit
// trail says of it: the caller is answered once the record is written. That a student is not known,
// or a purpose missing, is noted here; other refusals are by the guard. Thread-safe.
#pragma once

#include "core/result.h"
#include "evidence/domain/taught_students.h"
#include "evidence/school_rows.h"
#include "identities/vault.h"
#include "platform/access/audit.h"
#include "platform/access/principal.h"
#include "runtime/clock.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

class StudentQueries {
 public:
  // `vault`, `audit` and `clock` must outlive this.
  StudentQueries(runtime::Rows rows, identities::Vault& vault, platform::Audit& audit,
                 const runtime::Clock& clock)
      : rows_(std::move(rows)), vault_(vault), audit_(audit), clock_(clock) {}

  // `record` is that of the call; what is read is added to it.
  core::Result<v1::ListStudentsResponse> List(const platform::Principal& caller,
                                              const v1::ListStudentsRequest& request,
                                              audit::v1::AuditRecord& record) const;
  core::Result<v1::GetStudentResponse> Get(const platform::Principal& caller,
                                           const v1::GetStudentRequest& request,
                                           audit::v1::AuditRecord& record) const;

 private:
  struct Asked {
    AskedSchool school;
    KnownStudents known;
  };
  core::Result<bool> HoldsEmergencyAccess(const platform::Principal& caller,
                                          const AskedSchool& school) const;
  // What is asked about, and whom of it the caller may know.
  core::Result<Asked> Admit(const platform::Principal& caller, const std::string& district,
                            const std::string& school, const std::string& purpose) const;
  core::Result<v1::ListStudentsResponse> Answer(const platform::Principal& caller,
                                                const v1::ListStudentsRequest& request) const;
  core::Result<v1::GetStudentResponse> Answer(const platform::Principal& caller,
                                              const v1::GetStudentRequest& request) const;
  void NoteIfRefused(const core::Error& error, const audit::v1::AuditRecord& record) const;

  runtime::Rows rows_;
  identities::Vault& vault_;
  platform::Audit& audit_;
  const runtime::Clock& clock_;
};

}  // namespace throughline::evidence
