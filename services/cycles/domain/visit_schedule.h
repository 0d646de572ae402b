// When schools visit each other in a school year. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/instructional_calendar.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::cycles {

// A quarter of a school year's instructional days.
struct Quarter {
  int number;  // from 1
  core::Date first;
  core::Date last;
};

// Of the school year that the day is in; none when it is in none, or has too few days.
std::vector<Quarter> QuartersOf(const core::InstructionalCalendar& district, core::Date day);

struct VisitingSchool {
  std::string school;
  core::InstructionalCalendar calendar;
};

// What is planned already.
struct PlannedVisit {
  std::string host;
  std::set<std::string> visitors;
  core::Date date;
};

struct ProposalOptions {
  core::Date from;          // no visit before it
  int visitor_schools = 2;  // that visit together
  int64_t seed = 0;         // which proposal of those that are as good
};

// Each school hosts once a quarter, unless that is planned; no school takes part in two visits in a
// week that begins on a Monday; all who take part teach on the day. Those who have visited least go
// first, and among them those who have not been there. Visits are spread over the weeks of a
// quarter. The same input gives the same proposal.
v1::ProposeVisitsResponse ProposeVisits(const std::vector<VisitingSchool>& schools,
                                        const std::vector<Quarter>& quarters,
                                        const std::vector<PlannedVisit>& planned,
                                        const ProposalOptions& options);

}  // namespace throughline::cycles
