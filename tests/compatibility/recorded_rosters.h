// What the district of the recording tells the evidence service of who is where: requests, ready to
// be given.
#pragma once

#include <string>
#include <vector>

#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/request_claim.pb.h"

namespace throughline::compatibility {

// The SIS's id of a student of a team.
std::string StudentOf(const std::string& school, const std::string& team, int i);
// The team's class, with the students from one to another, and its teacher.
evidence::v1::UpdateRosterRequest RosterOf(const std::string& district, const std::string& school,
                                           const std::string& team, int first, int last);
// The roster's only student is in the class from 2025-08-25 until 2025-11-07.
evidence::v1::UpdateRosterRequest WithDays(evidence::v1::UpdateRosterRequest roster,
                                           const std::string& class_id);
// The class has these students and no others.
evidence::v1::EndMissingEnrolmentsRequest WholeClass(const std::string& district,
                                                     const std::string& school,
                                                     const std::string& class_id,
                                                     const std::vector<std::string>& students);
// The roster's only student is this one, of another school.
evidence::v1::UpdateRosterRequest WithStudent(evidence::v1::UpdateRosterRequest roster,
                                              const std::string& student);
// To several schools at once, before each gets its part of a batch.
evidence::v1::ClaimRequestIdRequest ClaimOf(const std::string& district);

}  // namespace throughline::compatibility
