// All that is held of one student, over all schools, for a parent's request. It goes through all
// results of the schools that know the student: it is asked rarely, and no index is kept for it.
#pragma once

#include <string>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/students.pb.h"

namespace throughline::evidence {

// STUDENT_UNKNOWN when the district knows no such student; the errors of the vault. Thread-safe.
core::Result<v1::StudentRecord> ExportOf(const std::string& district, const std::string& student,
                                         const std::string& purpose, const StudentPrivacy& privacy,
                                         const runtime::Rows& rows);

}  // namespace throughline::evidence
