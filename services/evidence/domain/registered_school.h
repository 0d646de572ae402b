// For tests: a school that is there, so that it may have a roster. It was there before its teams
// were noted, so that its classes may have any.
#pragma once

#include <string>

#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

inline plans::v1::SchoolChanged RegisteredSchool(const std::string& school = "s") {
  plans::v1::SchoolChanged changed;
  changed.mutable_school()->set_district("d");
  changed.mutable_school()->set_school(school);
  changed.mutable_school()->set_version(2);
  return changed;
}

}  // namespace throughline::evidence
