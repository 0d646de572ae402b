#include "cycles/domain/offers/offer.h"

#include <set>

#include "cycles/domain/offers/offers_fixture.h"

namespace throughline::cycles {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::Not;
using testing::NotNull;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class OfferTest : public OffersFixture {
 protected:
  OfferTest() { PublishPractice("tps", "Think, pair, share"); }

  // Teams t of both schools share a challenge from 1 September on.
  Outcome Share() {
    Analyze("s", "t", {});
    return Analyze("r", "t", {});
  }
  Outcome Reopen(const v1::Cycle& cycle, v1::CycleState phase) {
    auto request = For<v1::ReopenPhaseRequest>(cycle);
    request.set_phase(phase);
    request.set_reason("It was ended by mistake.");
    return fixture_.Give(request);
  }
  Outcome Cancel(const v1::Cycle& cycle) {
    auto request = For<v1::CancelCycleRequest>(cycle);
    request.set_reason("the team is ill");
    return fixture_.Give(request);
  }
};

TEST_F(OfferTest, TeamsThatShareAChallengeAreOfferedToEachOther) {
  EXPECT_THAT(Opened(Share()), UnorderedElementsAre("s/t: r/t", "r/t: s/t"));
  const v1::Offer offer = Offered("s/t: r/t");
  EXPECT_EQ(offer.state(), v1::OFFER_STATE_OPEN);
  EXPECT_EQ(offer.statement(), "Students retell instead of citing.");
  EXPECT_EQ(offer.due(), "2026-09-16") << "10 instructional days, without Labor Day";
  EXPECT_EQ(offer.lapses(), "2026-09-24") << "15, without the school's own closure";
  EXPECT_EQ(Offered("r/t: s/t").lapses(), "2026-09-23");
}

TEST_F(OfferTest, APromisingPracticeIsOfferedToThemUnlessTheyUseIt) {
  MakePromising("tps");
  EXPECT_THAT(Opened(Share()),
              UnorderedElementsAre("s/t: r/t", "r/t: s/t", "s/t: tps", "r/t: tps"));
  EXPECT_EQ(Offered("s/t: tps").practice().name(), "Think, pair, share");
  EXPECT_EQ(Offered("s/t: tps").practice().standing(), v1::PRACTICE_STANDING_PROMISING);
}

TEST_F(OfferTest, WhatATeamUsesIsNotOfferedToIt) {
  Trying({"tps"});
  AdvanceTo("2026-09-08");
  MakePromising("tps");
  EXPECT_THAT(Opened(Analyze("r", "t", {})), Not(Contains("s/t: tps")));
  EXPECT_EQ(Offered("r/t: tps").state(), v1::OFFER_STATE_OPEN);
}

TEST_F(OfferTest, APracticeThatServesAnotherIndicatorIsNotOffered) {
  MakePromising("tps");
  Analyze("s", "t", {.indicator = "fluency"});
  EXPECT_THAT(Opened(Analyze("r", "t", {.indicator = "fluency"})),
              UnorderedElementsAre("s/t: r/t", "r/t: s/t"));
}

TEST_F(OfferTest, APracticeThatBecomesPromisingIsOfferedToThoseWhoShareAChallengeThatItServes) {
  Share();
  EXPECT_THAT(Opened(MakePromising("tps")), UnorderedElementsAre("s/t: tps", "r/t: tps"));
}

TEST_F(OfferTest, APracticeThatServesMoreIndicatorsNowIsOfferedForThose) {
  MakePromising("tps");
  Analyze("s", "t", {.indicator = "fluency"});
  Analyze("r", "t", {.indicator = "fluency"});
  auto upsert = UpsertRequest("tps", "Think, pair, share");
  upsert.mutable_practice()->add_indicators("fluency");
  EXPECT_THAT(Opened(fixture_.Give(upsert)), UnorderedElementsAre("s/t: tps", "r/t: tps"));
}

TEST_F(OfferTest, WhoComesLaterIsOfferedToTheOthersAndTheyAreOfferedNothingElseAnew) {
  MakePromising("tps");
  Analyze("s", "t", {});
  Analyze("r", "t", {});
  EXPECT_THAT(Opened(Analyze("r", "u", {})),
              UnorderedElementsAre("r/u: r/t", "r/u: s/t", "r/u: tps", "s/t: r/u", "r/t: r/u"));
}

TEST_F(OfferTest, NothingIsOfferedTwice) {
  MakePromising("tps");
  Share();
  fixture_.Give(AnswerTo(Offered("s/t: tps"), v1::OFFER_ANSWER_DECLINE));
  fixture_.Give(AnswerTo(Offered("s/t: r/t"), v1::OFFER_ANSWER_DECLINE));
  Disappoint("tps");
  EXPECT_THAT(Opened(MakePromising("tps")), IsEmpty());
  EXPECT_THAT(Opened(Analyze("r", "u", {})),
              UnorderedElementsAre("s/t: r/u", "r/t: r/u", "r/u: s/t", "r/u: r/t", "r/u: tps"))
      << "what is new to each";
}

TEST_F(OfferTest, WhatIsOnOfferForOneChallengeIsNotOfferedForAnother) {
  Publish({kIndicator}, {"feedback"});
  Analyze("s", "t", {.problem = "feedback"});
  EXPECT_THAT(Opened(Analyze("s", "u", {.problem = "feedback"})),
              UnorderedElementsAre("s/t: s/u", "s/u: s/t"));
  const Outcome in_two_schools = Analyze("r", "t", {});
  EXPECT_THAT(Opened(in_two_schools),
              UnorderedElementsAre("s/t: r/t", "s/u: r/t", "r/t: s/t", "r/t: s/u"));
}

TEST_F(OfferTest, ATeamIsOfferedNoMoreThanFiveOthersForAChallenge) {
  std::vector<std::string> to_t;
  for (int i = 0; i < 8; ++i) {
    v1::ChallengeReported reported;
    v1::TeamChallenge& one = *reported.mutable_challenge();
    one.set_district("d");
    one.set_school(i % 2 == 0 ? "s" : "r");
    one.set_team(i == 0 ? "t" : "team-" + std::to_string(i));
    one.set_cycle("1");
    one.set_challenge("They guess.");
    one.add_indicators(kIndicator);
    for (const std::string& opened : Opened(fixture_.Give(reported))) {
      if (opened.starts_with("s/t: ")) to_t.push_back(opened);
    }
  }
  EXPECT_THAT(to_t, ElementsAre("s/t: r/team-1", "s/t: s/team-2", "s/t: r/team-3", "s/t: s/team-4",
                                "s/t: r/team-5"));
}

TEST_F(OfferTest, IsTakenUpOrDeclinedWithAReasonOnceAndForGood) {
  Share();
  const v1::Offer offer = Offered("s/t: r/t");
  auto decline = AnswerTo(offer, v1::OFFER_ANSWER_DECLINE);
  decline.clear_reason();
  EXPECT_EQ(ReasonOf(fixture_.Give(decline)), "REASON_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerTo(offer, v1::OFFER_ANSWER_UNSPECIFIED))),
            "ANSWER_MISSING");
  auto stale = AnswerTo(offer, v1::OFFER_ANSWER_TAKE_UP);
  stale.set_expected_version(7);
  EXPECT_EQ(ReasonOf(fixture_.Give(stale)), "VERSION_STALE");
  const Outcome taken = fixture_.Give(AnswerTo(offer, v1::OFFER_ANSWER_TAKE_UP));
  EXPECT_EQ(taken.AnswerAs<v1::AnswerOfferResponse>().offer().state(), v1::OFFER_STATE_TAKEN_UP);
  EXPECT_THAT(fixture_.Give(AnswerTo(offer, v1::OFFER_ANSWER_TAKE_UP)).events, IsEmpty());
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerTo(offer, v1::OFFER_ANSWER_DECLINE))), "OFFER_ANSWERED");
  v1::Offer unknown = offer;
  unknown.set_team("u");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerTo(unknown, v1::OFFER_ANSWER_TAKE_UP))), "OFFER_UNKNOWN");
  const Outcome declined = fixture_.Give(AnswerTo(Offered("r/t: s/t"), v1::OFFER_ANSWER_DECLINE));
  EXPECT_EQ(declined.AnswerAs<v1::AnswerOfferResponse>().offer().reason(),
            "We try something else.");
}

TEST_F(OfferTest, PastItsDayItIsAlertedThenMoreThanThatAndLapses) {
  Share();
  AdvanceTo("2026-09-17");
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_OFFER_OVERDUE), IsEmpty());
  AdvanceTo("2026-09-21");  // the 18th is no day of the school
  auto overdue = Holding("t", common::v1::TRIGGER_OFFER_OVERDUE);
  ASSERT_THAT(overdue, SizeIs(2)) << "of both schools";
  EXPECT_EQ(overdue[1].severity(), v1::SEVERITY_WARNING);
  EXPECT_EQ(overdue[1].due(), "2026-09-16");
  EXPECT_EQ(overdue[1].reason(),
            "To learn from team t of school r was offered, to be answered by 16 September.");
  AdvanceTo("2026-09-23");
  EXPECT_EQ(Holding("t", common::v1::TRIGGER_OFFER_OVERDUE)[1].severity(), v1::SEVERITY_CRITICAL);
  const Outcome lapsed = AdvanceTo("2026-09-25");
  EXPECT_THAT(lapsed.All<v1::OfferLapsed>(), SizeIs(2));
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_OFFER_OVERDUE), IsEmpty());
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerTo(Offered("s/t: r/t"), v1::OFFER_ANSWER_TAKE_UP))),
            "OFFER_LAPSED");
}

TEST_F(OfferTest, AnAnswerClearsTheAlert) {
  Share();
  AdvanceTo("2026-09-21");
  fixture_.Give(AnswerTo(Offered("s/t: r/t"), v1::OFFER_ANSWER_TAKE_UP));
  fixture_.Give(AnswerTo(Offered("r/t: s/t"), v1::OFFER_ANSWER_DECLINE));
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_OFFER_OVERDUE), IsEmpty());
  EXPECT_THAT(AdvanceTo("2026-10-30").All<v1::OfferLapsed>(), IsEmpty());
}

TEST_F(OfferTest, TheDaysAreThePolicys) {
  auto district = DefaultDistrict();
  district.set_version(2);
  district.mutable_policy()->set_offer_days(5);
  district.mutable_policy()->set_offer_lapse_days(3);
  Adopt(district);
  Share();
  EXPECT_EQ(Offered("s/t: r/t").due(), "2026-09-09");
  EXPECT_EQ(Offered("s/t: r/t").lapses(), "2026-09-09") << "never before it is due";
}

TEST_F(OfferTest, ADesignThatNamesThePracticeTakesItUp) {
  MakePromising("tps");
  Share();
  fixture_.Give(AnswerTo(Offered("r/t: tps"), v1::OFFER_ANSWER_TAKE_UP));
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"think,  pair, SHARE"}));
  const Outcome ended = End(cycle, v1::CYCLE_STATE_DESIGN);
  ASSERT_THAT(ended.First<v1::OfferAdopted>(), NotNull());
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_TAKEN_UP);
  EXPECT_EQ(Offered("s/t: tps").adopted_in(), cycle.cycle());
  EXPECT_EQ(Adopted("tps").begun_in(), Offered("s/t: tps").adopted_in());
  EXPECT_EQ(Offered("r/t: tps").adopted_in(), "") << "its design is not done";
}

TEST_F(OfferTest, ADesignThatTookAPracticeFromTheOtherTeamTakesThatUp) {
  Share();
  const v1::Cycle cycle = Current("t");
  auto design = DesignOf(cycle, {"tps"});
  v1::PracticeSource& source = *design.mutable_design()->add_practice_sources();
  source.set_practice("tps");
  source.set_from_school("r");
  source.set_from_team("t");
  EXPECT_EQ(ReasonOf(fixture_.Give(design)), "");
  EXPECT_THAT(End(cycle, v1::CYCLE_STATE_DESIGN).All<v1::OfferAdopted>(), SizeIs(1));
  EXPECT_EQ(Offered("s/t: r/t").state(), v1::OFFER_STATE_TAKEN_UP);
  EXPECT_EQ(Offered("s/t: r/t").adopted_in(), cycle.cycle());
}

TEST_F(OfferTest, WhatADesignTookUpIsOpenAgainWhenTheDesignIs) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  ASSERT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_TAKEN_UP);
  const v1::Offer before = Offered("s/t: tps");
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_DESIGN)), "");
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_OPEN);
  EXPECT_EQ(Offered("s/t: tps").adopted_in(), "");
  EXPECT_EQ(Offered("s/t: tps").due(), before.due());
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_PRACTICE_STANDING), SizeIs(2))
      << "it is told of the practice as long as it is on offer";
  End(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_EQ(Offered("s/t: tps").adopted_in(), cycle.cycle());
}

TEST_F(OfferTest, WhatADesignTookUpIsOpenAgainWhenItIsAmendedAway) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  auto amend = For<v1::AmendArtefactRequest>(cycle);
  *amend.mutable_design() = DesignOf(cycle, {"exit tickets"}).design();
  const Outcome amended = fixture_.Give(amend);
  ASSERT_EQ(ReasonOf(amended), "");
  ASSERT_THAT(amended.All<v1::OfferReturned>(), SizeIs(1));
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_OPEN);
  const Outcome later = AdvanceTo("2026-09-21");
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_OFFER_OVERDUE), SizeIs(4)) << "of both teams";
}

TEST_F(OfferTest, WhatADesignTookUpIsOpenAgainWhenItsCycleIsGivenUp) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  Cancel(cycle);
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_OPEN);
  Disappoint("tps");
  EXPECT_THAT(Opened(MakePromising("tps")), Not(Contains("s/t: tps"))) << "it is open already";
}

TEST_F(OfferTest, OnceItsLastDayIsOverItLapsesInstead) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  AdvanceTo("2026-09-28");
  const Outcome cancelled = Cancel(cycle);
  EXPECT_THAT(cancelled.All<v1::OfferLapsed>(), SizeIs(1));
  EXPECT_THAT(cancelled.First<v1::OfferReturned>(), IsNull());
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_LAPSED);
}

TEST_F(OfferTest, OfATeamThatWorksNoLongerItLapses) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  SetTeam("t", false, 2);
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_LAPSED);
}

TEST_F(OfferTest, WhatTheTeamTookUpItselfStaysTakenUp) {
  MakePromising("tps");
  Share();
  fixture_.Give(AnswerTo(Offered("s/t: tps"), v1::OFFER_ANSWER_TAKE_UP));
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  ASSERT_EQ(Offered("s/t: tps").adopted_in(), cycle.cycle());
  const Outcome reopened = Reopen(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_THAT(reopened.All<v1::OfferReturned>(), SizeIs(1));
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_TAKEN_UP);
  EXPECT_EQ(Offered("s/t: tps").adopted_in(), "");
}

TEST_F(OfferTest, OnceSomebodyLookedTheCycleThatIsGivenUpKeepsWhatItTookUp) {
  MakePromising("tps");
  Share();
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  End(cycle, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(LookRequest(cycle, "2026-09-01"));
  Cancel(cycle);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_TAKEN_UP);
}

TEST_F(OfferTest, WhoWasOfferedAPracticeIsToldOfItsStanding) {
  MakePromising("tps");
  Share();
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_PRACTICE_STANDING), SizeIs(2));
  fixture_.Give(AnswerTo(Offered("r/t: tps"), v1::OFFER_ANSWER_DECLINE));
  ASSERT_THAT(Holding("t", common::v1::TRIGGER_PRACTICE_STANDING), SizeIs(1));
  EXPECT_EQ(Holding("t", common::v1::TRIGGER_PRACTICE_STANDING)[0].school(), "s");
  const Outcome fallen = Disappoint("tps");
  ASSERT_THAT(fallen.All<v1::ConditionCleared>(), SizeIs(1));
  EXPECT_EQ(fallen.First<v1::ConditionCleared>()->condition().practice().before(),
            v1::PRACTICE_STANDING_PROMISING);
  EXPECT_THAT(MakePromising("tps").All<v1::ConditionRaised>(), SizeIs(1));
}

TEST_F(OfferTest, OffersOfARetiredPracticeAndToAnInactiveTeamLapse) {
  MakePromising("tps");
  Share();
  fixture_.Give(About<v1::RetirePracticeRequest>("tps"));
  fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  EXPECT_EQ(Offered("s/t: tps").state(), v1::OFFER_STATE_LAPSED);
  EXPECT_EQ(Offered("s/t: r/t").state(), v1::OFFER_STATE_OPEN);
  SetTeam("t", false, 2);
  EXPECT_EQ(Offered("s/t: r/t").state(), v1::OFFER_STATE_LAPSED);
  EXPECT_EQ(Offered("r/t: s/t").state(), v1::OFFER_STATE_OPEN);
}

TEST_F(OfferTest, UnderAnotherNameItIsNotOfferedAgain) {
  MakePromising("tps");
  Share();
  fixture_.Give(AnswerTo(Offered("s/t: tps"), v1::OFFER_ANSWER_DECLINE));
  PublishPractice("pairs", "Pairs");
  fixture_.Give(MergeRequest("tps", "pairs"));
  const Outcome assessed = fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  EXPECT_EQ(Known("pairs").standing(), v1::PRACTICE_STANDING_PROMISING);
  EXPECT_THAT(Opened(assessed), IsEmpty());
  EXPECT_THAT(Holding("t", common::v1::TRIGGER_PRACTICE_STANDING), SizeIs(1))
      << "who did not decline it is told under the new name";
}

TEST_F(OfferTest, ApplyIsTotalOnAnySequenceOfEvents) {
  std::vector<std::shared_ptr<google::protobuf::Message>> events;
  const auto note = [&](const Outcome& outcome) {
    events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  };
  note(MakePromising("tps"));
  note(Share());
  note(fixture_.Give(AnswerTo(Offered("r/t: s/t"), v1::OFFER_ANSWER_DECLINE)));
  const v1::Cycle cycle = Current("t");
  fixture_.Give(DesignOf(cycle, {"tps"}));
  note(End(cycle, v1::CYCLE_STATE_DESIGN));
  note(Cancel(cycle));
  note(AdvanceTo("2027-01-29"));  // offers lapse, and cycles do
  std::set<std::string> kinds;
  for (const auto& event : events) {
    if (event->GetDescriptor()->file() == v1::OfferOpened::descriptor()->file()) {
      kinds.insert(event->GetDescriptor()->name());
    }
  }
  EXPECT_THAT(kinds, SizeIs(10)) << "every event of what is shared and offered";
  ApplyInAnyOrder(events);
}

TEST_F(OfferTest, ToBeMadeAgainDecidesNothing) {
  const Outcome second = Share();
  EXPECT_THAT(fixture_.Give(*second.First<v1::OfferMade>()).events, IsEmpty());
  v1::OfferMade nobody = *second.First<v1::OfferMade>();
  nobody.mutable_offer()->set_team("nobody");
  EXPECT_THAT(fixture_.Give(nobody).First<v1::OfferOpened>(), IsNull());
}

}  // namespace
}  // namespace throughline::cycles
