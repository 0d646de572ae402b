#include "cycles/questions_queries.h"

#include <algorithm>
#include <map>
#include <set>

#include "cycles/domain/errors.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/spread.h"
#include "cycles/domain/questions/named_causes.h"
#include "cycles/domain/questions/reach.h"
#include "cycles/domain/questions/what_works.h"
#include "cycles/practice_rows.h"
#include "cycles/shown_rows.h"
#include "disclosure/disclose.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;

namespace {

constexpr int kGapsAtMost = 20;

// What the answers are made of, of the district or the school that is asked about.
struct Facts {
  int64_t smallest = 0;
  int32_t teams = 0;                                                 // that are active
  std::set<std::string> active;                                      // school/team
  std::map<std::string, std::vector<v1::Adoption>> adopters;         // by practice
  std::map<std::string, std::vector<v1::TeamStudentsRow>> students;  // by indicator
  int64_t students_as_of_ms = 0;
};

Result<Facts> Read(const runtime::Rows& rows, const v1::GetQuestionsRequest& request) {
  const std::string &district = request.district(), &school = request.school();
  const auto is_asked = [&](const std::string& of) { return school.empty() || of == school; };
  Facts facts;
  auto smallest = SmallestCellIn(rows, district);
  if (!smallest) return core::Refuse(smallest.error());
  facts.smallest = *smallest;
  auto read = platform::ForEachRow(rows, district::kTeams, platform::PrefixOf(district, school),
                                   [&](const plans::v1::Team& team) {
                                     if (team.active())
                                       facts.active.insert(JoinKey(team.school(), team.team()));
                                   });
  if (!read) return core::Refuse(read.error());
  facts.teams = static_cast<int32_t>(facts.active.size());
  read = platform::ForEachRow(rows, kAdopters, platform::PrefixOf(district), [&](v1::Adoption one) {
    if (one.state() == v1::ADOPTION_STATE_WITHDRAWN || !is_asked(one.school())) return;
    const std::string practice = one.practice();
    facts.adopters[practice].push_back(std::move(one));
  });
  if (!read) return core::Refuse(read.error());
  read = platform::ForEachKeyAndRow(
      rows, kTeamStudents, platform::PrefixOf(district),
      [&](const std::string& key, v1::TeamStudentsRow row) {
        if (!is_asked(row.school())) return;
        facts.students_as_of_ms = std::max(facts.students_as_of_ms, row.as_of_ms());
        facts.students[std::string(core::SplitKey<3>(key)[1])].push_back(std::move(row));
      });
  if (!read) return core::Refuse(read.error());
  return facts;
}

// Those that a team of the district or the school took up, or that a cycle of the district tried;
// as readers are shown them, in the order of the report.
Result<std::vector<v1::PracticeSummary>> Tried(const runtime::Rows& rows,
                                               const v1::GetQuestionsRequest& request,
                                               const Facts& facts) {
  auto known = AllAssessmentsIn(rows, request.district());
  if (!known) return core::Refuse(known.error());
  std::vector<v1::PracticeSummary> tried;
  auto read = platform::ForEachRow(
      rows, kPractices, platform::PrefixOf(request.district()), [&](v1::Practice practice) {
        v1::PracticeAssessment& assessment = (*known)[practice.practice()];
        const bool in_the_district = request.school().empty() && assessment.cycles() > 0;
        if (practice.state() == v1::PRACTICE_STATE_MERGED) return;
        if (!in_the_district && !facts.adopters.contains(practice.practice())) return;
        tried.push_back(SummaryOf(std::move(practice), std::move(assessment), facts.smallest));
      });
  if (!read) return core::Refuse(read.error());
  SortByStanding(tried);
  return tried;
}

// The students of each set of indicators, added up once for all practices that serve it.
class StudentsByIndicators {
 public:
  explicit StudentsByIndicators(const Facts& facts) : facts_(facts) {}

  const EligibleStudents& Of(const v1::Practice& practice) {
    const std::set<std::string> indicators(practice.indicators().begin(),
                                           practice.indicators().end());
    const auto known = known_.find(indicators);
    if (known != known_.end()) return known->second;
    std::vector<v1::TeamStudentsRow> students;
    for (const std::string& indicator : indicators) {
      const auto found = facts_.students.find(indicator);
      if (found == facts_.students.end()) continue;
      students.insert(students.end(), found->second.begin(), found->second.end());
    }
    return known_.emplace(indicators, students).first->second;
  }

 private:
  const Facts& facts_;
  std::map<std::set<std::string>, EligibleStudents> known_;
};

v1::PracticeReach ReachOf(const v1::PracticeSummary& summary, const Facts& facts,
                          StudentsByIndicators& by_indicators) {
  const v1::Practice& practice = summary.practice();
  const std::vector<v1::Adoption>& adopters = facts.adopters.at(practice.practice());
  const EligibleStudents& students = by_indicators.Of(practice);
  v1::PracticeReach reach;
  reach.set_practice(practice.practice());
  reach.set_name(practice.name());
  reach.set_standing(summary.assessment().standing());
  const v1::PracticeSpread spread = SpreadOf(adopters, 0);
  reach.set_teams(spread.teams());
  reach.set_schools(spread.schools());
  reach.set_abandoned(spread.abandoned());
  if (const auto share = cycles::ReachOf(adopters, students, facts.smallest)) {
    reach.set_reach(*share);
  }
  const auto groups = RepresentativenessOf(adopters, students, facts.smallest);
  for (const auto& one : groups) *reach.add_representativeness() = one;
  reach.set_warning(ReachedLess(groups));
  SetFidelity(adopters, reach);
  reach.set_link("/v1/adoptions?practice=" + practice.practice());
  return reach;
}

Result<void> SetCommitments(const runtime::Rows& rows, const v1::GetQuestionsRequest& request,
                            v1::ReachOfPractices& reach) {
  return platform::ForEachRow(
      rows, kVisits, platform::PrefixOf(request.district(), request.school()),
      [&](const v1::Visit& visit) {
        for (const v1::Commitment& one : visit.commitments()) {
          const bool open = one.outcome() == v1::COMMITMENT_OUTCOME_UNSPECIFIED;
          if (open && !one.due().empty()) reach.set_commitments_open(reach.commitments_open() + 1);
        }
      });
}

Result<void> SetOffers(const runtime::Rows& rows, const v1::GetQuestionsRequest& request,
                       v1::ReachOfPractices& reach) {
  if (!request.school().empty()) {
    const std::string school = core::Key{request.district(), request.school()}.Text();
    auto row = rows.Get(kOpenOffers, school, school);
    if (!row) return core::Refuse(row.error());
    if (*row) reach.set_offers_open((*row)->open());
    return {};
  }
  return platform::ForEachRow(rows, kOpenOffers, platform::PrefixOf(request.district()),
                              [&](const v1::OpenOffersRow& row) {
                                reach.set_offers_open(reach.offers_open() + row.open());
                              });
}

// Gaps that widened, and commitments and offers that are overdue: what holds now.
struct Holding {
  std::vector<v1::Condition> gaps;
  int32_t commitments = 0;
  int32_t offers = 0;
};

Result<Holding> HoldingIn(const runtime::Rows& rows, const v1::GetQuestionsRequest& request) {
  Holding holding;
  auto read = platform::ForEachRow(
      rows, kConditions, platform::PrefixOf(request.district(), request.school()),
      [&](v1::Condition condition) {
        if (condition.trigger() == common::v1::TRIGGER_COMMITMENT_OVERDUE) ++holding.commitments;
        if (condition.trigger() == common::v1::TRIGGER_OFFER_OVERDUE) ++holding.offers;
        if (condition.trigger() != common::v1::TRIGGER_GAP_WIDENED) return;
        holding.gaps.push_back(std::move(condition));
      });
  if (!read) return core::Refuse(read.error());
  // Of the district, of schools, of teams.
  std::stable_sort(holding.gaps.begin(), holding.gaps.end(), [](const auto& a, const auto& b) {
    return std::pair(!a.school().empty(), !a.team().empty()) <
           std::pair(!b.school().empty(), !b.team().empty());
  });
  if (holding.gaps.size() > kGapsAtMost) holding.gaps.resize(kGapsAtMost);
  return holding;
}

void SetGaps(const Holding& holding, int64_t smallest, v1::NamedCauses& causes) {
  for (v1::Condition condition : holding.gaps) {
    disclosure::HideSmallCells(condition, smallest);
    v1::WidenedGap& gap = *causes.add_gaps();
    gap.set_school(condition.school());
    gap.set_team(condition.team());
    gap.set_indicator(condition.indicator());
    gap.set_group(condition.group());
    gap.set_finding(condition.reason());
    *gap.mutable_gap() = condition.gap();
    gap.set_as_of_ms(condition.gap().as_of_ms());
    causes.set_as_of_ms(std::max(causes.as_of_ms(), gap.as_of_ms()));
  }
}

Result<v1::NamedCauses> CausesIn(const runtime::Rows& rows, const v1::GetQuestionsRequest& request,
                                 const Facts& facts) {
  const std::string prefix = platform::PrefixOf(request.district(), request.school());
  std::vector<v1::TeamChallenge> teams;
  auto read = platform::ForEachRow(rows, kTeamChallenges, prefix, [&](v1::TeamChallenge team) {
    if (facts.active.contains(JoinKey(team.school(), team.team())))
      teams.push_back(std::move(team));
  });
  if (!read) return core::Refuse(read.error());
  StrugglingByTeam struggling;
  int64_t as_of_ms = 0;
  read = platform::ForEachKeyAndRow(
      rows, kLatestStudents, prefix, [&](const std::string& key, const v1::LatestStudentsRow& row) {
        const auto [district, school, team, indicator] = core::SplitKey<4>(key);
        struggling[JoinKey(school, team, indicator)] = row.of().struggling();
        as_of_ms = std::max(as_of_ms, row.as_of_ms());
      });
  if (!read) return core::Refuse(read.error());
  v1::NamedCauses causes = CausesOf(teams, struggling, facts.smallest);
  causes.set_teams(facts.teams);
  causes.set_as_of_ms(as_of_ms);
  return causes;
}

Result<void> CheckSchool(const runtime::Rows& rows, const v1::GetQuestionsRequest& request) {
  if (request.school().empty()) return {};
  const std::string key = core::Key{request.district(), request.school()}.Text();
  auto school = rows.Get(district::kSchools, key, key);
  if (!school) return core::Refuse(school.error());
  if (!*school) return core::Refuse(SchoolUnknown(request.school()));
  return {};
}

}  // namespace

Result<void> Query(const runtime::Rows& rows, const v1::GetQuestionsRequest& request,
                   v1::GetQuestionsResponse& response) {
  if (auto school = CheckSchool(rows, request); !school) return school;
  auto facts = Read(rows, request);
  if (!facts) return core::Refuse(facts.error());
  auto tried = Tried(rows, request, *facts);
  if (!tried) return core::Refuse(tried.error());
  auto holding = HoldingIn(rows, request);
  if (!holding) return core::Refuse(holding.error());
  auto causes = CausesIn(rows, request, *facts);
  if (!causes) return core::Refuse(causes.error());
  auto due = rows.Get(kAssessmentsDue, request.district(), request.district());
  if (!due) return core::Refuse(due.error());
  const int64_t assessed_at_ms = *due ? (*due)->last_ms() : 0;

  response.set_district(request.district());
  response.set_school(request.school());
  response.set_as_of_ms(request.as_of_ms());
  *response.mutable_named_causes() = *std::move(causes);
  SetGaps(*holding, facts->smallest, *response.mutable_named_causes());
  response.mutable_named_causes()->add_links("/v1/cycles");
  response.mutable_named_causes()->add_links("/v1/gaps");
  *response.mutable_what_works() = WhatWorksOf(*tried);
  response.mutable_what_works()->set_as_of_ms(assessed_at_ms);
  v1::ReachOfPractices& reach = *response.mutable_reach();
  StudentsByIndicators students(*facts);
  for (const v1::PracticeSummary& one : *tried) {
    const auto adopters = facts->adopters.find(one.practice().practice());
    if (adopters == facts->adopters.end() ||
        std::none_of(adopters->second.begin(), adopters->second.end(), IsInUse)) {
      continue;
    }
    *reach.add_practices() = ReachOf(one, *facts, students);
  }
  reach.set_teams(facts->teams);
  reach.set_commitments_overdue(holding->commitments);
  reach.set_offers_overdue(holding->offers);
  reach.set_as_of_ms(std::max(assessed_at_ms, facts->students_as_of_ms));
  for (const char* link : {"/v1/adoptions", "/v1/commitments", "/v1/offers"}) reach.add_links(link);
  if (auto set = SetOffers(rows, request, reach); !set) return set;
  return SetCommitments(rows, request, reach);
}

}  // namespace throughline::cycles
