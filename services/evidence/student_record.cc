#include "evidence/student_record.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/date.h"
#include "evidence/domain/contribution.h"
#include "evidence/domain/student_standing.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr int32_t kDaysLookedBack = 4 * 366;

using Assessments = std::map<std::string, v1::Assessment>;  // by id
using TeamOfClass = std::map<std::string, std::string>;

Result<Assessments> AssessmentsOf(const runtime::Rows& rows, const AskedSchool& school) {
  auto found = RowsBelow(rows, school, kAssessments, JoinKey(school.district, ""));
  if (!found) return core::Refuse(found.error());
  return Assessments(std::make_move_iterator(found->begin()),
                     std::make_move_iterator(found->end()));
}

Result<TeamOfClass> TeamsOfClasses(const runtime::Rows& rows, const AskedSchool& school) {
  auto found = RowsBelow(rows, school, kClasses, JoinKey(school.district, school.school, ""));
  if (!found) return core::Refuse(found.error());
  TeamOfClass teams;
  for (const auto& [id, row] : *found) teams[id] = row.team();
  return teams;
}

// Teams that the student is or was in, as far as enrolments say.
std::set<std::string> TeamsOf(const v1::StudentRow& student, const TeamOfClass& team_of) {
  std::set<std::string> teams(student.teams().begin(), student.teams().end());
  const auto add = [&](const std::string& class_id) {
    if (const auto team = team_of.find(class_id); team != team_of.end()) teams.insert(team->second);
  };
  std::for_each(student.last_class_ids().begin(), student.last_class_ids().end(), add);
  for (const v1::Enrolment& one : student.enrolments()) add(one.class_id());
  return teams;
}

std::set<std::string> IndicatorsOf(const Assessments& assessments) {
  std::set<std::string> indicators;
  for (const auto& [id, one] : assessments) {
    indicators.insert(one.indicators().begin(), one.indicators().end());
  }
  return indicators;
}

// A counted result, as the trails of several indicators have it.
struct Counted {
  std::string class_id;
  std::set<std::string> indicators;
};
using CountedResults = std::map<std::tuple<int32_t, std::string, uint64_t, int32_t>, Counted>;

// Of these teams.
void Add(const v1::TrailRow& trail, const std::string& indicator,
         const std::set<std::string>& teams, CountedResults& results) {
  for (int i = 0; i < trail.results_size(); ++i) {
    const v1::TrailPlace& place = PlaceOf(trail, i);
    if (!teams.contains(place.team())) continue;
    Counted& one = results[{trail.days(i), place.assessment(), trail.results(i), trail.ppms(i)}];
    one.class_id = place.class_id();
    one.indicators.insert(indicator);
  }
}

Result<CountedResults> ResultsOf(const runtime::Rows& rows, const AskedSchool& school,
                                 const std::string& pseudonym, const std::set<std::string>& teams,
                                 const std::set<std::string>& indicators) {
  std::vector<std::string> keys;
  std::vector<std::string> of;  // the indicator of each
  const int32_t first = StretchOf(school.today - kDaysLookedBack), last = StretchOf(school.today);
  for (const std::string& indicator : indicators) {
    for (int32_t stretch = first; stretch <= last; ++stretch) {
      keys.emplace_back(
          TrailKeys(school.district, school.school, indicator, stretch).Of(pseudonym));
      of.push_back(indicator);
    }
  }
  auto trails = rows.GetMany(kTrails, school.Partition(), keys);
  if (!trails) return core::Refuse(trails.error());
  CountedResults results;
  for (size_t i = 0; i < trails->size(); ++i) {
    if ((*trails)[i]) Add(*(*trails)[i], of[i], teams, results);
  }
  return results;
}

Result<void> AddIndicators(const runtime::Rows& rows, const AskedSchool& school,
                           const std::string& pseudonym, const std::string& team,
                           v1::StudentRecord& record) {
  auto row = rows.Get(kTeams, school.Partition(), JoinKey(school.district, school.school, team));
  if (!row) return core::Refuse(row.error());
  if (!*row) return {};
  std::vector<std::string> keys;
  std::vector<v1::StudentIndicator> said;
  for (const v1::Watch& watch : (*row)->watches()) {
    if (IsSchoolYear(watch.cycle())) continue;
    for (const auto& one : watch.indicators()) {
      keys.push_back(ContributionKey(
          {{school.district, school.school, team}, watch.cycle(), one.indicator()}, pseudonym));
      v1::StudentIndicator& indicator = said.emplace_back();
      indicator.set_team(team);
      indicator.set_cycle(watch.cycle());
      indicator.set_indicator(one.indicator());
    }
  }
  auto contributions = rows.GetMany(kContributions, school.Partition(), keys);
  if (!contributions) return core::Refuse(contributions.error());
  std::map<std::string, const v1::ContributionRow*> before;  // by indicator; watches are in order
  for (size_t i = 0; i < said.size(); ++i) {
    if (!(*contributions)[i]) continue;
    const v1::ContributionRow& now = *(*contributions)[i];
    if (!HasCurrent(now)) continue;
    const v1::ContributionRow*& earlier = before[said[i].indicator()];
    said[i].set_percent(now.current().ppm() / 1e4);
    said[i].set_day(core::FormatDate(core::FromDays(now.current().day())));
    said[i].set_struggling(StandingOf({&now, earlier}).struggling);
    earlier = &now;
    *record.add_indicators() = said[i];
  }
  return {};
}

Result<void> AddReasons(const runtime::Rows& rows, const AskedSchool& school,
                        const std::string& pseudonym, v1::StudentRecord& record) {
  auto entries = RowsBelow(rows, school, kQuarantine, JoinKey(school.district, school.school, ""));
  if (!entries) return core::Refuse(entries.error());
  std::set<std::string> reasons;
  for (const auto& [id, entry] : *entries) {
    if (entry.result().student() == pseudonym) reasons.insert(entry.problem().reason());
  }
  record.mutable_quarantine_reasons()->Assign(reasons.begin(), reasons.end());
  *record.mutable_student()->mutable_quarantine_reasons() = record.quarantine_reasons();
  return {};
}

void Say(const CountedResults& results, const AskedSchool& school, const Assessments& assessments,
         v1::StudentRecord& record) {
  for (const auto& [result, counted] : results) {
    const auto& [day, assessment, hash, ppm] = result;
    v1::StudentResult& one = *record.add_results();
    one.set_assessment(assessment);
    const auto known = assessments.find(assessment);
    if (known != assessments.end()) one.set_title(known->second.title());
    one.set_day(core::FormatDate(core::FromDays(day)));
    one.set_class_id(counted.class_id);
    one.set_percent(ppm / 1e4);
    one.mutable_indicators()->Assign(counted.indicators.begin(), counted.indicators.end());
    one.set_school(school.school);
  }
}

}  // namespace

Result<std::optional<v1::StudentRecord>> RecordOf(const runtime::Rows& rows,
                                                  const AskedSchool& school,
                                                  const std::string& pseudonym,
                                                  const std::string& team,
                                                  const KnownStudents& known) {
  auto student =
      rows.Get(kStudents, school.Partition(), JoinKey(school.district, school.school, pseudonym));
  if (!student) return core::Refuse(student.error());
  if (!*student || !known.Has(**student)) return std::nullopt;
  auto assessments = AssessmentsOf(rows, school);
  if (!assessments) return core::Refuse(assessments.error());
  auto team_of = TeamsOfClasses(rows, school);
  if (!team_of) return core::Refuse(team_of.error());
  std::set<std::string> teams = TeamsOf(**student, *team_of);
  if (!team.empty()) teams = {team};
  v1::StudentRecord record;
  *record.mutable_student()->mutable_class_ids() = (*student)->class_ids();
  *record.mutable_student()->mutable_groups() = (*student)->groups();
  record.add_schools(school.school);
  *record.mutable_enrolments() = (*student)->enrolments();
  auto results = ResultsOf(rows, school, pseudonym, teams, IndicatorsOf(*assessments));
  if (!results) return core::Refuse(results.error());
  Say(*results, school, *assessments, record);
  for (const std::string& one : teams) {
    if (auto added = AddIndicators(rows, school, pseudonym, one, record); !added) {
      return core::Refuse(added.error());
    }
  }
  if (auto added = AddReasons(rows, school, pseudonym, record); !added) {
    return core::Refuse(added.error());
  }
  return record;
}

}  // namespace throughline::evidence
