// The command that asks who the students are that an alert is about. An alert names nobody and goes
// to many; the command tells those alone who may know, and puts on record that it did.
#pragma once

#include <string>

#include "throughline/common/v1/evidence.pb.h"
#include "throughline/notifications/v1/alert.pb.h"

namespace throughline::notifications {

// Whom to ask about.
struct StudentsOf {
  const std::string& district;
  const std::string& school;  // empty: of the whole district, whose students nobody lists
  const std::string& team;
  const std::string& indicator;
};

// Empty when the alert is about no students who can be listed.
std::string StudentsCommand(common::v1::Trigger trigger, const StudentsOf& of);
// Puts it into an alert that is about to be shown.
void SayStudentsCommand(v1::Alert& alert);

}  // namespace throughline::notifications
