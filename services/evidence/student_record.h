// What a school has of one student. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "evidence/domain/taught_students.h"
#include "evidence/school_rows.h"
#include "throughline/evidence/v1/students.pb.h"

namespace throughline::evidence {

// Without id and name; nullopt when the school does not know the student, or the caller may not.
// Of one team, or of all that the student is or was in when `team` is empty. Results are the
// counted ones of the last four years: they are found by key, in the trails of the student
// (domain/trail.h), for there is no index of a student's results and a school has very many.
core::Result<std::optional<v1::StudentRecord>> RecordOf(const runtime::Rows& rows,
                                                        const AskedSchool& school,
                                                        const std::string& pseudonym,
                                                        const std::string& team,
                                                        const KnownStudents& known);

}  // namespace throughline::evidence
