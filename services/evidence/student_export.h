// All that is held of one student, over all schools, for a parent's request: what was set aside as
// it came, too, and what sources said besides scores. It goes, page by page, through all results of
// the schools that know the student, for it is asked rarely, and no index is kept for it: not for a
// thread of calls.
#pragma once

#include <string>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "platform/access/audit.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// STUDENT_UNKNOWN when the district knows no such student; the errors of the vault. Thread-safe.
core::Result<v1::StudentRecord> ExportOf(const std::string& district, const std::string& student,
                                         const std::string& purpose, const StudentPrivacy& privacy,
                                         const runtime::Rows& rows);

// The same as an officer asks for it, once it is on record; `record` is what the audit trail says
// of who asked.
core::Result<v1::ExportStudentResponse> ExportStudent(const v1::ExportStudentRequest& request,
                                                      const StudentPrivacy& privacy,
                                                      const runtime::Rows& rows,
                                                      platform::Audit& audit,
                                                      audit::v1::AuditRecord record);

}  // namespace throughline::evidence
