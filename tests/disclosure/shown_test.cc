// What readers are shown, case by case: each is a way in which numbers have told of few students.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "disclosure/disclose.h"
#include "district.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::disclosure {
namespace {

using evidence::v1::EvidenceMoved;
using evidence::v1::Result;

constexpr const char* kBefore = "2024-08-20";
constexpr const char* kNow = "2024-09-05";

// A team of a class, with a cycle.
void OpenTeam(District& district, const std::string& school, const std::string& team) {
  district.OpenClass(school, team + "-class", team);
  district.Schedule(school, team, "c1", "2024-08-01", "2024-09-02", "2024-09-20");
}

int64_t Results(const District& district) { return district.Variance().result_count(); }

std::string Refusal(const District& district) {
  std::string refused;
  district.Variance(&refused);
  return refused;
}

TEST(Variance, TenResultsOfOneStudentAreOneStudent) {
  District district;
  district.OpenClass("s", "a", "t");
  district.Enroll("s", "p", {"a"});
  for (int i = 0; i < 10; ++i) {
    district.Push({district.Of("s", "a", "p", kNow, 50 + i, std::to_string(i))});
  }
  district.Wait();
  EXPECT_EQ(Refusal(district), "SUPPRESSED");
}

TEST(Variance, TwoClassesOfFiveAreNotShown) {
  District district;
  for (const char* one : {"a", "b"}) {
    district.OpenClass("s", one, "t");
    district.EnrollMany("s", one, 5);
    district.PushMany("s", one, 5, kNow);
  }
  district.Wait();
  EXPECT_EQ(Refusal(district), "SUPPRESSED");
}

TEST(Variance, SmallClassesCountOnlyWhereTheyAreMany) {
  District district;
  district.OpenClass("s", "large", "t");
  district.EnrollMany("s", "large", 20);
  district.PushMany("s", "large", 20, kNow);
  for (int i = 0; i < 9; ++i) {
    const std::string name = "small" + std::to_string(i);
    district.OpenClass("s", name, "t");
    district.EnrollMany("s", name, 5);
    district.PushMany("s", name, 5, kNow);
  }
  district.Wait();
  EXPECT_EQ(Results(district), 20);
  district.OpenClass("s2", "small9", "t");
  district.EnrollMany("s2", "small9", 5);
  district.PushMany("s2", "small9", 5, kNow);
  district.Wait();
  EXPECT_EQ(Results(district), 20) << "five of another school have not come yet";
  district.OpenClass("s2", "small10", "t");
  district.EnrollMany("s2", "small10", 5);
  district.PushMany("s2", "small10", 5, kNow);
  district.Wait();
  EXPECT_EQ(Results(district), 20 + 11 * 5);
}

TEST(Variance, FiveOfASchoolAreNotTheDistrictsLessTheTeams) {
  District district;
  OpenTeam(district, "s", "t");
  district.EnrollMany("s", "t-class", 29);
  district.PushMany("s", "t-class", 24, kBefore, 40, "before");
  district.Define("before", {"reading"});
  district.PushMany("s", "t-class", 24, kBefore, 40, "before");
  district.PushMany("s", "t-class", 29, kNow);
  district.Wait();
  ASSERT_EQ(district.Growth().at(0).evidence().matched(), 24);
  EXPECT_EQ(Refusal(district), "SUPPRESSED");
  district.EnrollMany("s", "t-class", 34);
  district.PushMany("s", "t-class", 34, kNow);
  district.Wait();
  EXPECT_EQ(Refusal(district), "SUPPRESSED") << "five more wait for a smallest cell";
  district.EnrollMany("s", "t-class", 39);
  district.PushMany("s", "t-class", 39, kNow);
  district.Wait();
  EXPECT_EQ(Results(district), 39);
}

TEST(Variance, FollowsWhenASmallestCellOfStudentsHasChanged) {
  District district;
  district.OpenClass("s", "a", "t");
  district.OpenClass("s", "b", "t");
  for (const char* one : {"a", "b"}) {
    district.EnrollMany("s", one, 12);
    district.PushMany("s", one, 12, kNow);
  }
  district.Wait();
  ASSERT_EQ(Results(district), 24);
  const std::string first = district.Variance().ShortDebugString();
  const auto correct = [&](const std::string& class_id, int student) {
    const std::string name = class_id + "-" + std::to_string(student);
    district.Push({district.Of("s", class_id, name, kNow, 99, "check")});
    district.Wait();
    return district.Variance().ShortDebugString();
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(correct("a", i), first);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(correct("b", i), first);
  EXPECT_NE(correct("b", 5), first) << "the tenth, counted over both classes";
}

TEST(Variance, AStudentOfTwoClassesCountsOnce) {
  District district;
  district.OpenClass("s", "a", "t");
  district.OpenClass("s", "b", "t");
  for (const char* one : {"a", "b"}) {
    district.EnrollMany("s", one, 12);
    district.PushMany("s", one, 12, kNow);
  }
  district.Wait();
  ASSERT_EQ(Results(district), 24);
  for (int i = 0; i < 5; ++i) {
    const std::string student = "both-" + std::to_string(i);
    district.Enroll("s", student, {"a", "b"});
    district.Push({district.Of("s", "a", student, kNow, 50, "a"),
                   district.Of("s", "b", student, kNow, 60, "b")});
  }
  district.Wait();
  EXPECT_EQ(Results(district), 24) << "five came, with ten results";
}

TEST(Variance, IsWholeToTheLastStudentOfWhatCameTogether) {
  District district;
  district.OpenClass("s", "a", "t");
  district.EnrollMany("s", "a", 23);
  for (int i = 0; i < 23; ++i) {
    district.Push({district.Of("s", "a", "a-" + std::to_string(i), kNow, 40 + i)});
  }
  EXPECT_EQ(Refusal(district), "SUPPRESSED") << "a batch is not the end of it";
  district.Wait();
  EXPECT_EQ(Results(district), 23);
}

TEST(Variance, WhatIsTakenBackOfFewStaysInWhatIsShown) {
  District district;
  district.OpenClass("s", "a", "t");
  district.EnrollMany("s", "a", 24);
  district.PushMany("s", "a", 24, kNow);
  district.Wait();
  const std::string before = district.Variance().ShortDebugString();
  const auto take_back = [&](int from, int to) {
    std::vector<Result> gone;
    for (int i = from; i < to; ++i) {
      gone.push_back(district.Of("s", "a", "a-" + std::to_string(i), kNow, 40, "check"));
      gone.back().set_retracted(true);
    }
    district.Push(gone);
    district.Wait();
  };
  take_back(0, 9);
  EXPECT_EQ(district.Variance().ShortDebugString(), before);
  take_back(9, 12);
  EXPECT_EQ(Results(district), 12);
}

TEST(Cuts, NeitherScoresNorTheirCountsAreStreamed) {
  District district;
  OpenTeam(district, "s", "t");
  district.Enroll("s", "p", {"t-class"});
  district.Push({district.Of("s", "t-class", "p", kNow, 41.7)});
  district.Wait();
  const auto published = AllOf<evidence::v1::CutsPublished>(district.logged());
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].cuts(0).count(), 1);
  EXPECT_EQ(published[0].cuts(0).bin(), 417) << "the score of the one student";
  const auto streamed = district.TakeStreamed();
  EXPECT_TRUE(AllOf<evidence::v1::CutsPublished>(streamed).empty()) << "not even that it moved";
  EXPECT_TRUE(AllOf<evidence::v1::CutsAdopted>(streamed).empty());
  for (const auto& one : AllOf<evidence::v1::ScoresCounted>(streamed)) {
    EXPECT_TRUE(one.changes().empty());
  }
  for (const auto& one : AllOf<evidence::v1::DistrictScoresCounted>(streamed)) {
    EXPECT_TRUE(one.changes().empty());
  }
}

// A team of `all`, of whom `low` are far below everybody else in the district, in both windows.
District::Events Struggling(int low, int all, District::Events* logged = nullptr) {
  District district;
  district.OpenClass("other", "many", "u");
  district.EnrollMany("other", "many", 150);
  district.PushMany("other", "many", 150, kBefore, 75);
  district.Wait();
  district.Schedule("s", "t", "c0", "2024-07-01", "2024-08-12", "2024-08-30");
  OpenTeam(district, "s", "t");
  district.EnrollMany("s", "t-class", all);
  for (const char* day : {kBefore, kNow}) {
    std::vector<Result> results;
    for (int i = 0; i < all; ++i) {
      results.push_back(
          district.Of("s", "t-class", "t-class-" + std::to_string(i), day, i < low ? 10 : 99));
    }
    district.Push(results);
  }
  district.Wait();
  if (logged != nullptr) *logged = district.logged();
  return district.TakeStreamed();
}

std::vector<EvidenceMoved> AlertsOf(const District::Events& events, common::v1::Trigger trigger) {
  std::vector<EvidenceMoved> found;
  for (const EvidenceMoved& moved : AllOf<EvidenceMoved>(events)) {
    if (moved.trigger() == trigger && moved.met()) found.push_back(moved);
  }
  return found;
}

TEST(Struggling, ThoseWhoDoNotAreNotTheRest) {
  District::Events logged;
  const auto alerts = AlertsOf(Struggling(21, 24, &logged), common::v1::TRIGGER_STRUGGLING);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_FALSE(alerts[0].has_students()) << "21 of 24: three are left";
  EXPECT_EQ(alerts[0].cut(), 0);
  EXPECT_EQ(AlertsOf(logged, common::v1::TRIGGER_STRUGGLING).at(0).students(), 21);
}

TEST(Struggling, AreCountedWhereTheyAndTheRestAreMany) {
  const auto alerts = AlertsOf(Struggling(12, 24), common::v1::TRIGGER_STRUGGLING);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].students(), 12);
  const auto few = AlertsOf(Struggling(4, 24), common::v1::TRIGGER_STRUGGLING);
  ASSERT_EQ(few.size(), 1u);
  EXPECT_FALSE(few[0].has_students());
}

TEST(Struggling, ATeamOfOneRaisesNoAlert) {
  EXPECT_THAT(AlertsOf(Struggling(1, 1), common::v1::TRIGGER_STRUGGLING), testing::IsEmpty());
}

TEST(ResultCounts, AreSaidInWholeCells) {
  District district;
  district.OpenClass("s", "a", "t");
  district.EnrollMany("s", "a", 19);
  district.PushMany("s", "a", 9, kNow);
  EXPECT_FALSE(district.Counts().has_accepted());
  district.PushMany("s", "a", 19, kNow);
  EXPECT_EQ(district.Counts().accepted(), 10);
  EXPECT_FALSE(district.Counts().has_duplicate());
}

TEST(Groups, ThreeInNoneAreNotShownByAnAlertEither) {
  District district;
  OpenTeam(district, "s", "t");
  const auto group = [](int i) {
    return i < 12 ? District::Groups{"g:a"} : i < 24 ? District::Groups{"g:b"} : District::Groups{};
  };
  for (int i = 0; i < 27; ++i) {
    district.Enroll("s", "p" + std::to_string(i), {"t-class"}, group(i));
  }
  for (const char* day : {kBefore, kNow}) {
    std::vector<Result> results;
    for (int i = 0; i < 27; ++i) {
      const double gap = day == kNow && i >= 12 ? 20 : 0;  // it widens, for group a
      results.push_back(
          district.Of("s", "t-class", "p" + std::to_string(i), day, 40 + i % 7 + gap));
    }
    district.Push(results);
  }
  std::set<std::string> shown;
  for (const auto& row : district.Gaps()) {
    if (row.has_gap()) shown.insert(row.group());
  }
  EXPECT_EQ(shown, std::set<std::string>{"g:a"});
  const auto streamed = district.TakeStreamed();
  std::set<std::string> raised;
  for (const auto& one : AlertsOf(district.logged(), common::v1::TRIGGER_GAP_WIDENED)) {
    raised.insert(one.group());
    EXPECT_TRUE(one.has_test());
  }
  ASSERT_THAT(raised, testing::Not(testing::IsEmpty()));
  for (const auto& one : AlertsOf(streamed, common::v1::TRIGGER_GAP_WIDENED)) {
    EXPECT_TRUE(one.group() == "g:a" || !one.gap().has_group_count()) << one.group();
    EXPECT_EQ(one.has_test(), one.gap().has_group_count()) << "of exact sums";
    EXPECT_EQ(std::fmod(one.test().t(), 0.5), 0);
  }
}

// All that readers are shown of teams, but when it moved.
std::string ShownOfTeams(const District& district) {
  std::string shown;
  for (auto row : district.Growth()) {
    row.mutable_evidence()->clear_as_of_ms();
    shown += row.ShortDebugString();
  }
  return shown;
}

// How many scores of one student come to the same, on average: of 25 whole percents.
double Alike(const std::function<std::string(double)>& shown_for) {
  std::set<std::string> shown;
  for (int score = 43; score <= 67; ++score) shown.insert(shown_for(score));
  return 25.0 / static_cast<double>(shown.size());
}

TEST(Cycles, WhoIsInOneAndNotInTheNextIsNotTheDifference) {
  const auto shown = [](double last) {
    District district;
    district.OpenClass("s", "a", "t");
    district.Schedule("s", "t", "c1", "2024-07-01", "2024-08-01", "2024-08-30");
    district.Schedule("s", "t", "c2", "2024-07-15", "2024-09-02", "2024-09-20");
    district.EnrollMany("s", "a", 24);
    district.PushMany("s", "a", 24, "2024-07-10");
    district.PushMany("s", "a", 23, "2024-08-20", 45);
    district.Push({district.Of("s", "a", "a-23", "2024-08-20", last)});
    district.PushMany("s", "a", 23, "2024-09-05", 50);
    EXPECT_TRUE(district.Growth().at(0).evidence().has_effect());
    EXPECT_TRUE(district.Growth().at(1).evidence().has_effect());
    return ShownOfTeams(district);
  };
  EXPECT_GE(Alike(shown), 2) << "24 in the first, 23 of them with the same scores in the next";
}

TEST(Teams, ThoseWhoseResultsMovedToAnotherAreNotTakenFromTheFirst) {
  const auto shown = [](double last) {
    District district;
    OpenTeam(district, "s", "t");
    OpenTeam(district, "s", "u");
    for (int i = 0; i < 24; ++i) {
      district.Enroll("s", "t-class-" + std::to_string(i), {"t-class", "u-class"});
    }
    const auto push = [&](const std::string& class_id, int count, bool now) {
      std::vector<Result> results;
      for (int i = 0; i < count; ++i) {
        const double score = i == 23 && now ? last : 40 + i * (now ? 11 : 7) % 20;
        results.push_back(district.Of("s", class_id, "t-class-" + std::to_string(i),
                                      now ? kNow : kBefore, score));
      }
      district.Push(results);
    };
    push("t-class", 24, false);
    push("t-class", 24, true);
    push("u-class", 23, false);
    push("u-class", 23, true);
    EXPECT_EQ(district.Growth().at(0).evidence().matched(), 24);
    EXPECT_EQ(district.Growth().at(1).evidence().matched(), 23);
    return ShownOfTeams(district);
  };
  EXPECT_GE(Alike(shown), 2);
}

TEST(Coverage, ThreeWithoutABaselineAreNotTheDifference) {
  District district;
  OpenTeam(district, "s", "t");
  district.EnrollMany("s", "t-class", 24);
  district.PushMany("s", "t-class", 21, kBefore);
  district.PushMany("s", "t-class", 24, kNow);
  ASSERT_EQ(district.Growth().at(0).evidence().matched(), 21);
  for (const auto& event : AllOf<evidence::v1::EvidenceSummarized>(district.TakeStreamed())) {
    EXPECT_NE(event.evidence().covered(), 24);
  }
  EXPECT_FALSE(district.Growth().at(0).evidence().has_rostered());
  EXPECT_NE(district.Growth().at(0).evidence().covered(), 24);
  EXPECT_NE(district.Coverage().at(0).covered(), 24);
}

TEST(Coverage, FollowsThoseWhoLeftOnceTheyAreEnough) {
  District district;
  OpenTeam(district, "s", "t");
  district.EnrollMany("s", "t-class", 40);
  district.PushMany("s", "t-class", 28, kNow);
  EXPECT_EQ(district.Coverage()[0].rostered(), 40);
  for (int i = 39; i > 30; --i) district.Enroll("s", "t-class-" + std::to_string(i), {});
  EXPECT_EQ(district.Coverage()[0].rostered(), 40) << "nine left";
  for (int i = 30; i > 27; --i) district.Enroll("s", "t-class-" + std::to_string(i), {});
  EXPECT_EQ(district.Coverage()[0].rostered(), 28);
  EXPECT_EQ(district.Coverage()[0].covered(), 28);
}

TEST(Coverage, ATeamWithoutAnyResultIsThereAndSaysSo) {
  District district;
  OpenTeam(district, "s", "t");
  district.EnrollMany("s", "t-class", 12);
  OpenTeam(district, "s", "u");
  district.EnrollMany("s", "u-class", 9);
  ASSERT_EQ(district.Coverage().size(), 2U);
  const auto large = district.Coverage()[0], small = district.Coverage()[1];
  EXPECT_EQ(large.absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
  EXPECT_TRUE(large.has_covered());
  EXPECT_EQ(large.covered(), 0);
  EXPECT_EQ(large.rostered_at_least(), 10) << "12 less those who come is few, later on";
  EXPECT_FALSE(large.has_rostered());
  EXPECT_FALSE(large.suppressed());
  EXPECT_EQ(small.absent(), common::v1::ABSENCE_REASON_SMALL_CELL) << "nine of whom each has none";
  EXPECT_TRUE(small.suppressed());
  EXPECT_FALSE(small.has_covered() || small.has_rostered_at_least());
  const auto streamed = AllOf<evidence::v1::EvidenceSummarized>(district.TakeStreamed());
  EXPECT_TRUE(std::any_of(streamed.begin(), streamed.end(), [](const auto& one) {
    return one.evidence().rostered_at_least() == 10 &&
           one.evidence().absent() == common::v1::ABSENCE_REASON_NO_RESULTS;
  })) << "alerts and cycles say the same";
  district.PushMany("s", "t-class", 3, kNow);
  EXPECT_EQ(district.Coverage()[0].absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_FALSE(district.Coverage()[0].has_covered()) << "what is hidden is not 0";
  EXPECT_FALSE(district.Coverage()[0].has_rostered_at_least());
}

TEST(Growth, SaysWhyThereIsNone) {
  District district;
  for (const char* team : {"t", "u", "v"}) {
    OpenTeam(district, "s", team);
    district.EnrollMany("s", std::string(team) + "-class", 20);
  }
  district.PushMany("s", "u-class", 20, kNow);
  district.PushMany("s", "v-class", 5, kNow);
  ASSERT_EQ(district.Growth().size(), 3U);
  const auto none = district.Growth()[0], no_baseline = district.Growth()[1],
             few = district.Growth()[2];
  EXPECT_EQ(none.absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
  EXPECT_FALSE(none.suppressed());
  EXPECT_EQ(none.evidence().rostered_at_least(), 20);
  EXPECT_EQ(no_baseline.absent(), common::v1::ABSENCE_REASON_NO_BASELINE);
  EXPECT_FALSE(no_baseline.suppressed());
  EXPECT_EQ(no_baseline.evidence().covered(), 20);
  EXPECT_EQ(no_baseline.evidence().absent(), common::v1::ABSENCE_REASON_NO_BASELINE);
  EXPECT_EQ(few.absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_TRUE(few.suppressed());
  EXPECT_FALSE(few.has_evidence());
}

// Whatever is hidden once is hidden again on its way: an alert's numbers, when the alert is read.
TEST(Hiding, TwiceSaysTheSame) {
  common::v1::CycleEvidence none, few, nothing;
  none.set_matched(0);
  none.set_rostered(12);
  none.mutable_shown()->set_covered(0);
  none.mutable_shown()->set_rostered_at_least(10);
  few.set_matched(7);
  few.set_covered(9);
  for (auto* numbers : {&none, &few, &nothing}) {
    HideSmallCells(*numbers, 10);
    const std::string once = numbers->SerializeAsString();
    HideSmallCells(*numbers, 10);
    EXPECT_EQ(numbers->SerializeAsString(), once);
  }
  EXPECT_EQ(none.absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
  EXPECT_EQ(none.rostered_at_least(), 10);
  EXPECT_EQ(few.absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_EQ(nothing.absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
}

}  // namespace
}  // namespace throughline::disclosure
