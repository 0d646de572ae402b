// Small districts at random, by the thousand, and a reader who asks everything that there is at
// every moment, of now and of every moment before, and hears every stream.
//
//   Twins     two districts that differ in one thing about one student: the groups, a score, or
//             which of two students it was. Until numbers move that have the student in them, both
//             readers are told the same, word for word.
//   Bounds    the smallest cell is raised and lowered: of no moment anything is shown that is too
//             small by the policy of then, or by that of now; and nothing that was not shown then.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "core/key.h"
#include "disclosure/smallest_cell.h"
#include "district.h"
#include "evidence/domain/tables.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::disclosure {
namespace {

#ifdef NDEBUG
constexpr uint32_t kDistricts = 1000;
#else
constexpr uint32_t kDistricts = 8;
#endif
constexpr int kSteps = 30;

struct Class {
  std::string school, id, team;
};
const std::vector<Class> kClasses = {{"s", "a", "t"}, {"s", "b", "u"}, {"s2", "c", "v"}};
// Some of the first team are in another class of it.
const Class kOtherClass = {"s", "a2", "t"};
const std::vector<std::string> kDays = {"2024-07-20", "2024-08-07", "2024-09-04"};

enum class Secret { kGroups, kScore, kWho, kClass };

// What makes the one district another than the other: of the student `of`, or of which of the two.
struct Twist {
  Secret secret = Secret::kGroups;
  int of = 0;
  int other = 0;
  bool is_second = false;
};

// Everything that a reader is told at a moment, as text; of now when there is no `moment`.
std::string Told(const District& district, const District::Moment& moment = {}) {
  std::string told;
  const auto add = [&](const auto& rows) {
    for (const auto& row : rows) told += row.ShortDebugString() + "\n";
  };
  add(district.Growth(moment));
  add(district.Gaps(moment));
  add(district.Coverage(moment));
  std::string refused;
  told += district.Variance(&refused, "check", moment).ShortDebugString() + refused + "\n";
  add(district.Funnels(moment));
  add(district.GapTrends(moment));
  if (!moment) told += district.Counts().ShortDebugString();
  return told;
}

// The same of run charts.
std::string ToldOfCharts(const District& district, const District::Moment& moment = {}) {
  std::string told;
  for (const Class& one : kClasses) {
    told += district.Chart(one.school, one.team, moment).ShortDebugString() + "\n";
    told += district.Chart(one.school, "", moment).ShortDebugString() + "\n";
    for (const auto& chart : district.ClassCharts(one.school, one.team, moment)) {
      told += chart.ShortDebugString() + "\n";
    }
  }
  return told;
}

// Whether a class of the first team is shown in a week.
bool ShowsAClass(const District& district) {
  for (const auto& chart : district.ClassCharts(kOtherClass.school, kOtherClass.team)) {
    for (const auto& point : chart.points()) {
      if (point.has_mean()) return true;
    }
  }
  return false;
}

// How many students struggle, as a reader is told.
std::string ToldOfStruggling(const District& district) {
  return district.Struggling().ShortDebugString();
}

class Life {
 public:
  Life(uint32_t seed, const Twist& twist)
      : random_(seed),
        twist_(twist),
        students_(StudentsOf(twist.secret) + static_cast<int>(seed % 19)) {
    for (const Class& one : kClasses) {
      district_.Register(one.school);
      district_.OpenClass(one.school, one.id, one.team);
      district_.Schedule(one.school, one.team, "c1", "2024-07-01", "2024-08-01", "2024-08-30");
      district_.Schedule(one.school, one.team, "c2", "2024-07-15", "2024-09-02", "2024-09-20");
    }
    district_.OpenClass(kOtherClass.school, kOtherClass.id, kOtherClass.team);
    for (int i = 0; i < students_; ++i) Enroll(i, Roll(6));
    district_.TakeStreamed();
  }

  void Step() {
    switch (Roll(8)) {
      case 0:
      case 1:
        Batch();
        break;
      case 2:
        Enroll(Ordinary(), Roll(6));
        break;
      case 3:
        district_.Push({One(Ordinary(), Roll(3), Roll(7000), true)});
        break;
      case 4:
        district_.Wait();
        break;
      default:
        district_.Push({One(Anybody(), Roll(3), Roll(7000), false)});
    }
  }

  // How often numbers moved that have a result of the student of the secret in them, or might.
  int moves() const {
    int moves = 0;
    district_.state().ForEach(evidence::kEvidence, "d/",
                              [&](const std::string&, const evidence::v1::EvidenceRow& row) {
                                moves += row.shown().moves();
                              });
    district_.state().ForEach(evidence::kSchoolScores, "d/",
                              [&](const std::string&, const evidence::v1::SchoolScoresRow& row) {
                                moves += row.moves();
                              });
    district_.state().ForEach(evidence::kProficiency, "d/",
                              [&](const std::string&, const evidence::v1::ProficiencyRow& row) {
                                moves += row.scores().moves();
                              });
    return moves;
  }
  // The same of weeks of run charts.
  int chart_moves() const {
    int moves = 0;
    const Class& of = ClassOf(twist_.of);  // of both whom the secret may be about
    for (const std::string& team : {of.team, std::string()}) {
      district_.state().ForEach(evidence::kChartWeeks, core::JoinKey("d", of.school, team, ""),
                                [&](const std::string&, const evidence::v1::ChartWeekRow& row) {
                                  moves += row.scores().moves();
                                });
    }
    return moves;
  }
  // The same of how many struggle: another number whenever something of it moved.
  int standing_moves() const {
    int moves = 0;
    district_.state().ForEach(
        evidence::kStrugglingCells, "d/",
        [&](const std::string& key, evidence::v1::StrugglingCellRow row) {
          row.clear_pending();  // what is left is what is shown
          moves += static_cast<int>(std::hash<std::string>()(key + row.SerializeAsString()) % 9973);
        });
    return moves;
  }
  bool secret_came() const { return secret_came_; }
  District& district() { return district_; }
  int Roll(int sides) { return static_cast<int>(random_() % static_cast<uint32_t>(sides)); }

  // What streams told since the last call. That a rule is met says something of the students that
  // it is about, and is no part of the promise.
  std::string Streamed() {
    std::string told;
    for (const auto& event : district_.TakeStreamed()) {
      if (event->GetDescriptor() == evidence::v1::EvidenceMoved::descriptor()) continue;
      told += event->GetDescriptor()->name() + " " + event->ShortDebugString() + "\n";
    }
    return told;
  }

 private:
  // Enough that classes of a team are shown, where the secret is in which of them somebody is.
  static int StudentsOf(Secret secret) { return secret == Secret::kClass ? 44 : 11; }
  static std::string NameOf(int student) { return "p" + std::to_string(student); }
  static const Class& ClassOf(int student) { return kClasses[static_cast<size_t>(student) % 2]; }
  static const Class& ClassIn(int student) {
    return student % 4 == 0 ? kOtherClass : ClassOf(student);
  }
  // In which the student's results are recorded.
  const Class& ClassOfResults(int student) const {
    const bool is_other = twist_.secret == Secret::kClass && student == twist_.of &&
                          twist_.is_second && ClassOf(student).team == kOtherClass.team;
    if (!is_other) return ClassIn(student);
    return student % 4 == 0 ? ClassOf(student) : kOtherClass;
  }
  bool IsSecret(int student) const {
    return student == twist_.of || (twist_.secret == Secret::kWho && student == twist_.other);
  }
  // Whose class is the secret comes alone: a batch would move with them.
  int Anybody() {
    if (twist_.secret == Secret::kClass && Roll(4) == 0) return twist_.of;
    return Roll(students_);
  }
  // One whose place in the roster, or whose results, may change.
  int Ordinary() {
    int student = Roll(students_);
    while (IsSecret(student)) student = (student + 1) % students_;
    return student;
  }

  void Enroll(int student, int groups) {
    const Class& of = ClassOf(student);
    District::Groups in;
    if (groups > 0) in.push_back(groups % 2 == 0 ? "income:low" : "income:other");
    if (groups > 3) in.push_back("language:learner");
    if (student == twist_.of && twist_.secret == Secret::kGroups) {
      in = {twist_.is_second ? "income:low" : "income:other"};
      if (twist_.is_second) in.push_back("plan:yes");
    }
    // Of whom it may have been, one is in a group that nobody else is in.
    if (twist_.secret == Secret::kWho && IsSecret(student)) {
      in = {student == twist_.of ? "plan:yes" : "income:other"};
    }
    std::vector<std::string> classes{ClassIn(student).id};
    if (student == twist_.of && of.team == kOtherClass.team) classes = {of.id, kOtherClass.id};
    district_.Enroll(of.school, NameOf(student), classes, in);
  }

  evidence::v1::Result One(int student, int day, int score, bool retracted) {
    if (student == twist_.of || student == twist_.other) secret_came_ |= IsSecret(student);
    if (twist_.secret == Secret::kScore && student == twist_.of && twist_.is_second) score += 1700;
    if (twist_.secret == Secret::kWho && twist_.is_second && IsSecret(student)) {
      student = student == twist_.of ? twist_.other : twist_.of;
    }
    const Class& of = ClassOf(student);
    auto result = district_.Of(of.school, ClassOfResults(student).id, NameOf(student),
                               kDays[static_cast<size_t>(day)], 10 + score / 100.0);
    result.set_retracted(retracted);
    return result;
  }

  void Batch() {
    const int day = Roll(3), share = 1 + Roll(4);
    std::vector<evidence::v1::Result> results;
    for (int i = 0; i < students_; ++i) {
      if (share > 1 && Roll(share) == 0) continue;
      if (twist_.secret == Secret::kClass && i == twist_.of) continue;
      results.push_back(One(i, day, Roll(7000), false));
    }
    district_.Push(results);
  }

  std::mt19937 random_;
  const Twist twist_;
  const int students_;
  bool secret_came_ = false;
  District district_;
};

// How many moments were compared at which the secret was in what had come, and not in what is
// shown; and of these, not in run charts or in how many struggle either.
struct Compared {
  int all = 0;
  int of_charts = 0;
  int of_struggling = 0;
  int of_classes = 0;  // of those in charts, with a class that is shown
};

Compared CompareTwins(uint32_t seed, Secret secret) {
  Twist twist{secret, static_cast<int>(seed % 5), 0, false};
  if (secret == Secret::kClass) twist.of = static_cast<int>(2 * (seed % 3));  // of two classes
  twist.other = twist.of + 2;                                                 // of the same team
  Life one(seed, twist);
  twist.is_second = true;
  Life other(seed, twist);
  Compared compared;
  int moves = 0, chart_moves = 0, standing_moves = 0;
  bool charts_alike = true, standings_alike = true;
  for (int step = 0; step < kSteps; ++step) {
    const bool had_come = one.secret_came();
    one.Step();
    other.Step();
    const bool stand_otherwise =
        std::exchange(standing_moves, one.standing_moves()) != one.standing_moves() ||
        one.standing_moves() != other.standing_moves();
    standings_alike &= !((had_come || one.secret_came()) && stand_otherwise);
    const bool charts_moved = std::exchange(chart_moves, one.chart_moves()) != one.chart_moves() ||
                              one.chart_moves() != other.chart_moves();
    charts_alike &= !((had_come || one.secret_came()) && charts_moved);
    const bool moved = std::exchange(moves, one.moves()) != one.moves();
    if ((had_come || one.secret_came()) && (moved || one.moves() != other.moves())) break;
    EXPECT_EQ(Told(one.district()), Told(other.district())) << "district " << seed << ", " << step;
    EXPECT_EQ(one.Streamed(), other.Streamed()) << "district " << seed << ", step " << step;
    if (charts_alike) {
      EXPECT_EQ(ToldOfCharts(one.district()), ToldOfCharts(other.district()))
          << "district " << seed << ", step " << step;
    }
    if (standings_alike) {
      EXPECT_EQ(ToldOfStruggling(one.district()), ToldOfStruggling(other.district()))
          << "district " << seed << ", step " << step;
    }
    if (testing::Test::HasFailure()) break;
    compared.all += one.secret_came() ? 1 : 0;
    compared.of_charts += one.secret_came() && charts_alike ? 1 : 0;
    compared.of_struggling += one.secret_came() && standings_alike ? 1 : 0;
    if (secret != Secret::kClass || !one.secret_came() || !charts_alike) continue;
    compared.of_classes += ShowsAClass(one.district()) ? 1 : 0;
  }
  return compared;
}

class Twins : public testing::TestWithParam<Secret> {};

TEST_P(Twins, AreToldApartOnlyByNumbersThatMovedWithMany) {
  Compared compared;
  for (uint32_t seed = 1; seed <= kDistricts && !HasFailure(); ++seed) {
    const auto [all, of_charts, of_struggling, of_classes] = CompareTwins(seed, GetParam());
    compared.all += all;
    compared.of_charts += of_charts;
    compared.of_struggling += of_struggling;
    compared.of_classes += of_classes;
  }
  EXPECT_GT(compared.all, static_cast<int>(kDistricts) / 2);
  EXPECT_GT(compared.of_charts, static_cast<int>(kDistricts) / 4);
  EXPECT_GT(compared.of_struggling, static_cast<int>(kDistricts) / 8);
  if (GetParam() == Secret::kClass) {
    EXPECT_GT(compared.of_classes, static_cast<int>(kDistricts) / 8);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Twins,
                         testing::Values(Secret::kGroups, Secret::kScore, Secret::kWho,
                                         Secret::kClass),
                         [](const testing::TestParamInfo<Secret>& secret) {
                           switch (secret.param) {
                             case Secret::kGroups:
                               return "AStudentsGroups";
                             case Secret::kScore:
                               return "AScore";
                             case Secret::kWho:
                               return "WhoItWas";
                             case Secret::kClass:
                               return "AStudentsClass";
                           }
                         });

// A moment, what a reader was told then, and by which bound.
struct Remembered {
  District::Moment moment;
  std::vector<evidence::v1::GrowthRow> growth;
  int64_t smallest = 0;
  std::string told, told_of_charts;
};

void ExpectNothingSmall(const District& district, const Remembered& then, int64_t now) {
  const int64_t smallest = std::max(then.smallest, now);
  const auto is_large = [&](int64_t students) { return IsNoneOrEnough(students, smallest); };
  const auto growth = district.Growth(then.moment);
  ASSERT_EQ(growth.size(), then.growth.size());
  for (size_t i = 0; i < growth.size(); ++i) {
    const auto& numbers = growth[i].evidence();
    EXPECT_TRUE(is_large(numbers.matched())) << growth[i].ShortDebugString();
    if (numbers.has_covered()) {
      EXPECT_TRUE(is_large(numbers.covered() - numbers.matched()));
    }
    if (numbers.has_rostered()) {
      EXPECT_TRUE(is_large(numbers.rostered() - numbers.covered()));
    }
    const auto& known = then.growth[i].evidence();
    if (numbers.has_mean_change()) {
      EXPECT_EQ(numbers.mean_change(), known.mean_change());
    }
    if (numbers.has_covered()) {
      EXPECT_EQ(numbers.covered(), known.covered());
    }
  }
  for (const auto& row : district.Gaps(then.moment)) {
    if (!row.has_gap()) continue;
    EXPECT_GE(row.gap().group_count(), smallest);
    EXPECT_GE(row.gap().complement_count(), smallest);
  }
  for (const Class& one : kClasses) {
    for (const std::string& team : {one.team, std::string()}) {
      const auto chart = district.Chart(one.school, team, then.moment);
      for (const auto& point : chart.points()) {
        EXPECT_EQ(point.students_at_least() % smallest, 0) << point.ShortDebugString();
        EXPECT_EQ(point.has_mean(), point.students_at_least() > 0);
      }
    }
  }
  std::string refused;
  const auto variance = district.Variance(&refused, "check", then.moment);
  EXPECT_TRUE(is_large(variance.result_count()));
  if (now <= then.smallest) {
    EXPECT_EQ(Told(district, then.moment), then.told) << "an earlier answer, and no more";
    EXPECT_EQ(ToldOfCharts(district, then.moment), then.told_of_charts);
  }
}

TEST(Bounds, OfAnEarlierMomentTheStricterOfThenAndNowHolds) {
  int hidden = 0;
  for (uint32_t seed = 1; seed <= kDistricts / 4 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("district " + std::to_string(seed));
    Life life(seed, {Secret::kGroups, -1, -1, false});
    District& district = life.district();
    int64_t smallest = kSmallestCell;
    std::vector<Remembered> past;
    for (int step = 0; step < kSteps; ++step) {
      if (life.Roll(8) == 0) {
        const int32_t asked = std::vector<int32_t>{5, 10, 12, 15, 25}[life.Roll(5)];
        district.AllowCellsOf(asked);
        smallest = std::max<int64_t>(asked, kSmallestCell);
      } else {
        life.Step();
      }
      past.push_back({district.Now(), district.Growth(), smallest, Told(district, district.Now()),
                      ToldOfCharts(district, district.Now())});
      const Remembered& then = past[static_cast<size_t>(life.Roll(static_cast<int>(past.size())))];
      ExpectNothingSmall(district, then, smallest);
      hidden += smallest > then.smallest ? 1 : 0;
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(hidden, 10) << "bounds have to have been raised";
}

}  // namespace
}  // namespace throughline::disclosure
