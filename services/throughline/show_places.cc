#include <fmt/format.h>

#include "core/known_ids.h"
#include "throughline/show.h"

namespace throughline {

namespace {

using Ids = std::set<std::string>;

// Whoever may not list what there is may still ask about a part of it.
bool MayNotList(const core::Error& error) { return error.code == core::Code::kPermissionDenied; }

core::Error NotThere(const char* reason, const char* what, const std::string& id, const Ids& ids) {
  return {core::Code::kNotFound, reason,
          fmt::format("There is no {} {}.{}", what, id, core::ThereAre(ids)), what};
}

Shown CheckSchool(Connection& connection, const ShowOptions& options) {
  plans::v1::ListSchoolsRequest request;
  request.set_district(options.district);
  auto answer = CallPages(*connection.plans, &plans::v1::PlansService::Stub::ListSchools, request);
  if (!answer) return MayNotList(answer.error()) ? Shown() : core::Refuse(answer.error());
  Ids ids;
  for (const auto& one : answer->schools()) ids.insert(one.school());
  if (ids.contains(options.school)) return {};
  return core::Refuse(NotThere("SCHOOL_UNKNOWN", "school", options.school, ids));
}

Shown CheckTeam(Connection& connection, const ShowOptions& options) {
  plans::v1::ListTeamsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  auto answer = CallPages(*connection.plans, &plans::v1::PlansService::Stub::ListTeams, request);
  if (!answer) return MayNotList(answer.error()) ? Shown() : core::Refuse(answer.error());
  Ids ids;
  for (const auto& one : answer->teams()) ids.insert(one.team());
  if (ids.contains(options.team)) return {};
  return core::Refuse(NotThere("TEAM_UNKNOWN", "team", options.team, ids));
}

Shown CheckCycle(Connection& connection, const ShowOptions& options) {
  cycles::v1::ListCyclesRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  auto answer =
      CallPages(*connection.cycles, &cycles::v1::CyclesService::Stub::ListCycles, request);
  if (!answer) return MayNotList(answer.error()) ? Shown() : core::Refuse(answer.error());
  Ids ids;
  for (const auto& one : answer->cycles()) ids.insert(one.cycle());
  if (ids.contains(options.cycle)) return {};
  return core::Refuse(NotThere("CYCLE_UNKNOWN", "cycle", options.cycle, ids));
}

}  // namespace

Shown CheckPlaces(Connection& connection, const ShowOptions& options) {
  if (!options.school.empty()) {
    if (auto known = CheckSchool(connection, options); !known) return known;
  }
  if (!options.team.empty()) {
    if (auto known = CheckTeam(connection, options); !known) return known;
  }
  return options.cycle.empty() ? Shown() : CheckCycle(connection, options);
}

}  // namespace throughline
