// What a bundle says of who teaches, as requests to the evidence service. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "importing/roster_bundle.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::importing {

enum class TeachersSaid {
  kAll,      // who is not named teaches no more
  kAdded,    // the bundle only adds, but for what it says to be gone
  kChanged,  // what changed
};

// Of one school; `school` is null when the bundle says nothing of it, and `today` is in days since
// 1970-01-01. Enrolments of teachers that are over are none, and of those that will be it is said
// when; those that are yet to begin are some, so that teachers know who is coming. Teachers who are
// to be deleted teach no more.
std::vector<evidence::v1::UpdateRosterRequest> TeacherRequestsOf(const std::string& school_id,
                                                                 const SchoolRoster* school,
                                                                 const RosterBundle& roster,
                                                                 TeachersSaid said, int32_t today);

}  // namespace throughline::importing
