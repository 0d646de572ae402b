// The pseudonym of a student who is asked for by the SIS's id, however the district knows them.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "runtime/rows.h"

namespace throughline::evidence {

// The one on record; a student whom rosters had before there was a vault is put on record first.
// nullopt: the district knows no such student.
core::Result<std::optional<std::string>> KnownStudent(const std::string& district,
                                                      const std::string& student,
                                                      const StudentPrivacy& privacy,
                                                      const runtime::Rows& rows);

}  // namespace throughline::evidence
