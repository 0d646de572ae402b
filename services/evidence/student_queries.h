// Students by name, for those who may know them (domain/taught_students.h), with what the audit
// trail says of it, done or refused: the caller is answered once the record is written.
// Thread-safe.
#pragma once

#include "core/result.h"
#include "evidence/domain/taught_students.h"
#include "evidence/school_rows.h"
#include "identities/vault.h"
#include "platform/access/principal.h"
#include "runtime/clock.h"
#include "runtime/rows.h"
#include "throughline/audit/v1/audit_record.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

class StudentQueries {
 public:
  // `vault` and `clock` must outlive this.
  StudentQueries(runtime::Rows rows, identities::Vault& vault, const runtime::Clock& clock)
      : rows_(std::move(rows)), vault_(vault), clock_(clock) {}

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
    SchoolTeachers roster;
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

  runtime::Rows rows_;
  identities::Vault& vault_;
  const runtime::Clock& clock_;
};

}  // namespace throughline::evidence
