#include "evidence/student_filters.h"

#include <set>

#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;
using Ids = std::set<std::string>;

namespace {

std::string Below(const AskedSchool& school) { return JoinKey(school.district, school.school, ""); }

Result<void> CheckSchool(const runtime::Rows& rows, const AskedSchool& school,
                         const SchoolTeachers& roster) {
  if (!roster.classes.empty()) return {};
  auto noted = rows.Get(kSchools, school.Partition(), JoinKey(school.district, school.school));
  if (!noted) return core::Refuse(noted.error());
  if (*noted) return {};
  return core::Refuse(core::SchoolUnknown(school.school));
}

// Those that the plans have, and those that a roster or a cycle has named.
Result<Ids> TeamsOf(const runtime::Rows& rows, const AskedSchool& school,
                    const SchoolTeachers& roster) {
  auto noted = RowsBelow(rows, school, district::kTeams, Below(school));
  if (!noted) return core::Refuse(noted.error());
  auto looked_at = RowsBelow(rows, school, kTeams, Below(school));
  if (!looked_at) return core::Refuse(looked_at.error());
  Ids teams;
  for (const auto& [id, team] : *noted) teams.insert(id);
  for (const auto& [id, team] : *looked_at) teams.insert(id);
  for (const v1::RosterClass& one : roster.classes) {
    if (!one.team().empty()) teams.insert(one.team());
  }
  return teams;
}

Ids ClassesOf(const SchoolTeachers& roster) {
  Ids classes;
  for (const v1::RosterClass& one : roster.classes) classes.insert(one.class_id());
  return classes;
}

// Those that an assessment of the district observes, or a cycle of the school has looked at.
Result<Ids> IndicatorsIn(const runtime::Rows& rows, const AskedSchool& school) {
  auto assessments = RowsBelow(rows, school, kAssessments, JoinKey(school.district, ""));
  if (!assessments) return core::Refuse(assessments.error());
  auto teams = RowsBelow(rows, school, kTeams, Below(school));
  if (!teams) return core::Refuse(teams.error());
  Ids indicators;
  for (const auto& [id, assessment] : *assessments) {
    indicators.insert(assessment.indicators().begin(), assessment.indicators().end());
  }
  for (const auto& [id, team] : *teams) {
    for (const v1::Watch& watch : team.watches()) {
      for (const auto& one : watch.indicators()) indicators.insert(one.indicator());
    }
  }
  return indicators;
}

}  // namespace

Result<void> CheckFilters(const runtime::Rows& rows, const AskedSchool& school,
                          const SchoolTeachers& roster, const StudentFilters& filters) {
  if (auto known = CheckSchool(rows, school, roster); !known) return known;
  if (!filters.team.empty()) {
    auto teams = TeamsOf(rows, school, roster);
    if (!teams) return core::Refuse(teams.error());
    if (!teams->contains(filters.team)) {
      return core::Refuse(TeamNotFound("team", filters.team, *teams));
    }
  }
  if (!filters.class_id.empty()) {
    const Ids classes = ClassesOf(roster);
    if (!classes.contains(filters.class_id)) {
      return core::Refuse(ClassNotInSchool(filters.class_id, classes));
    }
  }
  if (filters.indicator.empty()) return {};
  auto indicators = IndicatorsIn(rows, school);
  if (!indicators) return core::Refuse(indicators.error());
  if (indicators->contains(filters.indicator)) return {};
  return core::Refuse(IndicatorNotFound(filters.indicator, *indicators));
}

}  // namespace throughline::evidence
