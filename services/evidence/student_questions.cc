#include "evidence/student_questions.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/date.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/student_standing.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

using core::Result;

namespace {

using Teams = std::vector<std::pair<std::string, v1::TeamRow>>;                 // by id
using Contributions = std::map<std::string, v1::ContributionRow, std::less<>>;  // by student

template <class List>
bool Has(const List& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

// Students whom the question may be about.
Result<StudentsByPseudonym> Candidates(const runtime::Rows& rows, const AskedSchool& school,
                                       const v1::ListStudentsRequest& request,
                                       const KnownStudents& known) {
  auto all = RowsBelow(rows, school, kStudents, JoinKey(school.district, school.school, ""));
  if (!all) return core::Refuse(all.error());
  StudentsByPseudonym students;
  for (auto& [pseudonym, row] : *all) {
    if (row.class_ids().empty() || !known.Has(row)) continue;
    if (!request.team().empty() && !Has(row.teams(), request.team())) continue;
    if (!request.class_id().empty() && !Has(row.class_ids(), request.class_id())) continue;
    v1::Student& student = students[pseudonym];
    *student.mutable_class_ids() = row.class_ids();
    *student.mutable_groups() = row.groups();
  }
  return students;
}

Result<Teams> TeamsAsked(const runtime::Rows& rows, const AskedSchool& school,
                         const std::string& team) {
  auto teams = RowsBelow(rows, school, kTeams, JoinKey(school.district, school.school, ""));
  if (!teams || team.empty()) return teams;
  std::erase_if(*teams, [&](const auto& one) { return one.first != team; });
  return teams;
}

Result<Contributions> ContributionsIn(const runtime::Rows& rows, const AskedSchool& school,
                                      const std::string& team, const std::string& cycle,
                                      const std::string& indicator) {
  const EvidenceKey evidence{{school.district, school.school, team}, cycle, indicator};
  auto found = RowsBelow(rows, school, kContributions, ContributionKey(evidence, ""));
  if (!found) return core::Refuse(found.error());
  return Contributions(std::make_move_iterator(found->begin()),
                       std::make_move_iterator(found->end()));
}

const v1::ContributionRow* Find(const Contributions& contributions, std::string_view student) {
  const auto found = contributions.find(student);
  return found == contributions.end() ? nullptr : &found->second;
}

void Say(const std::string& team, const std::string& cycle, const std::string& indicator,
         const v1::ContributionRow* contribution, v1::StudentIndicator& said) {
  said.set_team(team);
  said.set_cycle(cycle);
  said.set_indicator(indicator);
  if (contribution == nullptr || !HasCurrent(*contribution)) return;
  said.set_percent(contribution->current().ppm() / 1e4);
  said.set_day(core::FormatDate(core::FromDays(contribution->current().day())));
}

std::set<std::string> IndicatorsOf(const v1::TeamRow& team) {
  std::set<std::string> indicators;
  for (const v1::Watch& watch : team.watches()) {
    if (IsSchoolYear(watch.cycle())) continue;
    for (const auto& one : watch.indicators()) indicators.insert(one.indicator());
  }
  return indicators;
}

// Of one team on one indicator.
Result<void> AddStruggling(const runtime::Rows& rows, const AskedSchool& school,
                           const std::string& team, const v1::TeamRow& row,
                           const std::string& indicator, StudentsByPseudonym& students) {
  const std::vector<const v1::Watch*> cycles = CyclesOn(row, indicator, school.today);
  std::vector<Contributions> of_cycles;
  for (const v1::Watch* cycle : cycles) {
    auto found = ContributionsIn(rows, school, team, cycle->cycle(), indicator);
    if (!found) return core::Refuse(found.error());
    of_cycles.push_back(*std::move(found));
  }
  for (auto& [pseudonym, student] : students) {
    std::vector<const v1::ContributionRow*> contributions;
    contributions.reserve(of_cycles.size());
    for (const Contributions& one : of_cycles) contributions.push_back(Find(one, pseudonym));
    const Standing standing = StandingOf(contributions);
    if (standing.struggling == v1::STRUGGLING_UNSPECIFIED) continue;
    v1::StudentIndicator& said = *student.add_indicators();
    Say(team, cycles[standing.cycle]->cycle(), indicator, contributions[standing.cycle], said);
    said.set_struggling(standing.struggling);
  }
  return {};
}

// Of one open cycle of a team on one indicator: students of the team who have no result there.
Result<void> AddWithoutResult(const runtime::Rows& rows, const AskedSchool& school,
                              const std::string& team, const std::string& cycle,
                              const std::string& indicator, StudentsByPseudonym& students,
                              const std::set<std::string>& of_team) {
  auto contributions = ContributionsIn(rows, school, team, cycle, indicator);
  if (!contributions) return core::Refuse(contributions.error());
  for (const std::string& pseudonym : of_team) {
    const v1::ContributionRow* contribution = Find(*contributions, pseudonym);
    if (contribution != nullptr && HasCurrent(*contribution)) continue;
    Say(team, cycle, indicator, nullptr, *students[pseudonym].add_indicators());
  }
  return {};
}

// Candidates who are in the team today.
std::set<std::string> StudentsOf(const std::string& team, const SchoolTeachers& school,
                                 const StudentsByPseudonym& students) {
  std::set<std::string> classes, found;
  for (const v1::RosterClass& one : school.classes) {
    if (one.team() == team) classes.insert(one.class_id());
  }
  for (const auto& [pseudonym, student] : students) {
    const auto& in = student.class_ids();
    if (std::any_of(in.begin(), in.end(), [&](const auto& id) { return classes.contains(id); })) {
      found.insert(pseudonym);
    }
  }
  return found;
}

bool IsOpen(const v1::Watch& watch, int32_t today) {
  return !watch.closed() && !IsSchoolYear(watch.cycle()) && watch.start() <= today;
}

Result<void> AddIndicators(const runtime::Rows& rows, const AskedSchool& school,
                           const v1::ListStudentsRequest& request, StudentsByPseudonym& students) {
  auto teams = TeamsAsked(rows, school, request.team());
  if (!teams) return core::Refuse(teams.error());
  auto teachers = TeachersIn(rows, school);
  if (!teachers) return core::Refuse(teachers.error());
  const auto asked = [&](const std::string& indicator) {
    return request.indicator().empty() || request.indicator() == indicator;
  };
  for (const auto& [team, row] : *teams) {
    if (request.question() == v1::STUDENT_QUESTION_STRUGGLING) {
      for (const std::string& indicator : IndicatorsOf(row)) {
        if (!asked(indicator)) continue;
        auto added = AddStruggling(rows, school, team, row, indicator, students);
        if (!added) return added;
      }
      continue;
    }
    const std::set<std::string> of_team = StudentsOf(team, *teachers, students);
    for (const v1::Watch& watch : row.watches()) {
      if (!IsOpen(watch, school.today)) continue;
      for (const auto& one : watch.indicators()) {
        if (!asked(one.indicator())) continue;
        auto added =
            AddWithoutResult(rows, school, team, watch.cycle(), one.indicator(), students, of_team);
        if (!added) return added;
      }
    }
  }
  std::erase_if(students, [](const auto& one) { return one.second.indicators().empty(); });
  return {};
}

Result<std::map<std::string, std::set<std::string>>> ReasonsInQuarantine(
    const runtime::Rows& rows, const AskedSchool& school) {
  auto entries = RowsBelow(rows, school, kQuarantine, JoinKey(school.district, school.school, ""));
  if (!entries) return core::Refuse(entries.error());
  std::map<std::string, std::set<std::string>> reasons;
  for (const auto& [id, entry] : *entries) {
    reasons[entry.result().student()].insert(entry.problem().reason());
  }
  return reasons;
}

Result<void> AddReasons(const runtime::Rows& rows, const AskedSchool& school,
                        StudentsByPseudonym& students) {
  auto reasons = ReasonsInQuarantine(rows, school);
  if (!reasons) return core::Refuse(reasons.error());
  std::erase_if(students, [&](const auto& one) { return !reasons->contains(one.first); });
  for (auto& [pseudonym, student] : students) {
    for (const std::string& reason : reasons->at(pseudonym)) {
      student.add_quarantine_reasons(reason);
    }
  }
  return {};
}

}  // namespace

Result<SchoolTeachers> TeachersIn(const runtime::Rows& rows, const AskedSchool& school) {
  const std::string prefix = JoinKey(school.district, school.school, "");
  auto classes = RowsBelow(rows, school, kClasses, prefix);
  if (!classes) return core::Refuse(classes.error());
  auto teachers = RowsBelow(rows, school, kTeachers, prefix);
  if (!teachers) return core::Refuse(teachers.error());
  SchoolTeachers all;
  all.today = school.today;
  for (auto& [id, row] : *classes) all.classes.push_back(std::move(row));
  for (auto& [id, row] : *teachers) all.teachers[id] = std::move(row);
  return all;
}

Result<StudentsByPseudonym> StudentsAsked(const runtime::Rows& rows, const AskedSchool& school,
                                          const v1::ListStudentsRequest& request,
                                          const KnownStudents& known) {
  auto students = Candidates(rows, school, request, known);
  if (!students) return students;
  Result<void> added;
  switch (request.question()) {
    case v1::STUDENT_QUESTION_ROSTER:
      break;
    case v1::STUDENT_QUESTION_STRUGGLING:
    case v1::STUDENT_QUESTION_WITHOUT_RESULT:
      added = AddIndicators(rows, school, request, *students);
      break;
    case v1::STUDENT_QUESTION_IN_QUARANTINE:
      added = AddReasons(rows, school, *students);
      break;
    default:
      return core::Refuse(QuestionMissing());
  }
  if (!added) return core::Refuse(added.error());
  return students;
}

}  // namespace throughline::evidence
