#include "cycles/domain/practices/practice_library.h"

#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;

class PracticeLibraryTest : public PracticesFixture {
 protected:
  std::string Named(const std::string& text) {
    return PracticeNamed(fixture_.state(), kKnownLibrary, "d", text);
  }
};

TEST_F(PracticeLibraryTest, ANewPracticeIsADraftThatEveryPartitionKnows) {
  const Outcome outcome = fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  EXPECT_EQ(outcome.AnswerAs<v1::UpsertPracticeResponse>().practice().state(),
            v1::PRACTICE_STATE_DRAFT);
  EXPECT_THAT(outcome.First<v1::PracticeNoted>(), NotNull());
  EXPECT_EQ(Named("think,  PAIR, share"), "tps");
  EXPECT_EQ(Named("TPS"), "tps") << "by its id, too";
}

TEST_F(PracticeLibraryTest, WritingTheSameAgainChangesNothing) {
  fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  const Outcome again = fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_EQ(again.AnswerAs<v1::UpsertPracticeResponse>().practice().version(), 1);
}

TEST_F(PracticeLibraryTest, AnOldNameIsKeptWhenItGetsAnother) {
  fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  fixture_.Give(UpsertRequest("tps", "Turn and talk"));
  EXPECT_THAT(Find("tps")->other_names(), ElementsAre("Think, pair, share"));
  EXPECT_EQ(Named("Think, pair, share"), "tps");
  EXPECT_EQ(Named("Turn and talk"), "tps");
}

TEST_F(PracticeLibraryTest, ANameIsOfOnePracticeOnly) {
  fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  const Outcome taken = fixture_.Give(UpsertRequest("other", "THINK, PAIR,  SHARE"));
  EXPECT_EQ(ReasonOf(taken), "PRACTICE_NAME_TAKEN");
  EXPECT_THAT(taken.refusal->message, HasSubstr("tps"));
  EXPECT_EQ(ReasonOf(fixture_.Give(UpsertRequest("other", "tps"))), "PRACTICE_NAME_TAKEN");
}

TEST_F(PracticeLibraryTest, WhatIsWrittenIsChecked) {
  auto request = UpsertRequest("tps", " ");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "NAME_MISSING");
  request = UpsertRequest("a/b", "Think");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "ID_INVALID");
  request = UpsertRequest("tps", "Think");
  request.mutable_practice()->add_indicators(kIndicator);
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "INDICATOR_TWICE");
  request = UpsertRequest("tps", "Think");
  request.mutable_practice()->mutable_components(1)->set_component("think");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "COMPONENT_TWICE");
  request = UpsertRequest("tps", "Think");
  request.mutable_practice()->mutable_components(1)->clear_kind();
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "COMPONENT_KIND_MISSING");
  request = UpsertRequest("tps", "Think");
  request.mutable_practice()->mutable_components(1)->clear_name();
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "COMPONENT_NAME_MISSING");
  request = UpsertRequest("tps", "Think");
  request.mutable_practice()->set_district("e");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "DISTRICT_UNKNOWN");
  request = UpsertRequest("tps", "Think");
  request.set_expected_version(3);
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "VERSION_STALE");
}

TEST_F(PracticeLibraryTest, PublishingNamesWhatIsMissing) {
  auto bare = UpsertRequest("tps", "Think, pair, share");
  bare.mutable_practice()->clear_description();
  bare.mutable_practice()->clear_indicators();
  bare.mutable_practice()->mutable_components(0)->set_kind(v1::COMPONENT_KIND_ADAPTABLE);
  bare.mutable_practice()->mutable_components(1)->set_kind(v1::COMPONENT_KIND_ADAPTABLE);
  fixture_.Give(bare);
  const Outcome refused = fixture_.Give(About<v1::PublishPracticeRequest>("tps"));
  EXPECT_EQ(ReasonOf(refused), "PRACTICE_INCOMPLETE");
  EXPECT_THAT(refused.refusal->message,
              testing::AllOf(HasSubstr("practice.description"), HasSubstr("practice.components"),
                             HasSubstr("practice.indicators")));
  fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  EXPECT_EQ(ReasonOf(fixture_.Give(About<v1::PublishPracticeRequest>("tps"))), "");
  EXPECT_EQ(Find("tps")->state(), v1::PRACTICE_STATE_PUBLISHED);
  EXPECT_THAT(fixture_.Give(About<v1::PublishPracticeRequest>("tps")).events, IsEmpty());
}

TEST_F(PracticeLibraryTest, ARetiredPracticeCanBePublishedAgain) {
  PublishPractice("tps", "Think, pair, share");
  fixture_.Give(About<v1::RetirePracticeRequest>("tps"));
  EXPECT_EQ(Find("tps")->state(), v1::PRACTICE_STATE_RETIRED);
  fixture_.Give(About<v1::PublishPracticeRequest>("tps"));
  EXPECT_EQ(Find("tps")->state(), v1::PRACTICE_STATE_PUBLISHED);
}

TEST_F(PracticeLibraryTest, WhatATeamWritesByANewNameBecomesADraft) {
  Trying({"Exit Tickets", "exit  tickets", "Cold call"});
  const v1::Practice* draft = Find(PracticeIdOf("exit tickets"));
  ASSERT_THAT(draft, NotNull());
  EXPECT_EQ(draft->name(), "Exit Tickets");
  EXPECT_EQ(draft->state(), v1::PRACTICE_STATE_DRAFT);
  EXPECT_THAT(draft->indicators(), ElementsAre(kIndicator));
  EXPECT_THAT(Find(PracticeIdOf("Cold call")), NotNull());
}

TEST_F(PracticeLibraryTest, WhatATeamWritesByAKnownNameBecomesNoDraft) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  const Outcome outcome = fixture_.Give(DesignOf(cycle, {"THINK, pair, share", "tps", " "}));
  EXPECT_EQ(outcome.events.size(), 1U) << "that the design is recorded, and nothing else";
}

TEST_F(PracticeLibraryTest, WhatIsNominatedByANewNameBecomesADraft) {
  const v1::Cycle cycle = Trying({"Cold call"});
  AdvanceTo("2026-09-21");
  Bring(cycle, v1::CYCLE_STATE_REFINE);
  auto request = RefinementRequest(cycle);
  request.mutable_refinement()->add_promising_practices("Warm call");
  fixture_.Give(request);
  EXPECT_THAT(Find(PracticeIdOf("warm call")), NotNull());
}

TEST_F(PracticeLibraryTest, AMergedPracticeLeavesItsNamesToTheOther) {
  PublishPractice("tps", "Think, pair, share");
  Trying({"Turn and talk"});
  const std::string draft = PracticeIdOf("turn and talk");
  const Outcome merged = fixture_.Give(MergeRequest(draft, "tps"));
  EXPECT_EQ(merged.AnswerAs<v1::MergePracticeResponse>().practice().practice(), "tps");
  EXPECT_THAT(Find("tps")->other_names(), ElementsAre("Turn and talk"));
  EXPECT_EQ(Named("turn AND talk"), "tps");
  EXPECT_EQ(Canonical(fixture_.state(), kLibrary, "d", draft), "tps");
  EXPECT_THAT(fixture_.Give(MergeRequest(draft, "tps")).events, IsEmpty());
}

TEST_F(PracticeLibraryTest, MergesFollowOneAnother) {
  for (const char* practice : {"a", "b", "c"}) PublishPractice(practice, practice);
  fixture_.Give(MergeRequest("a", "b"));
  fixture_.Give(MergeRequest("b", "c"));
  EXPECT_EQ(Canonical(fixture_.state(), kLibrary, "d", "a"), "c");
  EXPECT_THAT(Find("c")->other_names(), ElementsAre("b", "a"));
}

TEST_F(PracticeLibraryTest, AMergeThatMakesNoSenseIsRefused) {
  for (const char* practice : {"a", "b", "c"}) PublishPractice(practice, practice);
  EXPECT_EQ(ReasonOf(fixture_.Give(MergeRequest("a", "a"))), "MERGE_INTO_ITSELF");
  EXPECT_EQ(ReasonOf(fixture_.Give(MergeRequest("a", "z"))), "PRACTICE_UNKNOWN");
  EXPECT_EQ(ReasonOf(fixture_.Give(MergeRequest("z", "a"))), "PRACTICE_UNKNOWN");
  fixture_.Give(MergeRequest("a", "b"));
  EXPECT_EQ(ReasonOf(fixture_.Give(MergeRequest("a", "c"))), "PRACTICE_MERGED");
  EXPECT_EQ(ReasonOf(fixture_.Give(MergeRequest("c", "a"))), "PRACTICE_MERGED");
  EXPECT_EQ(ReasonOf(fixture_.Give(UpsertRequest("a", "a"))), "PRACTICE_MERGED");
  EXPECT_EQ(ReasonOf(fixture_.Give(About<v1::PublishPracticeRequest>("a"))), "PRACTICE_MERGED");
  EXPECT_EQ(ReasonOf(fixture_.Give(About<v1::RetirePracticeRequest>("a"))), "PRACTICE_MERGED");
}

TEST_F(PracticeLibraryTest, AnOlderChangeIsNotNotedAgain) {
  fixture_.Give(UpsertRequest("tps", "Think, pair, share"));
  v1::PracticeChanged late;
  *late.mutable_practice() = *Find("tps");
  EXPECT_THAT(fixture_.Give(late).events, IsEmpty());
}

}  // namespace
}  // namespace throughline::cycles
