#include "disclosure/finding_sentence.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <regex>

#include "disclosure/disclose.h"
#include "disclosure/numbers_in_words.h"
#include "disclosure/random_condition.h"

namespace throughline::disclosure {
namespace {

using cycles::v1::Condition;
using testing::HasSubstr;

template <class Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

std::string Said(const std::string& condition) {
  return FindingSentence(Read<Condition>(condition));
}

constexpr const char* kGrowth = R"(
  rostered: 30 covered: 25 matched: 20 mean_change: -6.8 change_low: -9.1 change_high: -4.5
  watched_low: -9.4 watched_high: -4.1 desired_to_date: 0.4 latest_result: "2026-11-28"
  effect: 0.12 effect_low: -0.1 effect_high: 0.34 )";

std::string Growth(const std::string& basis = "BASIS_ABSOLUTE") {
  return std::string(kGrowth) + " basis: " + basis;
}

// Of the test that found it: 1 question at a false alarm rate of 0.05.
constexpr const char* kTest = " test { questions: 1 log_threshold: 2.302585093 }";

TEST(FindingSentence, GrowthSaysHowManyHowSureWhatWasDesiredAndByWhen) {
  EXPECT_EQ(Said("trigger: TRIGGER_OFF_TRACK evidence {" + Growth() + "}" + kTest),
            "20 matched students changed by −6.8 % of scale (95 % at any moment: −9.4 to −4.1); "
            "+0.4 was desired by 28 November.");
  EXPECT_EQ(Said("trigger: TRIGGER_BEHIND_FOR_YEAR evidence {" + Growth() + "}" + kTest),
            "Since the beginning of the school year, 20 matched students changed by −6.8 % of "
            "scale (95 % at any moment: −9.4 to −4.1); +0.4 was desired by 28 November.");
}

TEST(FindingSentence, OfAPracticeSaysWhatItDidBeyondTeamsWithoutIt) {
  const std::string practice = R"(trigger: TRIGGER_PRACTICE_STANDING practice {
    practice: "tps" name: "Think, pair, share" before: PRACTICE_STANDING_PROMISING assessment {)";
  const std::string pooled =
      " pooled { effect: 0.31 low: 0.02 high: 0.6 cycles: 4 teams: 3 students: 82 } } }";
  EXPECT_EQ(Said(practice + "standing: PRACTICE_STANDING_PROVEN" + pooled),
            "The practice \"Think, pair, share\" is now proven: +0.31 SD (95 %: +0.02 to +0.60) "
            "beyond teams without it, over 4 cycles of 3 teams with 82 students.");
  EXPECT_EQ(Said(practice + "standing: PRACTICE_STANDING_IN_USE } }"),
            "The practice \"Think, pair, share\" is no longer promising.");
}

// ln(4 / (2 · 0.2)) and ln(2 / (2 · 0.005)).
TEST(FindingSentence, AnIntervalSaysTheConfidenceThatThePolicyAsksFor) {
  const std::string off_track = "trigger: TRIGGER_OFF_TRACK evidence {" + Growth() + "} ";
  EXPECT_THAT(Said(off_track + "test { questions: 4 log_threshold: 2.302585093 }"),
              HasSubstr("(80 % at any moment: −9.4 to −4.1)"));
  EXPECT_THAT(Said(off_track + "test { questions: 2 log_threshold: 5.298317367 }"),
              HasSubstr("(99.5 % at any moment: −9.4 to −4.1)"));
  EXPECT_THAT(Said(off_track), HasSubstr("(at any moment: −9.4 to −4.1)")) << "no test says it";
}

// A look at mid-cycle has an interval, and no test that found something.
TEST(FindingSentence, AnIntervalSaysItsOwnConfidence) {
  EXPECT_THAT(Said("trigger: TRIGGER_OFF_TRACK evidence { watched_confidence: 0.9 " +
                   Growth("BASIS_ABSOLUTE") + "}"),
              HasSubstr("(90 % at any moment: −9.4 to −4.1)"));
}

TEST(FindingSentence, GrowthSaysWhatMakesItsChangesComparable) {
  EXPECT_EQ(Said(R"(trigger: TRIGGER_OFF_TRACK
                    evidence { covered: 20 matched: 20 mean_change: -0.31 watched_low: -0.55
                               watched_high: -0.07 desired_to_date: 0 latest_result: "2026-11-08"
                               basis: BASIS_RELATIVE })"),
            "20 matched students changed by −0.31 SD of the district (at any moment: −0.55 to "
            "−0.07); keeping pace was desired by 8 November.");
  EXPECT_EQ(
      Said("trigger: TRIGGER_OFF_TRACK evidence {" + Growth("BASIS_UNEQUATED") + "}"),
      "20 matched students changed by −6.8 % of scale (at any moment: −9.4 to −4.1), unequated.");
}

TEST(FindingSentence, AnIntervalThatIsUnboundedIsNotSaid) {
  EXPECT_EQ(Said(R"(trigger: TRIGGER_OFF_TRACK
                    evidence { covered: 10 matched: 10 mean_change: -0.04 desired_to_date: 0.4
                               change_low: -1 change_high: 1 basis: BASIS_ABSOLUTE })"),
            "10 matched students changed by 0.0 % of scale; +0.4 was desired.");
}

TEST(FindingSentence, AGapSaysBothSidesTheDifferenceAndWhereItIsTaken) {
  const std::string gap = R"(group_count: 12 complement_count: 18 difference: -7.1
                             difference_low: -11.0 difference_high: -3.2 difference_sd: -0.45
                             basis: BASIS_ABSOLUTE)";
  const std::string widened = "trigger: TRIGGER_GAP_WIDENED group: 'language:learner' ";
  EXPECT_EQ(Said(widened + "gap {" + gap + " teams: 3 }"),
            "12 students of language:learner changed by 7.1 % of scale less (at any moment: −11.0 "
            "to −3.2) than the "
            "18 others, 0.45 SD, within 3 teams.");
  EXPECT_THAT(Said(widened + "gap {" + gap + "}" + kTest),
              HasSubstr("7.1 % of scale less (95 % at any moment: −11.0 to −3.2) than"));
  EXPECT_EQ(Said(widened + "gap {" + gap + "}"),
            "12 students of language:learner changed by 7.1 % of scale less (at any moment: −11.0 "
            "to −3.2) than the "
            "18 others, 0.45 SD.");
  EXPECT_EQ(Said(widened + "gap { absent: ABSENCE_REASON_SMALL_CELL }"),
            "The gap between language:learner and the others grew since the baseline, in numbers "
            "of fewer students than may be shown.");
}

TEST(FindingSentence, AGapOfBeforeDifferencesWereRecordedSaysHowItGrew) {
  EXPECT_EQ(Said(R"(trigger: TRIGGER_GAP_WIDENED group: "income:low"
                    gap { group_count: 12 complement_count: 18 baseline_g: 0.2 current_g: 0.5 })"),
            "12 students of income:low were +0.20 SD behind the 18 others, and are +0.50 SD "
            "behind.");
}

TEST(FindingSentence, ResultsAreSaidOfThoseRostered) {
  EXPECT_EQ(Said("trigger: TRIGGER_EVIDENCE_COMPLETE evidence { rostered: 30 covered: 25 }"),
            "25 of 30 rostered students have a result in the window.");
  EXPECT_EQ(Said(R"(trigger: TRIGGER_EVIDENCE_MISSING due: "2026-11-20"
                    evidence { rostered: 30 covered: 12 })"),
            "Implement ends on 20 November, and 12 of 30 rostered students have a result in the "
            "window.");
  EXPECT_EQ(Said(R"(trigger: TRIGGER_EVIDENCE_MISSING
                    evidence { covered: 0 matched: 0 rostered_at_least: 20
                               absent: ABSENCE_REASON_NO_RESULTS })"),
            "Implement ends soon, and no student of at least 20 rostered has a result in the "
            "window.");
  EXPECT_EQ(Said(R"(trigger: TRIGGER_EVIDENCE_MISSING
                    evidence { absent: ABSENCE_REASON_SMALL_CELL })"),
            "Implement ends soon, and results are of fewer students than may be shown.");
}

TEST(FindingSentence, MidCycleSaysWhereThingsStand) {
  const std::string mid_cycle = "trigger: TRIGGER_MID_CYCLE evidence {";
  EXPECT_EQ(FindingSentence(Read<cycles::v1::Review>(mid_cycle + Growth() + "}")),
            "Half of the cycle has passed: 25 of 30 rostered students have a result in the window. "
            "20 matched students changed by −6.8 % of scale (at any moment: −9.4 to −4.1); +0.4 "
            "was desired by 28 "
            "November.");
  EXPECT_EQ(FindingSentence(Read<cycles::v1::Review>(
                mid_cycle + "covered: 25 matched: 0 absent: ABSENCE_REASON_NO_BASELINE }")),
            "Half of the cycle has passed: 25 students have a result in the window. None of them "
            "has a baseline to compare it with.");
}

// Struggling opens no review, so there is no sentence for one.
TEST(FindingSentence, ATriggerThatHasNoneSaysItsReasonAndTheGrowth) {
  const std::string review = "trigger: TRIGGER_STRUGGLING reason: 'As it was recorded.' ";
  EXPECT_EQ(FindingSentence(Read<cycles::v1::Review>(review + "evidence {" + Growth() + "}")),
            "Students are under the district's cut for the second window in a row. "
            "20 matched students changed by −6.8 % of scale (at any moment: −9.4 to −4.1); +0.4 "
            "was desired by 28 "
            "November.");
  EXPECT_EQ(FindingSentence(Read<cycles::v1::Review>(review)), "As it was recorded.");
}

TEST(FindingSentence, StrugglingSaysHowMany) {
  EXPECT_EQ(Said("trigger: TRIGGER_STRUGGLING students: 12"),
            "12 students are under the district's cut for the second window in a row.");
  EXPECT_EQ(Said("trigger: TRIGGER_STRUGGLING"),
            "Students are under the district's cut for the second window in a row; how many may "
            "not be shown.");
}

TEST(FindingSentence, OverdueSaysWhichPhaseAndSinceWhen) {
  EXPECT_EQ(Said("trigger: TRIGGER_OVERDUE phase: CYCLE_STATE_DESIGN due: '2026-11-04'"),
            "The phase design was due on 4 November and has not ended.");
  EXPECT_EQ(Said("trigger: TRIGGER_OVERDUE reason: 'As it was recorded.'"), "As it was recorded.");
}

TEST(FindingSentence, RevisedEvidenceSaysWhichVerdictBecameWhich) {
  const std::string revised = R"(trigger: TRIGGER_REVISED_EVIDENCE verdict_before: VERDICT_MET
                                 verdict_after: VERDICT_SHORT predicted_effect: 0.4 evidence {)";
  EXPECT_EQ(
      Said(revised + Growth() + "}"),
      "A correction moved the impact of a closed cycle from met to short: the growth effect on 20 "
      "matched students is +0.12 SD (95 %: −0.10 to +0.34), and +0.40 SD was predicted.");
  EXPECT_EQ(Said(revised + "}"),
            "A correction moved the impact of a closed cycle from met to short, with numbers of "
            "fewer students than may be shown.");
  EXPECT_EQ(Said("trigger: TRIGGER_REVISED_EVIDENCE verdict_before: VERDICT_MET "
                 "verdict_after: VERDICT_MET"),
            "The impact of a closed cycle is met again.");
}

TEST(FindingSentence, NamesThatPeopleReadComeFirst) {
  const auto condition =
      Read<Condition>("trigger: TRIGGER_OVERDUE phase: CYCLE_STATE_DESIGN due: '2026-11-04'");
  EXPECT_EQ(FindingSentence(condition, Read<notifications::v1::AlertNames>("team: 'Grade 4'")),
            "Grade 4: The phase design was due on 4 November and has not ended.");
  auto same = condition;
  same.set_team("Grade 4");
  EXPECT_EQ(FindingSentence(same, Read<notifications::v1::AlertNames>("team: 'Grade 4'")),
            "The phase design was due on 4 November and has not ended.");
  const auto gap = Read<Condition>("trigger: TRIGGER_GAP_WIDENED group: 'language:learner'");
  EXPECT_THAT(FindingSentence(gap, Read<notifications::v1::AlertNames>(
                                       "team: 'Grade 4' indicator: 'close reading' group: "
                                       "'learners'")),
              HasSubstr("Grade 4 on close reading: The gap between learners and"));
}

TEST(FindingSentence, AReviewSaysFirstWhatItIsAbout) {
  const auto review = Read<cycles::v1::Review>(
      "trigger: TRIGGER_CADENCE team: 't' reason: 'What do the teams share?' names { team: 'Grade "
      "4' }");
  EXPECT_EQ(FindingSentence(review), "Grade 4: What do the teams share?");
}

TEST(FindingSentence, ACycleSaysItsGrowthAndOnceClosedItsImpact) {
  const auto open = Read<cycles::v1::Cycle>("indicators { indicator: 'a' } evidence {" + Growth() +
                                            "} indicators { indicator: 'b' }");
  EXPECT_THAT(FindingSentence(open, 0),
              HasSubstr("changed by −6.8 % of scale (at any moment: −9.4 to −4.1)"));
  EXPECT_EQ(FindingSentence(open, 1), "");
  const auto closed = Read<cycles::v1::Cycle>(
      "indicators { indicator: 'a' } impacts { indicator: 'a' verdict: VERDICT_SHORT "
      "predicted_effect: 0.4 evidence {" +
      Growth() + "} }");
  EXPECT_EQ(
      FindingSentence(closed, 0),
      "Short: the growth effect on 20 matched students is +0.12 SD (95 %: −0.10 to +0.34), and "
      "+0.40 SD was "
      "predicted.");
}

constexpr const char* kNet =
    "compared_effect: COMPARED_EFFECT_NET net_effect { effect: 0.31 effect_low: 0.02 effect_high: "
    "0.6 "
    "students: 20 compared_students: 140 compared_teams: 6 }";

TEST(FindingSentence, AComparedCycleSaysItsNetEffectFirst) {
  const auto closed = Read<cycles::v1::Cycle>(
      "indicators { indicator: 'a' } impacts { indicator: 'a' verdict: VERDICT_MET "
      "predicted_effect: 0.4 evidence {" +
      Growth() + "} " + kNet + " }");
  EXPECT_EQ(
      FindingSentence(closed, 0),
      "Met: the net effect on 20 matched students, beside 140 of 6 teams that use none of its "
      "practices, is +0.31 SD (95 %: +0.02 to +0.60), and +0.40 SD was predicted; the growth "
      "effect on 20 matched students is +0.12 SD (95 %: −0.10 to +0.34).");
}

TEST(FindingSentence, RevisedEvidenceOfAComparedCycleSaysItsNetEffect) {
  EXPECT_EQ(
      Said("trigger: TRIGGER_REVISED_EVIDENCE verdict_before: VERDICT_EXCEEDED "
           "verdict_after: VERDICT_MET predicted_effect: 0.4 evidence {" +
           Growth() + "} " + kNet),
      "A correction moved the impact of a closed cycle from exceeded to met: the net effect on "
      "20 matched students, beside 140 of 6 teams that use none of its practices, is +0.31 SD "
      "(95 %: +0.02 to +0.60), and +0.40 SD was predicted.");
}

TEST(FindingSentence, OfAClosedCycleWithoutAnEffectSaysWhyThereIsNone) {
  const auto said = [](const std::string& absent) {
    return FindingSentence(
        Read<cycles::v1::Cycle>(
            "indicators { indicator: 'a' } impacts { indicator: 'a' verdict: VERDICT_INCONCLUSIVE "
            "predicted_effect: 0.2 evidence { absent: ABSENCE_REASON_" +
            absent + " } }"),
        0);
  };
  EXPECT_EQ(said("NO_BASELINE"),
            "Inconclusive: no student has a baseline to compare a result with, and +0.20 SD was "
            "predicted.");
  EXPECT_EQ(said("NO_RESULTS"),
            "Inconclusive: no student has a result in the window, and +0.20 SD was predicted.");
  EXPECT_EQ(
      said("SMALL_CELL"),
      "Inconclusive: the growth effect is of fewer students than may be shown, and +0.20 SD was "
      "predicted.");
}

TEST(NumbersInWords, DaysAndSigns) {
  EXPECT_EQ(DayInWords("2026-02-01"), "1 February");
  EXPECT_EQ(DayInWords("in March"), "in March");
  EXPECT_EQ(Signed(-0.04, 1), "0.0");
  EXPECT_EQ(Signed(-0.06, 1), "−0.1");
}

// Whole numbers that are no part of a fraction.
std::vector<int> WholeNumbers(const std::string& sentence) {
  static const std::regex kNumber(R"([0-9]+(\.[0-9]+)?)");
  std::vector<int> numbers;
  for (std::sregex_iterator at(sentence.begin(), sentence.end(), kNumber), end; at != end; ++at) {
    if ((*at)[1].length() == 0) numbers.push_back(std::stoi(at->str()));
  }
  return numbers;
}

TEST(FindingSentence, NeverSaysANumberOfFewStudents) {
  for (uint32_t seed = 0; seed < 20000; ++seed) {
    Condition condition = RandomCondition(seed).Make();
    HideSmallCells(condition, 10);
    for (const int number : WholeNumbers(condition.reason())) {
      ASSERT_GE(number, 10) << seed << ": " << condition.DebugString();
    }
    const std::string once = condition.SerializeAsString();
    HideSmallCells(condition, 10);
    ASSERT_EQ(condition.SerializeAsString(), once) << "what was shown once stays as it is";
  }
}

TEST(FindingSentence, ATestSaysNoMoreThanTheNumbersBesideIt) {
  auto condition = Read<Condition>(R"(
    trigger: TRIGGER_OFF_TRACK
    evidence { covered: 24 matched: 23 shown { covered: 20 matched: 20 mean_change: -6 } }
    test { t: -4.37 log_evidence: 5.61 log_threshold: 3.689 degrees_of_freedom: 22 information: 23
           questions: 2 students: 23 })");
  HideSmallCells(condition, 10);
  const auto& test = condition.test();
  EXPECT_EQ(test.students(), 20);
  EXPECT_EQ(test.degrees_of_freedom(), 19);
  EXPECT_EQ(test.information(), 20);
  EXPECT_EQ(test.t(), -4.5) << "two and a half students add 0.56";
  EXPECT_EQ(test.log_evidence(), 6);
  EXPECT_EQ(test.log_threshold(), 3.689);
  EXPECT_EQ(test.questions(), 2);
  condition.clear_evidence();
  condition.mutable_test()->set_students(9);
  HideSmallCells(condition, 10);
  EXPECT_FALSE(condition.has_test()) << "of numbers that are not shown";
}

TEST(FindingSentence, ATestOfManyStudentsIsSaidToATenth) {
  auto condition = Read<Condition>(R"(
    trigger: TRIGGER_GAP_WIDENED
    gap { group_count: 900 complement_count: 1100 teams: 40
          shown { group_count: 900 complement_count: 1100 teams: 40 } }
    test { t: -3.14159 log_evidence: 1.234 students: 2000 information: 495
           degrees_of_freedom: 1959 })");
  HideSmallCells(condition, 10);
  EXPECT_EQ(condition.test().t(), -3.1);
  EXPECT_EQ(condition.test().students(), 2000);
  EXPECT_FALSE(condition.test().has_information())
      << "it would tell how they are spread over teams";
}

}  // namespace
}  // namespace throughline::disclosure
