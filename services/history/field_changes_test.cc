#include "history/field_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"
#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::history {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "path: before > after", or "path: held back".
std::vector<std::string> Lines(const std::vector<common::v1::FieldChange>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes) {
    lines.push_back(change.field() + ": " +
                    (change.held_back() ? "held back"
                                        : (change.has_before() ? change.before() : "-") + " > " +
                                              (change.has_after() ? change.after() : "-")));
  }
  return lines;
}

cycles::v1::Cycle CycleOf(const std::string& challenge) {
  cycles::v1::Cycle cycle;
  cycle.set_district("d");
  cycle.set_state(cycles::v1::CYCLE_STATE_ANALYZE);
  cycle.set_version(2);
  cycle.mutable_artefacts()->mutable_analysis()->set_challenge(challenge);
  return cycle;
}

TEST(FieldChanges, SayWhichFieldWasWhatAndIsWhat) {
  const cycles::v1::Cycle before = CycleOf("They retell.");
  cycles::v1::Cycle after = CycleOf("They quote.");
  after.set_version(3);
  after.set_state(cycles::v1::CYCLE_STATE_DESIGN);
  after.add_amendments()->set_amended_at_ms(0);
  after.mutable_artefacts()->mutable_analysis()->add_probing_questions("What if?");
  after.mutable_artefacts()->mutable_analysis()->add_probing_questions("Why?");
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("state: analyze > design",
                          "artefacts.analysis.challenge: They retell. > They quote.",
                          "artefacts.analysis.probing_questions: - > What if?\nWhy?"));
  EXPECT_THAT(ChangesBetween(&after, &after), IsEmpty());
}

TEST(FieldChanges, OfWhatComesOrGoesAreAllThatItSays) {
  const cycles::v1::Cycle cycle = CycleOf("They retell.");
  EXPECT_THAT(Lines(ChangesBetween(nullptr, &cycle)),
              ElementsAre("state: - > analyze", "artefacts.analysis.challenge: - > They retell."));
  EXPECT_THAT(Lines(ChangesBetween(&cycle, nullptr)),
              ElementsAre("state: analyze > -", "artefacts.analysis.challenge: They retell. > -"));
  EXPECT_THAT(ChangesBetween(nullptr, nullptr), IsEmpty());
}

TEST(FieldChanges, ElementsOfAListAreToldApartByTheirIds) {
  plans::v1::SitePlan before, after;
  for (const char* id : {"a", "b"}) before.add_measures()->set_measure(id);
  before.mutable_measures(1)->set_target(60);
  after.add_measures()->set_measure("b");
  after.mutable_measures(0)->set_target(70);
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("measures[a].measure: a > -", "measures[b].target: 60 > 70"));
}

TEST(FieldChanges, ElementsWithoutIdsAreToldApartByTheirPlace) {
  cycles::v1::Artefacts before, after;
  for (int i = 0; i < 2; ++i) {
    before.add_looks()->set_date("2026-09-08");
    after.add_looks()->set_date("2026-09-08");
  }
  after.mutable_looks(1)->set_observation("Half of them cite.");
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("looks[1].observation: - > Half of them cite."));
}

TEST(FieldChanges, WordsThatPeopleWriteDoNotTellElementsApart) {
  plans::v1::SitePlan before, after;
  for (const char* statement : {"Until Ben reads.", "Until spring."}) {
    before.add_timeframes()->set_statement(statement);
    after.add_timeframes()->set_statement(statement);
  }
  after.mutable_timeframes(0)->set_statement("Until they read.");
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("timeframes[0].statement: Until Ben reads. > Until they read."));
}

TEST(FieldChanges, TimesAreWrittenAsTimes) {
  cycles::v1::Review before, after;
  after.set_answered_at_ms(1000);
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("answered_at_ms: - > 1970-01-01T00:00:01.000Z"));
}

TEST(FieldChanges, NumbersOfStudentsAreHeldBack) {
  cycles::v1::Cycle before = CycleOf("x"), after = CycleOf("x");
  after.add_evidence()->set_matched(3);
  after.add_impacts()->set_verdict(cycles::v1::VERDICT_MET);
  after.mutable_impacts(0)->set_indicator("i");
  after.mutable_impacts(0)->mutable_evidence()->set_effect(0.4);
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("impacts[i].indicator: - > i", "impacts[i].verdict: - > met",
                          "impacts[i].evidence: held back", "evidence: held back"));
  cycles::v1::Condition condition, more;
  more.set_students(12);
  more.set_shown_students(11);
  EXPECT_THAT(Lines(ChangesBetween(&condition, &more)),
              ElementsAre("students: held back", "shown_students: held back"));
}

TEST(FieldChanges, SecretsAndStaffAreHeldBack) {
  notifications::v1::Webhook before, after;
  after.set_url("https://example.org");
  after.add_keys()->set_key("k");
  EXPECT_THAT(Lines(ChangesBetween(&before, &after)),
              ElementsAre("url: held back", "keys: held back"));
}

TEST(FieldChanges, AnEventSaysItsReasonItself) {
  cycles::v1::PhaseReopened reopened;
  *reopened.mutable_cycle() = CycleOf("x");
  reopened.set_reason("It was ended by mistake.");
  EXPECT_THAT(Lines(WordsOf(reopened)), ElementsAre("reason: - > It was ended by mistake."));
}

}  // namespace
}  // namespace throughline::history
