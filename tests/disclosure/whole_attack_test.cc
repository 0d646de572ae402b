// Districts at random - two schools, three teams of which two share students, two cycles each,
// groups
// - in which results come one by one and in batches, are corrected, moved to another class and
// taken back, and students come and go. An attacker is given all that an observer and a team member
// are shown: growth, gaps, coverage, variance, means of schools, run charts, counts, streams and
// what alerts carry, at every moment. What it can solve for may rest on few students only where
// rounding leaves open what it is.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "core/key.h"
#include "core/statistics/paired_moments.h"
#include "disclosure/disclose.h"
#include "district.h"
#include "evidence/domain/class_scores.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/school_means.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trail.h"
#include "evidence/domain/weeks.h"
#include "range_attacker.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::disclosure {
namespace {

using evidence::v1::ContributionRow;
using evidence::v1::EvidenceRow;
using evidence::v1::TrailPoint;
using Terms = RangeAttacker::Terms;

constexpr size_t kFewest = 10;

// What is told besides, to see that it is found.
enum class Leak { kNone, kCoverage, kVariance, kBaseline, kGroup, kSchoolMean, kChartWeek };

struct Class {
  std::string school, id, team;
};
const std::vector<Class> kClasses = {{"s", "a", "t"}, {"s", "b", "u"}, {"s2", "c", "v"}};
const std::vector<std::string> kDays = {"2024-07-10", "2024-08-07", "2024-09-04"};

class Whole {
 public:
  Whole(uint32_t seed, Leak leak) : random_(seed), leak_(leak) {
    for (const char* school : {"s", "s2"}) district_.PublishMeasure(school);
    for (const Class& one : kClasses) {
      district_.OpenClass(one.school, one.id, one.team);
      district_.Schedule(one.school, one.team, "c1", "2024-07-01", "2024-08-01", "2024-08-30");
      district_.Schedule(one.school, one.team, "c2", "2024-07-15", "2024-09-02", "2024-09-20");
    }
    for (int i = 0; i < 45; ++i) Enroll(i);
  }

  void Step() {
    switch (Roll(10)) {
      case 0:
        Enroll(Roll(50));
        break;
      case 1:
      case 2:
        Batch();
        break;
      case 3:
        district_.Push({Some(Roll(45), true)});
        break;
      default:
        district_.Push({Some(Roll(45), false)});
    }
    if (Roll(4) == 0) district_.Wait();
    SeeAll();
  }

  RangeAttacker::Finding Best() {
    const auto best = attacker_.Best(kFewest, random_, 4);
    const auto of_all = attacker_of_all_.Best(kFewest, random_, 4);
    return of_all.uncertainty < best.uncertainty ? of_all : best;
  }
  int moves() const { return moves_; }
  bool variance_shown() const { return variance_shown_; }
  bool means_shown() const { return means_shown_; }
  bool weeks_shown() const { return weeks_shown_; }

 private:
  int Roll(int sides) { return static_cast<int>(random_() % static_cast<uint32_t>(sides)); }

  void See(const Terms& terms, double uncertainty) {
    attacker_.See(terms, uncertainty);
    attacker_of_all_.See(terms, uncertainty);
  }

  // A third is in both teams of a school, a third in one, a third in the other school.
  static std::vector<std::string> ClassesOf(int student) {
    if (student % 3 == 0) return {"a", "b"};
    return {student % 3 == 1 ? "a" : "c"};
  }
  static std::string SchoolOf(int student) { return student % 3 == 2 ? "s2" : "s"; }

  void Enroll(int student) {
    District::Groups groups{student % 2 == 0 ? "income:low" : "income:other"};
    district_.Enroll(SchoolOf(student), "p" + std::to_string(student),
                     Roll(6) == 0 ? std::vector<std::string>{} : ClassesOf(student), groups);
  }

  evidence::v1::Result Some(int student, bool retracted) {
    const auto classes = ClassesOf(student);
    // The same source id in another class moves the result.
    evidence::v1::Result result = district_.Of(
        SchoolOf(student), classes[static_cast<size_t>(Roll(static_cast<int>(classes.size())))],
        "p" + std::to_string(student), kDays[static_cast<size_t>(Roll(3))],
        20 + Roll(7000) / 100.0);
    result.set_retracted(retracted);
    return result;
  }

  void Batch() {
    const std::string day = kDays[static_cast<size_t>(Roll(3))];
    const Class& of = kClasses[static_cast<size_t>(Roll(3))];
    const int share = 1 + Roll(3);
    std::vector<evidence::v1::Result> results;
    for (int i = 0; i < 45; ++i) {
      const auto classes = ClassesOf(i);
      if (std::find(classes.begin(), classes.end(), of.id) == classes.end()) continue;
      if (share > 1 && Roll(share) == 0) continue;
      results.push_back(
          district_.Of(of.school, of.id, "p" + std::to_string(i), day, 20 + Roll(7000) / 100.0));
    }
    district_.Push(results);
  }

  static std::string NameOf(const std::string& student, const TrailPoint& point) {
    return student + "/" + std::to_string(point.result()) + ":" + std::to_string(point.ppm());
  }

  // Students by what is shown of them in a cell.
  std::map<std::string, ContributionRow> Shown(const evidence::EvidenceKey& key,
                                               const EvidenceRow& row, bool exact) const {
    std::map<std::string, ContributionRow> students;
    const std::string prefix = evidence::ContributionKey(key, "");
    district_.state().ForEach(evidence::kContributions, prefix,
                              [&](const std::string& at, const ContributionRow& one) {
                                if (one.has_current()) students[at.substr(prefix.size())] = one;
                              });
    if (exact) return students;
    for (const auto& pending : row.shown().pending()) {
      students.erase(pending.student());
      if (pending.has_shown()) students[pending.student()] = pending.shown();
    }
    return students;
  }

  void SeeCell(const evidence::EvidenceKey& key, const EvidenceRow& row,
               const common::v1::CycleEvidence& numbers) {
    const auto students = Shown(key, row, false);
    const std::string cell = RowKeyOf(key);
    Terms baselines, changes, matched, covered;
    core::PairedMoments pairs;
    for (const auto& [student, one] : students) {
      covered[student + "/covered " + cell] = 1;
      if (!one.has_baseline()) continue;
      matched[student + "/covered " + cell] = 1;
      baselines[NameOf(student, one.baseline())] += 1;
      changes[NameOf(student, one.current())] += 1;
      changes[NameOf(student, one.baseline())] -= 1;
      pairs.Add(one.baseline().ppm(), one.current().ppm());
    }
    if (numbers.has_covered()) {
      ASSERT_EQ(static_cast<size_t>(numbers.covered()), students.size());
      See(covered, 0);
    }
    if (leak_ == Leak::kCoverage) {
      Terms exact;
      for (const auto& [student, one] : Shown(key, row, true))
        exact[student + "/covered " + cell] = 1;
      See(exact, 0);
    }
    if (numbers.matched() == 0) return;
    ASSERT_EQ(numbers.matched(), pairs.n());
    const double n = static_cast<double>(pairs.n());
    const double baseline_sd = std::sqrt(*pairs.baseline().Variance()) * 1e-4;
    const double change_sd = std::sqrt(*pairs.VarianceOfChange()) * 1e-4;
    // Half of the smallest step that rounding takes, in sums; what was shown is as far off.
    const double half = 0.5 * 0.4 * kFewest / 4;
    ASSERT_NEAR(numbers.baseline_mean(), pairs.baseline().Mean() * 1e-4,
                2.5 * half * baseline_sd / n);
    ASSERT_NEAR(numbers.mean_change(), pairs.MeanChange() * 1e-4, 2.5 * half * change_sd / n);
    See(baselines, leak_ == Leak::kBaseline ? 0 : half * baseline_sd);
    See(changes, leak_ == Leak::kBaseline ? 0 : half * change_sd);
    See(matched, 0);
    for (const auto& gap : row.shown().gaps()) SeeGroup(gap.group(), students, cell, half);
    if (leak_ == Leak::kGroup) SeeGroup("income:low", students, cell, half);
  }

  void SeeGroup(const std::string& group, const std::map<std::string, ContributionRow>& students,
                const std::string& cell, double half) {
    Terms ones, baselines, currents;
    core::PairedMoments pairs;
    for (const auto& [student, one] : students) {
      const auto& in = one.groups();
      if (!one.has_baseline() || std::find(in.begin(), in.end(), group) == in.end()) continue;
      ones[student + "/covered " + cell] = 1;
      baselines[NameOf(student, one.baseline())] = 1;
      currents[NameOf(student, one.current())] = 1;
      pairs.Add(one.baseline().ppm(), one.current().ppm());
    }
    if (pairs.n() < 2) return See(ones, 0);
    See(ones, 0);
    See(baselines, half * std::sqrt(*pairs.baseline().Variance()) * 1e-4);
    See(currents, half * std::sqrt(*pairs.current().Variance()) * 1e-4);
  }

  // Which scores are in what is shown of a class was so when it last moved.
  void SeeVariance() {
    const auto variance = district_.Variance();
    Terms sum, exact;
    bool any = false;
    for (const Class& of : kClasses) {
      const auto* row = district_.state().Find(
          evidence::kClassScores, evidence::ClassScoresKey("d", "check", of.school, of.id));
      if (row == nullptr) continue;
      for (int student = 0; student < 50; ++student) SeeScores(of, student, *row, exact);
      for (const auto& [name, terms] : in_variance_[of.id]) {
        if (row->shown_students() < static_cast<int32_t>(kFewest)) break;
        for (const auto& [score, factor] : terms) sum[score] += factor;
        any = any || !terms.empty();
      }
    }
    if (leak_ == Leak::kVariance) See(exact, 0);
    if (!any || variance.result_count() == 0) return;
    variance_shown_ = true;
    ASSERT_EQ(static_cast<size_t>(variance.result_count()), sum.size());
    // By itself it holds exactly; beside the numbers of teams by rounding.
    const double spread = std::sqrt(variance.student_variance());
    See(sum, 0.5 * 0.4 * kFewest * spread);
  }

  void SeeScores(const Class& of, int number, const evidence::v1::ClassScoresRow& row,
                 Terms& exact) {
    const std::string student = "p" + std::to_string(number);
    const uint64_t digest = evidence::ResultHash("", student);
    const auto at = std::lower_bound(row.students().begin(), row.students().end(), digest);
    if (at == row.students().end() || *at != digest) {
      in_variance_[of.id].erase(student);
      return;
    }
    const int index = static_cast<int>(at - row.students().begin());
    Terms now;
    for (const std::string& day : kDays) {
      const auto stretch = evidence::StretchOf(core::ToDays(*core::ParseDate(day)));
      const auto* trail = district_.state().Find(
          evidence::kTrails, evidence::TrailKeys("d", of.school, "reading", stretch).Of(student));
      if (trail == nullptr) continue;
      for (const TrailPoint& point : evidence::PointsIn(*trail, of.team)) {
        now[NameOf(student, point)] = 1;
      }
    }
    for (const auto& [score, factor] : now) exact[score] = factor;
    const auto shown = evidence::ScoresShown(row, index);
    auto& known = shown_scores_[of.id + "/" + student];
    if (shown == known) return;
    known = shown;
    // It moved: to what the student has now, or out.
    in_variance_[of.id][student] = shown.results == 0 ? Terms() : now;
  }

  static evidence::SchoolMeanKey MeanOf(const std::string& school) {
    return {"d", school, "check", 2024};
  }
  // The latest score of each student of the school year, as it is, by student.
  std::map<std::string, Terms> LatestScores(const std::string& school) const {
    std::map<std::string, Terms> latest;
    const std::string prefix = evidence::YearScoresKey(MeanOf(school), "");
    district_.state().ForEach(evidence::kLatestScores, prefix,
                              [&](const std::string& at, const TrailPoint& point) {
                                const std::string student = at.substr(prefix.size());
                                latest[student] = {{NameOf(student, point), 1}};
                              });
    return latest;
  }

  // The same of a week of a run chart.
  std::map<std::string, Terms> LatestOfWeek(const std::string& school, const std::string& team,
                                            int32_t week) const {
    std::map<std::string, Terms> latest;
    district_.state().ForEach(
        evidence::kTrails, core::JoinKey("d", school, "reading", ""),
        [&](const std::string& at, const evidence::v1::TrailRow& row) {
          std::optional<TrailPoint> last;
          for (const TrailPoint& point :
               team.empty() ? evidence::PointsOf(row) : evidence::PointsIn(row, team)) {
            if (evidence::WeekOf(point.day()) != week) continue;
            if (!last || evidence::IsBefore(*last, point)) last = point;
          }
          const std::string student(core::SplitKey<5>(at)[4]);
          if (last) latest[student] = {{NameOf(student, *last), 1}};
        });
    return latest;
  }

  // One score a student, of how many in whole cells: the sum is known to what is rounded, so many
  // cells.
  bool SeeScores(const std::string& at, const evidence::v1::ShownScoresRow& row,
                 const std::map<std::string, Terms>& latest, double cells, bool is_chart,
                 bool leak) {
    auto& shown = in_shown_[at];
    std::map<std::string, Terms> now = latest;
    for (const auto& pending : row.pending()) {
      now.erase(pending.student());
      if (pending.has_shown_ppm()) now[pending.student()] = shown[pending.student()];
    }
    shown = now;
    Terms sum, exact;
    for (const auto& [student, terms] : shown) sum.insert(terms.begin(), terms.end());
    for (const auto& [student, terms] : latest) exact.insert(terms.begin(), terms.end());
    if (leak) See(exact, 0);
    const core::Moments scores = evidence::MomentsOf(row.scores());
    EXPECT_EQ(static_cast<size_t>(scores.n()), shown.size()) << at;
    if (scores.n() == 0) return false;
    EXPECT_GE(static_cast<size_t>(scores.n()), kFewest);
    const double open = 0.5 * 0.4 * kFewest * cells * std::sqrt(*scores.Variance()) * 1e-4;
    is_chart ? attacker_of_all_.See(sum, open) : See(sum, open);
    return true;
  }

  // A measure of a plan shows it, rounded.
  void SeeSchoolMean(const std::string& school) {
    const std::string at = MeanOf(school).Text();
    const auto* row = district_.state().Find(evidence::kSchoolMeans, at);
    if (row == nullptr) return;
    means_shown_ |= SeeScores(at, *row, LatestScores(school), 1, false, leak_ == Leak::kSchoolMean);
  }

  void SeeRunCharts() {
    district_.state().ForEach(
        evidence::kChartWeeks, "d/",
        [&](const std::string& at, const evidence::v1::ChartWeekRow& row) {
          const auto [district, school, team, indicator, week] = core::SplitKey<5>(at);
          const auto latest =
              LatestOfWeek(std::string(school), std::string(team), std::stoi(std::string(week)));
          const double cells = team.empty() ? 1 : 0.25;
          weeks_shown_ |=
              SeeScores(at, row.scores(), latest, cells, true, leak_ == Leak::kChartWeek);
        });
  }

  void SeeRow(const std::string& at, const EvidenceRow& row) {
    common::v1::CycleEvidence numbers;
    *numbers.mutable_shown() = row.shown().numbers();
    HideSmallCells(numbers, kFewest);
    ever_shown_.insert(at + numbers.SerializeAsString());
    moves_ = std::max(moves_, row.shown().moves());
    const auto [district, school, team, cycle, indicator] = core::SplitKey<5>(at);
    SeeCell({{"d", std::string(school), std::string(team)}, std::string(cycle), "reading"}, row,
            numbers);
  }

  void SeeAll() {
    district_.state().ForEach(evidence::kEvidence, "d/",
                              [&](const std::string& at, const EvidenceRow& row) {
                                if (row.shown().has_numbers()) SeeRow(at, row);
                              });
    SeeVariance();
    for (const char* school : {"s", "s2"}) SeeSchoolMean(school);
    SeeRunCharts();
    SeeStreams();
    const auto counts = district_.Counts();
    EXPECT_EQ(counts.pushed() % 10, 0);
    EXPECT_EQ(counts.accepted() % 10, 0);
    EXPECT_EQ(counts.corrected() % 10, 0);
  }

  // Streams, alerts and explanations show nothing but what queries have shown.
  void SeeStreams() {
    for (const auto& event : district_.TakeStreamed()) {
      if (const auto* one = dynamic_cast<const evidence::v1::EvidenceSummarized*>(event.get())) {
        SeeStreamed(*one);
      } else if (const auto* moved =
                     dynamic_cast<const evidence::v1::EvidenceMoved*>(event.get())) {
        SeeStreamed(*moved);
        EXPECT_EQ(moved->cut(), 0);
        EXPECT_FALSE(moved->has_test()) << "of exact sums";
        EXPECT_TRUE(!moved->has_students() || moved->students() >= static_cast<int>(kFewest));
      }
      EXPECT_EQ(event->ShortDebugString().find("bin:"), std::string::npos);
      EXPECT_EQ(event->ShortDebugString().find("student:"), std::string::npos);
    }
  }
  template <class Event>
  void SeeStreamed(const Event& event) {
    if (!event.evidence().has_matched()) return;
    // That nobody has a result is said of no score, and of whole cells of students only.
    if (event.evidence().absent() == common::v1::ABSENCE_REASON_NO_RESULTS) {
      EXPECT_EQ(event.evidence().covered(), 0);
      EXPECT_FALSE(event.evidence().has_rostered());
      EXPECT_EQ(event.evidence().rostered_at_least() % 10, 0);
      return;
    }
    const evidence::EvidenceKey key{
        {event.district(), event.school(), event.team()}, event.cycle(), event.indicator()};
    EXPECT_TRUE(ever_shown_.contains(RowKeyOf(key) + event.evidence().SerializeAsString()))
        << event.ShortDebugString();
  }

  std::mt19937 random_;
  Leak leak_;
  District district_;
  // The more sums there are, the likelier it is that a combination of few of them is not looked
  // for: so one attacker leaves run charts, of which there are many, out.
  RangeAttacker attacker_, attacker_of_all_;
  std::map<std::string, std::map<std::string, Terms>> in_variance_;  // by class and student
  std::map<std::string, evidence::StudentScores> shown_scores_;      // by class/student
  std::set<std::string> ever_shown_;
  int moves_ = 0;
  bool variance_shown_ = false;
  std::map<std::string, std::map<std::string, Terms>> in_shown_;  // by row and student
  bool means_shown_ = false;
  bool weeks_shown_ = false;
};

struct Outcome {
  double least = 1e9;  // uncertainty of what was found of few students, in percent of scale
  size_t students = 0;
  int moves = 0;
  int variances = 0;
  int means = 0;
  int weeks = 0;
};

Outcome AttackAll(int districts, Leak leak) {
  Outcome outcome;
  for (int seed = 1; seed <= districts; ++seed) {
    SCOPED_TRACE("district " + std::to_string(seed));
    Whole whole(static_cast<uint32_t>(seed), leak);
    for (int step = 0; step < 60 && !testing::Test::HasFatalFailure(); ++step) whole.Step();
    const auto found = whole.Best();
    if (found.uncertainty < outcome.least) {
      outcome.least = found.uncertainty;
      outcome.students = found.students.size();
    }
    outcome.moves += whole.moves();
    outcome.variances += whole.variance_shown() ? 1 : 0;
    outcome.means += whole.means_shown() ? 1 : 0;
    outcome.weeks += whole.weeks_shown() ? 1 : 0;
  }
  return outcome;
}

TEST(WholeAttack, OfFewStudentsNothingIsKnownBetterThanRoundingLeavesOpen) {
  const Outcome found = AttackAll(8, Leak::kNone);
  // Scores are spread evenly over 70 percent of scale: their standard deviation is 20.
  EXPECT_GE(found.least, 10) << "of " << found.students << " students";
  EXPECT_GT(found.moves, 8) << "numbers have to move";
  EXPECT_GT(found.variances, 2) << "and a variance to be shown";
  EXPECT_GT(found.means, 2) << "and means of schools";
  EXPECT_GT(found.weeks, 2) << "and weeks of run charts";
}

TEST(WholeAttack, FindsAnExactCoverage) { EXPECT_LT(AttackAll(2, Leak::kCoverage).least, 1); }
TEST(WholeAttack, FindsAVarianceThatFollowsEachResult) {
  EXPECT_LT(AttackAll(2, Leak::kVariance).least, 1);
}
TEST(WholeAttack, FindsExactMeansOfTwoCyclesOfATeam) {
  EXPECT_LT(AttackAll(3, Leak::kBaseline).least, 1);
}
TEST(WholeAttack, FindsAMeanOfASchoolThatFollowsEachResult) {
  EXPECT_LT(AttackAll(2, Leak::kSchoolMean).least, 1);
}
TEST(WholeAttack, FindsARunChartThatFollowsEachResult) {
  EXPECT_LT(AttackAll(2, Leak::kChartWeek).least, 1);
}
TEST(WholeAttack, FindsAGroupThatMovesWithoutTheRule) {
  EXPECT_LT(AttackAll(2, Leak::kGroup).least, 1);
}

}  // namespace
}  // namespace throughline::disclosure
