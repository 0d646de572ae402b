// What a question about students names has to be there: a place or an indicator that is not is
// refused, rather than answered as if nobody were found. For callers who may know the students of
// the place; of others nobody asks. Reads committed rows of the school.
#pragma once

#include <string>

#include "core/result.h"
#include "evidence/domain/taught_students.h"
#include "evidence/school_rows.h"
#include "runtime/rows.h"

namespace throughline::evidence {

struct StudentFilters {
  // Empty: not asked for.
  std::string team = "", class_id = "", indicator = "";
};

// SCHOOL_UNKNOWN, TEAM_UNKNOWN, CLASS_UNKNOWN, INDICATOR_UNKNOWN; those that there are, are named
// when they are few.
core::Result<void> CheckFilters(const runtime::Rows& rows, const AskedSchool& school,
                                const SchoolTeachers& roster, const StudentFilters& filters);

}  // namespace throughline::evidence
