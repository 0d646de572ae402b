#include <fmt/format.h>

#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

// ", level 2.4 (1, 2, 2, 0)": the mean, and the rooms at each level from the lowest on; empty when
// it is seen or not.
std::string LevelsOf(const cycles::v1::LookForShare& share) {
  if (share.rooms_by_level().empty()) return "";
  return fmt::format(", level {:.1f} ({})", share.mean_level(),
                     fmt::join(share.rooms_by_level(), ", "));
}

// "talk 3 of 5 rooms; citing in too few rooms".
std::string SharesOf(const cycles::v1::Visit& visit) {
  std::string text;
  for (const auto& share : visit.shares()) {
    if (!text.empty()) text += "; ";
    text += share.look_for();
    text += share.suppressed()
                ? " in too few rooms"
                : fmt::format(" {} of {} rooms{}", share.seen(), share.rooms(), LevelsOf(share));
  }
  return text;
}

// "1 of 2 kept, 1 open".
std::string CommitmentsOf(const cycles::v1::Visit& visit) {
  int kept = 0, open = 0;
  for (const auto& one : visit.commitments()) {
    if (one.outcome() == cycles::v1::COMMITMENT_OUTCOME_KEPT) ++kept;
    if (one.outcome() == cycles::v1::COMMITMENT_OUTCOME_UNSPECIFIED) ++open;
  }
  if (visit.commitments().empty()) return "";
  std::string text = fmt::format("{} of {} kept", kept, visit.commitments_size());
  return open == 0 ? text : text + fmt::format(", {} open", open);
}

}  // namespace

Shown ShowVisits(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::ListVisitsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_as_of_ms(options.as_of_ms);
  request.set_state(static_cast<cycles::v1::VisitState>(
      ValueOf(*cycles::v1::VisitState_descriptor(), options.state)));
  const auto answer =
      CallPages(*connection.visits, &cycles::v1::VisitsService::Stub::ListVisits, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"DAY"}, {"HOST"}, {"VISITORS"}, {"STATE"}, {"SEEN"}, {"COMMITMENTS"}, {"VISIT"}});
    for (const auto& visit : shown.visits()) {
      table.Add({visit.date(), visit.host(), fmt::format("{}", fmt::join(visit.visitors(), ", ")),
                 WordOf(visit.state()), SharesOf(visit), CommitmentsOf(visit), visit.visit()});
    }
    table.Print(out, "There are no such visits.");
  });
}

}  // namespace throughline
