#include "evidence/domain/school_means.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "core/date.h"
#include "core/statistics/moments.h"
#include "disclosure/release.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/sorted_rows.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

using disclosure::Place;
using Pending = v1::SchoolMeanRow::Pending;
using Score = v1::SchoolMeanRow::Score;

constexpr double kPpmOfAPercent = 10'000;
constexpr auto kFirstMonth = std::chrono::July;  // of a school year that no term says

// As in released_scores.cc: two timers take turns, so that a stream of results puts off neither.
using Windows = std::chrono::duration<int64_t, std::ratio<5>>;

std::string RowKeyOf(const SchoolMeanKey& key) {
  return JoinKey(key.district, key.school, key.assessment, std::to_string(key.year));
}

SchoolMeanKey KeyOf(const v1::SchoolMeanReleased& released) {
  return {released.district(), released.school(), released.assessment(), released.year()};
}

// The latest of the year, by day, and by result within a day; nullopt without any.
std::optional<Score> LatestOf(const v1::YearScoresRow& row) {
  int latest = -1;
  for (int i = 0; i < row.results_size(); ++i) {
    const bool is_later = latest < 0 || std::pair(row.days(i), row.results(i)) >
                                            std::pair(row.days(latest), row.results(latest));
    if (is_later) latest = i;
  }
  if (latest < 0) return std::nullopt;
  Score score;
  score.set_day(row.days(latest));
  score.set_ppm(row.ppms(latest));
  return score;
}

void Remove(uint64_t result, v1::YearScoresRow& row) {
  const auto found = std::find(row.results().begin(), row.results().end(), result);
  if (found == row.results().end()) return;
  const auto index = found - row.results().begin();
  row.mutable_results()->erase(row.results().begin() + index);
  row.mutable_days()->erase(row.days().begin() + index);
  row.mutable_ppms()->erase(row.ppms().begin() + index);
}

bool IsSame(const std::optional<Score>& a, const std::optional<Score>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->day() == b->day() && a->ppm() == b->ppm();
}

// The student's latest score is another one than before.
void NotePending(const std::string& student, const std::optional<Score>& before,
                 const std::optional<Score>& now, v1::SchoolMeanRow& row) {
  auto& pending = *row.mutable_pending();
  const auto at = std::lower_bound(
      pending.begin(), pending.end(), student,
      [](const Pending& one, const std::string& id) { return one.student() < id; });
  std::optional<Score> shown = before;
  if (at != pending.end() && at->student() == student) {
    shown = at->has_shown() ? std::optional(at->shown()) : std::nullopt;
    pending.erase(at);
  }
  if (IsSame(shown, now)) return;
  Pending one;
  one.set_student(student);
  if (shown) *one.mutable_shown() = *shown;
  if (now) *one.mutable_now() = *now;
  Placed(pending, one, [](const auto& a, const auto& b) { return a.student() < b.student(); });
}

Place PlaceOf(bool is_there, const Score& score) {
  if (!is_there) return {};
  const auto day = static_cast<uint64_t>(static_cast<uint32_t>(score.day()));
  return {Place::Part::kMatched, 1, day << 32 | static_cast<uint32_t>(score.ppm())};
}

disclosure::Release PlanOf(const v1::SchoolMeanRow& row, int64_t smallest) {
  std::vector<disclosure::Difference> differences;
  differences.reserve(row.pending_size());
  for (const Pending& one : row.pending()) {
    differences.push_back(
        {PlaceOf(one.has_shown(), one.shown()), PlaceOf(one.has_now(), one.now()), {}});
  }
  disclosure::ShownCell cell;
  cell.covered = cell.matched = row.scores().n();
  cell.moves = row.moves();
  cell.uniform = row.uniform() || row.moves() == 0;
  return disclosure::PlanRelease(differences, cell, {}, 0, smallest);
}

// What is shown once those whom the plan moves are.
v1::SchoolMeanRow Moved(const v1::SchoolMeanRow& before, const disclosure::Release& plan) {
  v1::SchoolMeanRow row = before;
  row.clear_pending();
  core::Moments scores = MomentsOf(before.scores());
  for (int i = 0; i < before.pending_size(); ++i) {
    const Pending& one = before.pending(i);
    if (!plan.moves[i]) {
      *row.add_pending() = one;
      continue;
    }
    if (one.has_shown()) scores.Remove(one.shown().ppm());
    if (one.has_now()) scores.Add(one.now().ppm());
    row.set_latest_day(std::max(row.latest_day(), one.now().day()));
  }
  Store(scores, *row.mutable_scores());
  row.set_moves(plan.cell.moves);
  row.set_uniform(plan.cell.uniform);
  return row;
}

int64_t SmallestOf(const std::string& district, const decider::State& state) {
  return disclosure::SmallestCell(PolicyOf(state, district));
}

// What is shown of teams has mostly the same students: as with the variance of a district, nothing
// may follow from both of the few who are in one of them only.
void Say(const v1::SchoolMeanRow& shown, int64_t smallest, v1::SchoolMeanReleased& released) {
  const core::Moments scores = MomentsOf(shown.scores());
  if (scores.n() == 0) return;
  const double spread = std::sqrt(scores.Variance().value_or(0));
  released.set_students(static_cast<int32_t>(scores.n() / smallest * smallest));
  released.set_mean(disclosure::Rounded(scores.Mean() / kPpmOfAPercent, spread / kPpmOfAPercent,
                                        scores.n(), smallest));
  released.set_latest_result(core::FormatDate(core::FromDays(shown.latest_day())));
}

}  // namespace

std::string YearScoresKey(const SchoolMeanKey& key, std::string_view student) {
  return JoinKey(RowKeyOf(key), student);
}

int32_t SchoolYearOf(int32_t day, const core::InstructionalCalendar& calendar) {
  const core::Date date = core::FromDays(day);
  const auto year = calendar.SchoolYearOf(date);
  if (year) return static_cast<int>(std::chrono::year_month_day(year->first).year());
  const std::chrono::year_month_day of(date);
  return static_cast<int>(of.year()) - (of.month() < kFirstMonth ? 1 : 0);
}

void CountInYear(const SchoolMeanKey& key, const std::string& student, const v1::TrailPoint& point,
                 bool in, decider::State& state) {
  const std::string of_student = YearScoresKey(key, student);
  v1::YearScoresRow& scores = state.Edit(kYearScores, of_student);
  const auto before = LatestOf(scores);
  if (in) {
    scores.add_results(point.result());
    scores.add_days(point.day());
    scores.add_ppms(point.ppm());
  } else {
    Remove(point.result(), scores);
  }
  const auto now = LatestOf(scores);
  if (scores.results().empty()) state.Erase(kYearScores, of_student);
  if (IsSame(before, now)) return;
  NotePending(student, before, now, state.Edit(kSchoolMeans, RowKeyOf(key)));
}

void SetSchoolMeanTimer(const SchoolMeanKey& key, core::Instant time, decider::State& state) {
  const auto window = std::chrono::floor<Windows>(time);
  const char parity = window.time_since_epoch().count() % 2 == 0 ? '0' : '1';
  state.SetTimer(JoinKey(std::string(kSchoolMeanDue) + parity, RowKeyOf(key)), window + Windows(2));
}

void DecideSchoolMean(std::string_view timer, decider::Turn& turn) {
  const auto [district, school, assessment, year] =
      core::SplitKey<4>(timer.substr(kSchoolMeanDue.size() + 2));
  v1::SchoolMeanReleased released;
  released.set_district(std::string(district));
  released.set_school(std::string(school));
  released.set_assessment(std::string(assessment));
  int32_t number = 0;
  std::from_chars(year.data(), year.data() + year.size(), number);
  released.set_year(number);
  const auto* row = turn.state().Find(kSchoolMeans, RowKeyOf(KeyOf(released)));
  if (row == nullptr) return;
  const int64_t smallest = SmallestOf(released.district(), turn.state());
  const auto plan = PlanOf(*row, smallest);
  if (!plan.any) return;
  Say(Moved(*row, plan), smallest, released);
  turn.Emit(released, core::Key{district, school}.Text());
}

void Apply(const v1::SchoolMeanReleased& released, decider::State& state) {
  const std::string key = RowKeyOf(KeyOf(released));
  const auto* row = state.Find(kSchoolMeans, key);
  if (row == nullptr) return;
  const auto plan = PlanOf(*row, SmallestOf(released.district(), state));
  if (!plan.any) return;
  v1::SchoolMeanRow shown = Moved(*row, plan);
  state.Edit(kSchoolMeans, key) = std::move(shown);
}

}  // namespace throughline::evidence
