// How many students struggle, as readers are shown it: of whole districts at random, whoever takes
// any shown count from any other, of now or of any moment before, is left with a range.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "disclosure/smallest_cell.h"
#include "district.h"
#include "evidence/domain/standing_cells.h"
#include "evidence/domain/tables.h"

namespace throughline::disclosure {
namespace {

using common::v1::StrugglingCounts;
using common::v1::StrugglingPlace;
using common::v1::StrugglingReport;
using evidence::v1::Result;

constexpr int kSchools = 3, kClassSize = 26;

// Three schools of two teams of a class each, through three cycles in which anybody may be low.
class Struggle {
 public:
  explicit Struggle(uint32_t seed) : random_(seed) {
    district_.PublishCut("reading", 350);
    for (int s = 0; s < kSchools; ++s) {
      district_.Register("s" + std::to_string(s));
      for (int c = 0; c < 2; ++c) {
        const std::string school = "s" + std::to_string(s), class_id = ClassOf(s, c);
        district_.OpenClass(school, class_id, class_id);
        for (int i = 0; i < kClassSize; ++i) {
          District::Groups groups{Roll(4) == 0 ? "language:learner" : "language:other"};
          if (Roll(8) == 0) groups.push_back("plan:yes");
          district_.Enroll(school, class_id + "-" + std::to_string(i), {class_id}, groups);
        }
        district_.Schedule(school, class_id, "c1", "2024-07-01", "2024-08-01", "2024-08-16");
        district_.Schedule(school, class_id, "c2", "2024-07-01", "2024-08-19", "2024-08-30");
        district_.Schedule(school, class_id, "c3", "2024-07-01", "2024-09-02", "2024-09-20");
      }
    }
  }

  // Some of a class get results of a day.
  void Step() {
    static const std::vector<std::string> days{"2024-08-07", "2024-08-21", "2024-09-04"};
    const int s = Roll(kSchools), c = Roll(2), share = 1 + Roll(5);
    const std::string& day = days[static_cast<size_t>(Roll(3))];
    std::vector<Result> results;
    for (int i = 0; i < kClassSize; ++i) {
      if (Roll(share) != 0) continue;
      const std::string student = ClassOf(s, c) + "-" + std::to_string(i);
      const bool low = i % 2 == 0 ? Roll(5) != 0 : Roll(6) == 0;
      const double score = low ? 10 + Roll(20) : 40 + Roll(50);
      results.push_back(district_.Of("s" + std::to_string(s), ClassOf(s, c), student, day, score));
    }
    district_.Push(results);
  }

  District& district() { return district_; }
  int Roll(int sides) { return static_cast<int>(random_() % static_cast<uint32_t>(sides)); }

 private:
  static std::string ClassOf(int school, int number) {
    return "k" + std::to_string(school) + std::to_string(number);
  }

  std::mt19937 random_;
  District district_;
};

void ExpectWhole(bool is_shown, int32_t count) {
  if (is_shown) EXPECT_EQ(count % kSmallestCell, 0);
}

void ExpectWholeCells(const StrugglingCounts& counts) {
  ExpectWhole(counts.has_students_at_least(), counts.students_at_least());
  ExpectWhole(counts.has_struggling_at_least(), counts.struggling_at_least());
  ExpectWhole(counts.has_persisting_at_least(), counts.persisting_at_least());
  ExpectWhole(counts.has_new_at_least(), counts.new_at_least());
  ExpectWhole(counts.has_recovered_at_least(), counts.recovered_at_least());
  EXPECT_TRUE(counts.suppressed() || counts.has_struggling_at_least());
}

template <class Visit>
void ForEachPlace(const StrugglingReport& report, const Visit& visit) {
  const common::v1::WhoStruggles& who = report.who_struggles();
  for (const auto* list :
       {&who.by_indicator(), &who.by_school(), &who.by_class(), &who.by_group()}) {
    for (const StrugglingPlace& place : *list) visit(place);
  }
}

// What is exact, by the key of its cell without the district: as readers never see it.
std::map<std::string, evidence::v1::StrugglingCellRow> CellsOf(const District& district) {
  std::map<std::string, evidence::v1::StrugglingCellRow> cells;
  district.state().ForEach(evidence::kStrugglingCells, "d/",
                           [&](const std::string& key, const evidence::v1::StrugglingCellRow& row) {
                             cells[key] = row;
                           });
  return cells;
}

TEST(Struggling, IsShownInWholeCellsOfManyAndTheirRest) {
  int shown = 0;
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    Struggle life(seed);
    for (int step = 0; step < 40; ++step) {
      life.Step();
      const StrugglingReport report = life.district().Struggling();
      ForEachPlace(report, [&](const StrugglingPlace& place) {
        ExpectWholeCells(place.counts());
        shown += place.counts().struggling_at_least() > 0 ? 1 : 0;
      });
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(shown, 100) << "there has to be something to attack";
}

// Of a cell, what is kept to be shown moves by a smallest cell of its students or not at all.
TEST(Struggling, MovesWithASmallestCellOfStudentsOrNotAtAll) {
  int moves = 0;
  for (uint32_t seed = 11; seed <= 13; ++seed) {
    Struggle life(seed);
    auto before = CellsOf(life.district());
    for (int step = 0; step < 40; ++step) {
      life.Step();
      auto now = CellsOf(life.district());
      for (const auto& [key, row] : now) {
        const evidence::v1::StrugglingCellRow& was = before[key];
        EXPECT_LT(row.pending_size(), kSmallestCell) << key;
        EXPECT_TRUE(IsNoneOrEnough(row.students(), kSmallestCell)) << key;
        if (row.students() == was.students()) continue;
        EXPECT_GE(row.students(), was.students()) << key << ": nobody left";
        ++moves;
      }
      before = std::move(now);
    }
  }
  EXPECT_GT(moves, 50);
}

// A reader who takes the schools that are shown from the district is left with nobody, or with a
// range that holds a smallest cell.
TEST(Struggling, TheDistrictLessTheSchoolsThatAreShownIsOfNobodyOrMany) {
  int hidden = 0;
  for (uint32_t seed = 21; seed <= 23; ++seed) {
    Struggle life(seed);
    for (int step = 0; step < 40; ++step) {
      life.Step();
      const StrugglingReport report = life.district().Struggling();
      const common::v1::WhoStruggles& who = report.who_struggles();
      if (who.by_indicator().empty()) continue;
      const StrugglingCounts& whole = who.by_indicator(0).counts();
      if (!whole.has_struggling_at_least()) continue;
      int64_t most = whole.struggling_at_least() + kSmallestCell - 1;
      std::set<std::string> schools;
      for (const StrugglingPlace& place : who.by_school()) {
        if (!place.counts().has_struggling_at_least()) continue;
        schools.insert(place.school());
        most -= place.counts().struggling_at_least();
      }
      int64_t left = 0;
      for (const auto& [key, row] : CellsOf(life.district())) {
        const auto [d, school, indicator, cell] = core::SplitKey<4>(key);
        if (cell != "all" || schools.contains(std::string(school))) continue;
        left += row.anew() + row.persisting();
      }
      if (left == 0) continue;
      ++hidden;
      EXPECT_GE(left, kSmallestCell) << "district " << seed << ", step " << step;
      EXPECT_GE(most, kSmallestCell) << "district " << seed << ", step " << step;
    }
  }
  EXPECT_GT(hidden, 10);
}

// Who reads of all schools, one after the other, learns no more of them than who reads of the
// district: neither of all their students, nor of a group.
TEST(Struggling, ASchoolsReportShowsNothingThatIsHiddenBesideTheOthers) {
  int hidden = 0, shown = 0;
  for (uint32_t seed = 31; seed <= 33; ++seed) {
    Struggle life(seed);
    for (int step = 0; step < 40; ++step) {
      life.Step();
      std::set<std::string> beside;  // whose struggling are shown
      const StrugglingReport report = life.district().Struggling();
      for (const StrugglingPlace& place : report.who_struggles().by_school()) {
        if (place.counts().has_struggling_at_least()) beside.insert(place.school());
      }
      std::map<std::string, int64_t> of_group, left;  // who struggle: all, and where it is hidden
      std::set<std::string> told;
      for (int s = 0; s < kSchools; ++s) {
        const std::string school = "s" + std::to_string(s);
        const StrugglingReport own = life.district().Struggling({}, school);
        for (const StrugglingPlace& place : own.who_struggles().by_indicator()) {
          EXPECT_EQ(place.counts().has_struggling_at_least(), beside.contains(school));
          ++(beside.contains(school) ? shown : hidden);
        }
        for (const StrugglingPlace& place : own.who_struggles().by_class()) {
          EXPECT_LE(place.counts().has_struggling_at_least(), beside.contains(school));
        }
        for (const StrugglingPlace& place : own.who_struggles().by_group()) {
          if (!place.counts().has_struggling_at_least()) continue;
          told.insert(school + "/" + place.group());
        }
      }
      for (const auto& [key, row] : CellsOf(life.district())) {
        const auto [d, school, indicator, cell] = core::SplitKey<4>(key);
        if (!cell.starts_with(evidence::kGroupCell)) continue;
        const std::string group(cell.substr(evidence::kGroupCell.size()));
        of_group[group] += row.anew() + row.persisting();
        if (told.contains(std::string(school) + "/" + group)) continue;
        left[group] += row.anew() + row.persisting();
      }
      for (const auto& [group, students] : left) {
        if (students == of_group[group]) continue;  // of no school
        EXPECT_TRUE(IsNoneOrEnough(students, kSmallestCell)) << group << ' ' << students;
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(shown, 10);
  EXPECT_GT(hidden, 10);
}

}  // namespace
}  // namespace throughline::disclosure
