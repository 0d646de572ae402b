// Small districts at random, in which results come one by one and in batches, are corrected and
// taken back, and students come, go and change groups. At every moment an attacker is given all
// that readers are shown of growth, coverage and gaps, and must not find out anything about fewer
// students than a cell may show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "attacker.h"
#include "core/date.h"
#include "core/statistics/growth.h"
#include "decider/fixture.h"
#include "disclosure/disclose.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/shown_evidence.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::disclosure {
namespace {

using evidence::EvidenceKey;
using evidence::v1::ContributionRow;
using evidence::v1::EvidenceRow;

constexpr size_t kSmallest = 10;
const EvidenceKey kCell{{"d", "s", "t"}, "c1", "reading"};

// A team of a school with a cycle; results are pushed and students moved at random. With two tests,
// which are on no common scale, norms of the district come at random, too.
class School {
 public:
  School(uint32_t seed, int students, bool two_tests)
      : two_tests_(two_tests),
        random_(seed),
        fixture_(decider_, *core::ParseInstant("2024-09-01T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted;
    auto& district = *adopted.mutable_district();
    district.set_district("d");
    district.set_time_zone("UTC");
    district.set_version(1);
    district.mutable_policy()->set_sufficient_coverage(0.5);
    district.mutable_policy()->set_days_per_year(180);
    district.mutable_policy()->set_struggling_percentile(0.2);
    fixture_.Give(adopted);
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    for (const char* name : {"check", "other"}) {
      auto& assessment = *define.add_assessments();
      assessment.set_assessment(name);
      assessment.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
      assessment.set_scale_max(100);
      assessment.add_indicators("reading");
    }
    fixture_.Give(define);
    for (int i = 0; i < students; ++i) Enroll(i, true);
    cycles::v1::CycleScheduled scheduled;
    auto& cycle = *scheduled.mutable_cycle();
    cycle.set_district("d");
    cycle.set_school("s");
    cycle.set_team("t");
    cycle.set_cycle("c1");
    cycle.set_start("2024-08-12");
    cycle.set_end("2024-09-27");
    cycle.set_baseline_from("2024-07-01");
    cycle.set_mid_cycle("2024-09-09");
    cycle.add_indicators()->set_indicator("reading");
    fixture_.Give(scheduled);
    students_ = students;
  }

  int Roll(int sides) { return static_cast<int>(random_() % static_cast<uint32_t>(sides)); }
  std::mt19937& random() { return random_; }

  void Enroll(int student, bool in) {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    auto& one = *roster.add_students();
    one.set_student("p" + std::to_string(student));
    if (Roll(8) > 0) one.add_groups(student % 2 == 0 ? "income:low" : "income:other");
    if (student % 3 == 0) one.add_groups("language:learner");
    if (in) one.add_class_ids("c");
    fixture_.Give(roster);
  }

  // A result of `student`, of before the cycle or in it; `again` corrects the one that is there.
  evidence::v1::Result Of(int student, bool baseline, bool retracted = false) {
    evidence::v1::Result result;
    result.set_source_id((baseline ? "b" : "c") + std::to_string(student));
    result.set_student("p" + std::to_string(student));
    result.set_school("s");
    result.set_class_id("c");
    result.set_assessment(two_tests_ && Roll(5) < (baseline ? 1 : 3) ? "other" : "check");
    result.set_date(baseline ? "2024-07-20" : "2024-08-20");
    // No two scores are the same, so that a score says whose it is and which.
    result.set_score(static_cast<double>(++scores_) / 10'000.0);
    result.set_modified_at_ms(scores_);
    result.set_retracted(retracted);
    return result;
  }
  void Push(const std::vector<evidence::v1::Result>& results) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const auto& result : results) *batch.add_results() = result;
    fixture_.Give(batch);
  }

  void Publish(const std::string& assessment) {
    evidence::v1::NormsPublished published;
    published.set_district("d");
    auto& norm = *published.add_norms();
    norm.set_assessment(assessment);
    norm.set_n(++scores_);
    norm.set_mean(400'000 + 1000 * Roll(100));
    norm.set_sd(80'000 + 1000 * Roll(50));
    fixture_.Give(published);
  }

  // One thing that happens to one student, or a batch.
  void Step() {
    if (two_tests_ && Roll(40) == 0) return Publish(Roll(2) == 0 ? "check" : "other");
    switch (Roll(12)) {
      case 0: {
        std::vector<evidence::v1::Result> batch;
        const bool baseline = Roll(2) == 0;
        const int share = 1 + Roll(4);
        for (int i = 0; i < students_; ++i) {
          if (Roll(share) == 0) batch.push_back(Of(i, baseline));
        }
        if (!batch.empty()) Push(batch);
        break;
      }
      case 1:
        return Push({Of(Roll(students_), Roll(2) == 0, true)});
      case 2:
        return Enroll(Roll(students_), false);
      case 3:
        return Enroll(Roll(students_), true);
      case 4:
        return Enroll(students_++, true);
      default:
        return Push({Of(Roll(students_), Roll(2) == 0)});
    }
  }

  const EvidenceRow* Row() const {
    return fixture_.state().Find(evidence::kEvidence, RowKeyOf(kCell));
  }

  // By student what adds to the numbers: as it is, or as it is shown.
  std::map<std::string, ContributionRow> Exact() const {
    std::map<std::string, ContributionRow> students;
    const std::string prefix = evidence::ContributionKey(kCell, "");
    fixture_.state().ForEach(evidence::kContributions, prefix,
                             [&](const std::string& key, const ContributionRow& row) {
                               if (row.has_current()) students[key.substr(prefix.size())] = row;
                             });
    return students;
  }
  std::map<std::string, ContributionRow> Shown() const {
    std::map<std::string, ContributionRow> students = Exact();
    for (const auto& pending : Row()->shown().pending()) {
      students.erase(pending.student());
      if (pending.has_shown()) students[pending.student()] = pending.shown();
    }
    return students;
  }

 private:
  const bool two_tests_;
  std::mt19937 random_;
  evidence::EvidenceDecider decider_;
  decider::Fixture fixture_;
  int students_ = 0;
  int64_t scores_ = 100;
};

bool IsIn(const ContributionRow& student, const std::string& group) {
  return group.empty() || std::find(student.groups().begin(), student.groups().end(), group) !=
                              student.groups().end();
}

// Whether a matched student is among those whose changes have the basis of the numbers.
bool IsOn(common::v1::Basis basis, const ContributionRow& student) {
  const bool same = student.baseline().assessment() == student.current().assessment();
  return student.has_baseline() && same == (basis == common::v1::BASIS_ABSOLUTE);
}

// What is known of the matched students of a group (empty: of all): the sum of their baselines, of
// their current scores, and how many they are.
void SeeMatched(const std::map<std::string, ContributionRow>& students, common::v1::Basis basis,
                const std::string& group, Attacker& attacker) {
  std::set<std::string> baselines, currents, ones;
  for (const auto& [student, row] : students) {
    if (!IsOn(basis, row) || !IsIn(row, group)) continue;
    baselines.insert(student + "/b" + std::to_string(row.baseline().ppm()));
    currents.insert(student + "/c" + std::to_string(row.current().ppm()));
    ones.insert(student + "/matched");
  }
  attacker.See(baselines);
  attacker.See(currents);
  attacker.See(ones);
}

void SeeOtherwise(const std::map<std::string, ContributionRow>& students,
                  const common::v1::CycleEvidence& numbers, Attacker& attacker) {
  std::set<std::string> ones;
  for (const auto& [student, row] : students) {
    if (row.has_baseline() && !IsOn(numbers.basis(), row)) ones.insert(student + "/matched");
  }
  ASSERT_EQ(static_cast<size_t>(numbers.matched_otherwise()), ones.size());
  attacker.See(ones);
}

void SeeCovered(const std::map<std::string, ContributionRow>& students, Attacker& attacker) {
  std::set<std::string> ones;
  for (const auto& [student, row] : students) {
    ones.insert(student + (row.has_baseline() ? "/matched" : "/covered"));
  }
  attacker.See(ones);
}

common::v1::CycleEvidence Numbers(const EvidenceRow& row) {
  common::v1::CycleEvidence numbers = row.last();
  HideSmallCells(numbers, kSmallest);
  return numbers;
}

// All that readers are shown now. Checks that it is the sum of what it is said to be.
void SeeAll(const School& school, Attacker& attacker) {
  const EvidenceRow* row = school.Row();
  if (row == nullptr) return;
  const auto students = school.Shown();
  const common::v1::CycleEvidence numbers = Numbers(*row);
  if (!numbers.has_matched()) return;
  core::PairedMoments pairs;
  for (const auto& [student, one] : students) {
    if (IsOn(numbers.basis(), one)) pairs.Add(one.baseline().ppm(), one.current().ppm());
  }
  ASSERT_EQ(numbers.matched(), pairs.n());
  if (numbers.has_baseline_mean() && numbers.basis() != common::v1::BASIS_RELATIVE) {
    // Rounded to what some students add.
    const auto growth = core::GrowthOf(pairs, 1e-4);
    const double share = 1.25e-4 * kSmallest / static_cast<double>(pairs.n());
    ASSERT_NEAR(numbers.baseline_mean(), growth->baseline_mean,
                share * std::sqrt(*pairs.baseline().Variance()) + 1e-12);
    ASSERT_NEAR(numbers.mean_change(), growth->mean_change,
                share * std::sqrt(*pairs.VarianceOfChange()) + 1e-12);
  }
  SeeMatched(students, numbers.basis(), "", attacker);
  if (numbers.matched_otherwise() > 0) SeeOtherwise(students, numbers, attacker);
  if (numbers.has_covered()) {
    ASSERT_EQ(numbers.covered(), static_cast<int>(students.size()));
    SeeCovered(students, attacker);
  }
  for (const auto& gap : row->shown().gaps()) {
    const auto in = std::count_if(students.begin(), students.end(), [&](const auto& one) {
      return IsOn(numbers.basis(), one.second) && IsIn(one.second, gap.group());
    });
    ASSERT_EQ(gap.group_count(), in) << gap.group();
    SeeMatched(students, numbers.basis(), gap.group(), attacker);
  }
}

struct Found {
  size_t fewest = 1000;
  int moments = 0;  // at which numbers had moved
  int gaps = 0;     // districts in which one was shown
};

template <class See>
Found Attack(int districts, int steps, See see, bool two_tests = false) {
  Found found;
  for (int seed = 1; seed <= districts; ++seed) {
    School school(static_cast<uint32_t>(seed), 12 + seed % 40, two_tests);
    Attacker attacker;
    int moves = 0;
    bool gap = false;
    for (int step = 0; step < steps; ++step) {
      school.Step();
      see(school, attacker);
      if (testing::Test::HasFatalFailure()) {
        ADD_FAILURE() << "district " << seed << ", step " << step;
        return found;
      }
      if (school.Row() == nullptr) continue;
      moves = school.Row()->shown().moves();
      gap = gap || school.Row()->shown().gaps_size() > 0;
    }
    found.moments += moves;
    found.gaps += gap ? 1 : 0;
    const auto students = attacker.FewestStudents(school.random(), 6);
    if (students.empty()) continue;
    EXPECT_FALSE(students.size() == 0);
    if (students.size() < found.fewest) {
      found.fewest = students.size();
      if (found.fewest < kSmallest) {
        testing::Test::RecordProperty("district", seed);
      }
    }
  }
  return found;
}

TEST(Attack, NothingOfFewStudentsCanBeSolvedFor) {
  const Found found = Attack(40, 150, SeeAll);
  EXPECT_GE(found.fewest, kSmallest);
  EXPECT_GT(found.moments, 100) << "numbers have to move";
  EXPECT_GT(found.gaps, 5) << "and gaps to be shown";
}

TEST(Attack, NothingOfFewStudentsCanBeSolvedForWhereTestsDiffer) {
  const Found found = Attack(30, 150, SeeAll, true);
  EXPECT_GE(found.fewest, kSmallest);
  EXPECT_GT(found.moments, 20) << "numbers have to move";
}

// The same attacker, told what was shown before there was the rule: so it can find what there is.
TEST(Attack, FindsEverybodyWhenNumbersFollowEachResult) {
  const Found found = Attack(10, 150, [](const School& school, Attacker& attacker) {
    const auto students = school.Exact();
    const auto matched = std::count_if(students.begin(), students.end(),
                                       [](const auto& one) { return one.second.has_baseline(); });
    if (matched >= static_cast<int64_t>(kSmallest))
      SeeMatched(students, common::v1::BASIS_ABSOLUTE, "", attacker);
  });
  EXPECT_EQ(found.fewest, 1u);
}

TEST(Attack, FindsFewWhenGroupsAreShownBesideNumbersThatMoveWithoutThem) {
  const Found found = Attack(10, 150, [](const School& school, Attacker& attacker) {
    if (school.Row() == nullptr) return;
    const auto students = school.Shown();
    SeeMatched(students, common::v1::BASIS_ABSOLUTE, "", attacker);
    SeeMatched(students, common::v1::BASIS_ABSOLUTE, "income:low", attacker);
  });
  EXPECT_LT(found.fewest, kSmallest);
}

TEST(Attack, FindsFewWhenCoverageIsShownAsItIs) {
  const Found found = Attack(10, 150, [](const School& school, Attacker& attacker) {
    if (school.Row() == nullptr) return;
    SeeMatched(school.Shown(), common::v1::BASIS_ABSOLUTE, "", attacker);
    SeeCovered(school.Exact(), attacker);
  });
  EXPECT_LT(found.fewest, kSmallest);
}

}  // namespace
}  // namespace throughline::disclosure
