#include "evidence/domain/proficiency.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/time_zone.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"
#include "evidence/domain/found_results.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

// Of a score in ppm of the scale, as results have theirs; nullopt: the assessment has none.
using CutPpm = std::optional<int32_t>;

CutPpm CutOf(const v1::Assessment* assessment) {
  if (assessment == nullptr || !assessment->has_proficiency_cut()) return std::nullopt;
  const double min = assessment->scale_min(), max = assessment->scale_max();
  return static_cast<int32_t>(
      std::lround((assessment->proficiency_cut() - min) / (max - min) * 1e6));
}

const v1::Assessment* FindAssessment(const std::string& district, const std::string& assessment,
                                     const decider::State& state) {
  return state.Find(kAssessments, JoinKey(district, assessment));
}

// A school on an assessment in a school year.
struct ProficiencyPlace {
  std::string district, assessment, school, year;

  std::string Row() const { return JoinKey(district, year, assessment, school); }
  std::string Results(std::string_view student) const {
    return JoinKey(district, assessment, school, year, student);
  }
};

DaySpan DaysOf(int32_t year) {
  using std::chrono::July, std::chrono::day, std::chrono::month_day;
  const auto first = [](int32_t of) {
    return core::ToDays(core::Date(std::chrono::year(of) / month_day(July, day(1))));
  };
  return {first(year), first(year + 1) - 1};
}

LatestScore LatestIn(const v1::TrailRow& results) {
  LatestScore latest;
  for (v1::TrailPoint& point : PointsOf(results)) {
    if (!latest || IsBefore(*latest, point)) latest = std::move(point);
  }
  return latest;
}

// The score as it counts here: whether the student is proficient.
LatestScore ProficientOrNot(LatestScore latest, int32_t cut) {
  if (latest) latest->set_ppm(latest->ppm() >= cut ? 1 : 0);
  return latest;
}

void NoteProficient(const ProficiencyPlace& at, const std::string& student,
                    const LatestScore& before, const LatestScore& now, decider::State& state,
                    std::set<std::string>& changed) {
  const bool same = before && now && before->ppm() == now->ppm();
  if (same || (!before && !now)) return;
  NoteScore(student, before, now, *state.Edit(kProficiency, at.Row()).mutable_scores());
  changed.insert(at.Row());
}

void CountAt(const ProficiencyPlace& at, const std::string& student, v1::TrailPoint point, bool in,
             int32_t cut, decider::State& state, std::set<std::string>& changed) {
  point.clear_assessment();  // the key says it
  const std::string key = at.Results(student);
  v1::TrailRow& results = state.Edit(kCutScores, key);
  const LatestScore before = ProficientOrNot(LatestIn(results), cut);
  in ? AddPoint(results, point) : RemovePoint(results, point.result());
  const LatestScore now = ProficientOrNot(LatestIn(results), cut);
  if (results.results().empty()) state.Erase(kCutScores, key);
  NoteProficient(at, student, before, now, state, changed);
}

// The schools that have teams here.
std::set<std::string> SchoolsWithTeams(const std::string& district, const decider::State& state) {
  std::set<std::string> schools;
  const std::string prefix = JoinKey(district, "");
  state.ForEach(kTeams, prefix, [&](const std::string& key, const v1::TeamRow&) {
    const auto [of, school, team] = core::SplitKey<3>(key);
    schools.insert(std::string(school));
  });
  return schools;
}

void CountFound(const std::string& district, const v1::Assessment& assessment, int32_t cut,
                core::Instant time, decider::State& state, std::set<std::string>& changed) {
  const int32_t today = core::ToDays(core::LocalDate(time, ZoneOf(state, district)));
  const int32_t year = ProficiencyYearOf(today);
  for (const std::string& school : SchoolsWithTeams(district, state)) {
    const ProficiencyPlace at{district, assessment.assessment(), school, std::to_string(year)};
    for (const auto& [student, points] :
         ResultsIn(district, school, assessment, DaysOf(year), state)) {
      for (const auto& [result, point] : points) {
        CountAt(at, student, point, true, cut, state, changed);
      }
    }
  }
}

void CountAnew(const std::string& district, const std::string& assessment, int32_t before,
               int32_t now, decider::State& state, std::set<std::string>& changed) {
  std::vector<std::pair<std::string, LatestScore>> latest;
  state.ForEach(kCutScores, JoinKey(district, assessment, ""),
                [&](const std::string& key, const v1::TrailRow& results) {
                  latest.emplace_back(key, LatestIn(results));
                });
  for (const auto& [key, score] : latest) {
    const auto [of, on, school, year, student] = core::SplitKey<5>(key);
    const ProficiencyPlace at{district, assessment, std::string(school), std::string(year)};
    NoteProficient(at, std::string(student), ProficientOrNot(score, before),
                   ProficientOrNot(score, now), state, changed);
  }
}

}  // namespace

int32_t ProficiencyYearOf(int32_t day) {
  const std::chrono::year_month_day date(core::FromDays(day));
  const int32_t year = static_cast<int>(date.year());
  return date.month() >= std::chrono::July ? year : year - 1;
}

void AddProficiencyRows(const std::string& district, const std::string& school,
                        const v1::Assessment& assessment, int32_t day,
                        std::vector<decider::RowKey>& rows, StudentKeys& of_students) {
  if (!assessment.has_proficiency_cut()) return;
  const ProficiencyPlace at{district, assessment.assessment(), school,
                            std::to_string(ProficiencyYearOf(day))};
  rows.push_back({std::string(kProficiency.name), at.Row()});
  of_students.emplace_back(kCutScores.name,
                           core::KeysUnder(district, at.assessment, school, at.year));
}

void CountProficient(const std::string& district, const std::string& school,
                     const v1::RecordedResult& result, v1::TrailPoint point, bool in,
                     decider::State& state, std::set<std::string>& changed) {
  const CutPpm cut = CutOf(FindAssessment(district, result.assessment(), state));
  if (!cut) return;
  const ProficiencyPlace at{district, result.assessment(), school,
                            std::to_string(ProficiencyYearOf(result.day()))};
  CountAt(at, result.student(), std::move(point), in, *cut, state, changed);
}

void MoveProficiency(const std::string& district, const std::set<std::string>& changed,
                     core::Instant time, decider::State& state) {
  const int64_t smallest = disclosure::SmallestCell(PolicyOf(state, district));
  for (const std::string& key : changed) {
    v1::ProficiencyRow& row = state.Edit(kProficiency, key);
    const auto plan = PlanOf(row.scores(), smallest);
    if (plan.any) {
      *row.mutable_scores() = RowAfter(std::move(*row.mutable_scores()), plan);
      row.set_as_of_ms(core::ToMillis(time));
    }
    if (row.scores().moves() == 0 && row.scores().pending().empty()) {
      state.Erase(kProficiency, key);
    }
  }
}

void MoveCut(const std::string& district, const v1::Assessment& now, core::Instant time,
             decider::State& state) {
  const CutPpm before = CutOf(FindAssessment(district, now.assessment(), state)),
               after = CutOf(&now);
  if (before == after) return;
  if (!after) return ForgetCut(district, now.assessment(), state);
  std::set<std::string> changed;
  before ? CountAnew(district, now.assessment(), *before, *after, state, changed)
         : CountFound(district, now, *after, time, state, changed);
  MoveProficiency(district, changed, time, state);
}

void ForgetCut(const std::string& district, const std::string& assessment, decider::State& state) {
  std::vector<std::string> results;
  std::set<std::string> counts;
  state.ForEach(kCutScores, JoinKey(district, assessment, ""),
                [&](const std::string& key, const v1::TrailRow&) {
                  const auto [of, on, school, year, student] = core::SplitKey<5>(key);
                  results.push_back(key);
                  counts.insert(JoinKey(district, year, assessment, school));
                });
  for (const std::string& key : results) state.Erase(kCutScores, key);
  for (const std::string& key : counts) state.Erase(kProficiency, key);
}

}  // namespace throughline::evidence
