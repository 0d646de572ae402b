// The visits of the demo's schools to each other: planned, held room by room, debriefed, and
// followed up.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoVisits {
 public:
  DemoVisits(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  core::Result<void> Live(core::Date day);

 private:
  core::Result<void> LiveVisit(const DemoVisit& visit, core::Date day);
  core::Result<void> Plan(const DemoVisit& visit);
  core::Result<void> Hold(const DemoVisit& visit);
  core::Result<void> RecordRooms(const DemoVisit& visit, const std::string& id);
  core::Result<void> Debrief(const DemoVisit& visit, const std::string& id);
  core::Result<void> AnswerCommitments(const DemoVisit& visit, core::Date day);
  core::Result<void> EndStep(const DemoVisit& visit, const std::string& id,
                             cycles::v1::VisitState step);
  // The visit as it stands.
  core::Result<cycles::v1::Visit> Find(const DemoVisit& visit);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
