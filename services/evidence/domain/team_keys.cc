#include "evidence/domain/team_keys.h"

#include <fmt/format.h>

#include "evidence/domain/tables.h"

namespace throughline::evidence {

std::string RowKeyOf(const TeamKey& team) { return JoinKey(team.district, team.school, team.team); }

std::string RowKeyOf(const EvidenceKey& evidence) {
  const TeamKey& team = evidence.team;
  return JoinKey(team.district, team.school, team.team, evidence.cycle, evidence.indicator);
}

std::string ContributionKey(const EvidenceKey& evidence, std::string_view student) {
  const TeamKey& team = evidence.team;
  return JoinKey(team.district, team.school, team.team, evidence.cycle, evidence.indicator,
                 student);
}

core::KeysUnder TrailKeys(const TeamKey& team, std::string_view indicator, int32_t stretch) {
  return core::KeysUnder(team.district, team.school, team.team, indicator,
                         fmt::format("{:05}", stretch));
}

std::string TrailKey(const TeamKey& team, std::string_view indicator, int32_t stretch,
                     std::string_view student) {
  return std::string(TrailKeys(team, indicator, stretch).Of(student));
}

const v1::Watch* FindWatch(const v1::TeamRow& team, std::string_view cycle) {
  for (const v1::Watch& watch : team.watches()) {
    if (watch.cycle() == cycle) return &watch;
  }
  return nullptr;
}

}  // namespace throughline::evidence
