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

core::KeysUnder TrailKeys(std::string_view district, std::string_view school,
                          std::string_view indicator, int32_t stretch) {
  return core::KeysUnder(district, school, indicator, fmt::format("{:04}", stretch));
}

const v1::Watch* FindWatch(const v1::TeamRow& team, std::string_view cycle) {
  for (const v1::Watch& watch : team.watches()) {
    if (watch.cycle() == cycle) return &watch;
  }
  return nullptr;
}

}  // namespace throughline::evidence
