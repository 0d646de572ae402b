// The site plans of the demo: when a school publishes its plan, and what it answers when the plan
// is reviewed.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoPlans {
 public:
  DemoPlans(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  // Adds the terms, sets the priorities, and publishes the plans and
  // revisions of this day.
  core::Result<void> Live(core::Date day);
  // Answers an open review of a plan, once it has been open for as long as the school takes.
  core::Result<void> Answer(const cycles::v1::Review& review, core::Date day);

 private:
  core::Result<void> AddTerms();
  core::Result<void> SetPriorities();
  // `what` tells one publication of a plan from another.
  core::Result<void> Publish(const std::string& place, const plans::v1::SitePlan& plan,
                             const std::string& what);
  // On Mondays.
  core::Result<void> PublishRevisions(const DemoPlan& plan, core::Date day);
  // In the order in which they were opened.
  core::Result<std::vector<cycles::v1::Review>> ReviewsOf(const plans::v1::SitePlan& plan);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
