// Answers to questions about the students of a school, from its committed rows: by pseudonym, for
// those alone whom the caller may know. Each reads a few ranges of keys of the school's partition,
// bounded by the school's students or the team's cycles, never by its results. Thread-safe.
#pragma once

#include <map>
#include <string>

#include "core/result.h"
#include "evidence/domain/taught_students.h"
#include "evidence/school_rows.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// By pseudonym; without id and name.
using StudentsByPseudonym = std::map<std::string, v1::Student>;

core::Result<SchoolTeachers> TeachersIn(const runtime::Rows& rows, const AskedSchool& school);

core::Result<StudentsByPseudonym> StudentsAsked(const runtime::Rows& rows,
                                                const AskedSchool& school,
                                                const v1::ListStudentsRequest& request,
                                                const KnownStudents& known);

}  // namespace throughline::evidence
