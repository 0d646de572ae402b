#include "evidence/domain/pooled_gaps.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>

#include "evidence/domain/schools_fixture.h"

namespace throughline::evidence {
namespace {

using Outcome = decider::Fixture::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

// "s0/t1", "s0" of a school, "" of the district: whose gaps on reading moved.
std::vector<std::string> GapsOf(const Outcome& outcome, bool met = true) {
  std::vector<std::string> whose;
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->trigger() != common::v1::TRIGGER_GAP_WIDENED || moved->met() != met) continue;
    whose.push_back(moved->team().empty() ? moved->school()
                                          : moved->school() + "/" + moved->team());
  }
  return whose;
}

const v1::EvidenceMoved& GapOf(const Outcome& outcome, const std::string& school) {
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    const bool gap = moved->trigger() == common::v1::TRIGGER_GAP_WIDENED;
    if (gap && moved->team().empty() && moved->school() == school) return *moved;
  }
  return v1::EvidenceMoved::default_instance();
}

// Rows of sums and gaps of the district and of its schools, as they are stored.
std::map<std::string, std::string> PooledRows(Schools& schools) {
  std::map<std::string, std::string> rows;
  for (const decider::RowChange& row : schools.fixture.Rows()) {
    if (row.row.table == kTeamChanges.name || row.row.table == kChanges.name ||
        row.row.table == kSchoolChanges.name || row.row.table == kWidenedGaps.name) {
      rows[row.row.table + " " + row.row.key] = *row.value;
    }
  }
  return rows;
}

TEST(PooledGaps, ASchoolFindsWhatIsTooLittleForEachOfItsTeams) {
  Schools schools(1, 6, 24);
  std::vector<std::string> of_teams;
  for (int t = 0; t < 6; ++t) {
    for (auto& team : GapsOf(schools.Push(schools.ResultsOf(0, t, -2)))) {
      of_teams.push_back(team);
    }
  }
  EXPECT_THAT(of_teams, IsEmpty());
  const Outcome summed = schools.Wait();
  EXPECT_THAT(GapsOf(summed), ElementsAre("s0", "")) << "the district is that school";
  const v1::EvidenceMoved& moved = GapOf(summed, "s0");
  EXPECT_EQ(moved.district(), "d");
  EXPECT_EQ(moved.cycle(), "");
  EXPECT_FALSE(moved.has_evidence());
  EXPECT_EQ(moved.indicator(), "reading");
  EXPECT_EQ(moved.group(), "language:learner");
  EXPECT_EQ(moved.gap().group_count(), 72);
  EXPECT_EQ(moved.gap().complement_count(), 72);
  EXPECT_EQ(moved.gap().teams(), 6);
  EXPECT_EQ(moved.gap().basis(), common::v1::BASIS_ABSOLUTE);
  EXPECT_LT(moved.gap().difference_high(), 0);
  EXPECT_EQ(moved.test().questions(), 1) << "the others were not behind";
  EXPECT_EQ(moved.test().degrees_of_freedom(), 144 - 6 - 1);
  EXPECT_EQ(moved.test().students(), 144);
  EXPECT_GE(moved.test().log_evidence(), moved.test().log_threshold());
}

TEST(PooledGaps, NothingIsFoundWhereNothingHappens) {
  Schools schools(3, 6, 24);
  schools.PushAll(0);
  EXPECT_THAT(GapsOf(schools.Wait()), IsEmpty());
}

TEST(PooledGaps, TheDistrictFindsWhatIsTooLittleForEachOfItsSchools) {
  Schools schools(12, 2, 24);
  schools.PushAll(-0.7);
  const Outcome summed = schools.Wait();
  EXPECT_THAT(GapsOf(summed), ElementsAre(""));
  const v1::EvidenceMoved& moved = GapOf(summed, "");
  EXPECT_EQ(moved.school(), "");
  EXPECT_EQ(moved.team(), "");
  EXPECT_EQ(moved.gap().teams(), 24);
  EXPECT_EQ(moved.gap().group_count(), 288);
}

TEST(PooledGaps, ReadersAreShownCountsInWholeCellsAndRoundedDifferences) {
  Schools schools(1, 6, 24);
  schools.PushAll(-2);
  const common::v1::GapEvidence gap = GapOf(schools.Wait(), "s0").gap();
  const common::v1::GapEvidence& shown = gap.shown();
  EXPECT_EQ(shown.group_count(), 70);
  EXPECT_EQ(shown.complement_count(), 70);
  EXPECT_EQ(shown.teams(), 6);
  EXPECT_GT(shown.as_of_ms(), 0);
  EXPECT_NEAR(shown.difference(), gap.difference(), 0.05);
  EXPECT_NE(shown.difference(), gap.difference());
  EXPECT_LE(shown.difference_low(), gap.difference_low() + 0.05);
  EXPECT_GE(shown.difference_high(), gap.difference_high() - 0.05);
}

TEST(PooledGaps, HoldUntilTheEvidenceIsGone) {
  Schools schools(1, 6, 24);
  schools.PushAll(-2);
  ASSERT_THAT(GapsOf(schools.Wait()), ElementsAre("s0", ""));
  for (int t = 0; t < 2; ++t) {
    cycles::v1::CycleClosed closed;
    *closed.mutable_cycle() = Schools::Cycle(0, t);
    closed.mutable_cycle()->set_state(cycles::v1::CYCLE_STATE_CLOSED);
    schools.fixture.Give(closed);
  }
  const Outcome fewer = schools.Wait();
  EXPECT_THAT(GapsOf(fewer), IsEmpty()) << "it was said";
  EXPECT_THAT(GapsOf(fewer, false), IsEmpty());
  for (int t = 2; t < 6; ++t) {
    cycles::v1::CycleCancelled cancelled;
    *cancelled.mutable_cycle() = Schools::Cycle(0, t);
    cancelled.mutable_cycle()->set_state(cycles::v1::CYCLE_STATE_CANCELLED);
    schools.fixture.Give(cancelled);
  }
  EXPECT_THAT(GapsOf(schools.Wait(), false), ElementsAre("s0", ""));
  EXPECT_THAT(PooledRows(schools), IsEmpty());
}

TEST(PooledGaps, QuestionsAreThoseOfAllIndicators) {
  Schools schools(1, 6, 24);
  v1::DefineAssessmentsRequest define;
  define.set_district("d");
  auto& assessment = *define.add_assessments();
  assessment.set_assessment("check");
  assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
  assessment.set_scale_max(100);
  assessment.add_indicators("reading");
  assessment.add_indicators("writing");
  schools.fixture.Give(define);
  for (int t = 0; t < 6; ++t) {
    cycles::v1::CycleScheduled scheduled = Schools::Scheduled(0, t);
    scheduled.mutable_cycle()->set_cycle("w" + std::to_string(t));
    scheduled.mutable_cycle()->mutable_indicators(0)->set_indicator("writing");
    schools.fixture.Give(scheduled);
  }
  schools.PushAll(-2);
  const Outcome summed = schools.Wait();
  EXPECT_THAT(GapsOf(summed), ElementsAre("s0", "s0", "", ""));
  EXPECT_EQ(GapOf(summed, "s0").test().questions(), 2);
}

TEST(PooledChanges, SayOnlyTheTeamsThatMoved) {
  Schools schools(1, 6, 24);
  schools.PushAll(0);
  schools.Wait();
  v1::Result other = schools.ResultsOf(0, 3, 0)[1];
  other.set_score(other.score() + 2);
  other.set_modified_at_ms(2);
  schools.Push({other});
  const Outcome summed = schools.Wait();
  ASSERT_EQ(summed.All<v1::ChangesSummed>().size(), 1U);
  const v1::ChangesSummed& changes = *summed.First<v1::ChangesSummed>();
  ASSERT_EQ(changes.teams_size(), 1);
  EXPECT_EQ(changes.teams(0).team(), "t3");
  EXPECT_EQ(changes.sums(0).teams(), 6);
  EXPECT_EQ(changes.sums(0).students(), 144);
  EXPECT_EQ(summed.All<v1::DistrictChangesSummed>().size(), 1U);
}

TEST(PooledChanges, ATeamWithNothingToCompareIsLookedAtOnce) {
  Schools schools(1, 2, 24);
  for (int t = 0; t < 2; ++t) {
    for (const v1::Result& result : schools.ResultsOf(0, t, 0)) {
      if (result.date() > "2024-09-01") schools.Push({result});  // no baseline
    }
  }
  const v1::ChangesRow* moved = schools.fixture.state().Find(kChanges, "d/s0/reading");
  ASSERT_NE(moved, nullptr);
  EXPECT_THAT(moved->moved_teams(), ElementsAre("t0", "t1"));
  const Outcome summed = schools.Wait();
  EXPECT_EQ(schools.fixture.state().Find(kChanges, "d/s0/reading"), nullptr);
  EXPECT_TRUE(summed.All<v1::DistrictChangesSummed>().empty()) << "the district need not know";
}

TEST(PooledChanges, TellNoOrderNoRepetitionAndNoCorrectionThatWasTakenBack) {
  Schools once(2, 4, 24), often(2, 4, 24);
  once.PushAll(-2);
  once.Wait();
  std::vector<v1::Result> all;
  for (int s = 0; s < 2; ++s) {
    for (int t = 0; t < 4; ++t) {
      for (const v1::Result& result : once.ResultsOf(s, t, -2)) all.push_back(result);
    }
  }
  std::shuffle(all.begin(), all.end(), std::mt19937(5));
  for (size_t i = 0; i < all.size(); ++i) {
    v1::Result wrong = all[i], right = all[i];
    wrong.set_score(30);
    right.set_modified_at_ms(3);
    wrong.set_modified_at_ms(2);
    often.Push({all[i]});
    if (i % 7 == 0) often.Push({wrong});
    if (i % 40 == 0) often.Wait();
    if (i % 7 == 0) often.Push({right});
    if (i % 3 == 0) often.Push({right});
  }
  often.Wait();
  EXPECT_EQ(PooledRows(once), PooledRows(often));
}

TEST(PooledChanges, OfASchoolThatIsFoldedAgainAreTheSame) {
  Schools schools(2, 4, 24);
  schools.PushAll(-2);
  schools.Wait();
  std::map<decider::RowKey, std::string> folded;
  for (const auto& row : schools.fixture.FoldedAgain()) folded[row.row] = *row.value;
  for (const auto& row : schools.fixture.Rows()) {
    EXPECT_EQ(folded[row.row], *row.value) << row.row.table << " " << row.row.key;
  }
}

TEST(PooledChanges, AreOfTheWindowThatIsCurrent) {
  Schools schools(1, 1, 24);
  schools.PushAll(0);
  schools.Wait();
  cycles::v1::CycleScheduled next = Schools::Scheduled(0, 0);
  next.mutable_cycle()->set_cycle("next");
  next.mutable_cycle()->set_start("2024-09-20");
  next.mutable_cycle()->set_end("2024-10-10");
  schools.fixture.Give(next);
  schools.Wait();
  EXPECT_EQ(schools.fixture.state().Find(kTeamChanges, "d/s0/reading/t0"), nullptr)
      << "nobody has a result in it yet";
  cycles::v1::CycleScheduled to_come = next;
  to_come.mutable_cycle()->set_cycle("to_come");
  to_come.mutable_cycle()->set_start("2024-10-11");
  to_come.mutable_cycle()->set_end("2024-10-31");
  schools.fixture.Give(to_come);
  for (int i = 0; i < 24; ++i) schools.Push({Schools::One(0, 0, i, "2024-09-20", 60 + i % 3)});
  schools.Wait();
  ASSERT_NE(schools.fixture.state().Find(kTeamChanges, "d/s0/reading/t0"), nullptr);
  EXPECT_EQ(schools.fixture.state().Find(kTeamChanges, "d/s0/reading/t0")->students(), 24);
}

}  // namespace
}  // namespace throughline::evidence
