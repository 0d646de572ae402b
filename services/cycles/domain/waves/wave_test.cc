#include "cycles/domain/waves/wave.h"

#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"
#include "cycles/domain/waves/drawn_place.h"

namespace throughline::cycles {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::NotNull;
using testing::SizeIs;

class WaveTest : public PracticesFixture {
 protected:
  WaveTest() { PublishPractice("tps", "Think, pair, share"); }

  static v1::PlanWaveRequest PlanRequest() {
    v1::PlanWaveRequest request;
    request.set_district("d");
    request.set_practice("tps");
    request.set_ask_by("2026-08-28");
    for (const char* date : {"2026-08-31", "2026-09-21"}) {
      request.add_starts()->set_date(date);
      request.mutable_starts()->rbegin()->set_places(1);
    }
    return request;
  }
  v1::Wave Plan(const v1::PlanWaveRequest& request = PlanRequest()) {
    const Outcome planned = fixture_.Give(request);
    EXPECT_EQ(ReasonOf(planned), "");
    return planned.AnswerAs<v1::PlanWaveResponse>().wave();
  }
  static v1::AskForPlaceRequest AskRequest(const v1::Wave& wave, const std::string& team) {
    v1::AskForPlaceRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team(team);
    request.set_wave(wave.wave());
    return request;
  }
  Outcome Ask(const v1::Wave& wave, const std::string& team) {
    return fixture_.Give(AskRequest(wave, team));
  }
  template <class Request>
  static Request AboutWave(const v1::Wave& wave) {
    Request request;
    request.set_district("d");
    request.set_wave(wave.wave());
    return request;
  }
  static v1::CancelWaveRequest CancelRequest(const v1::Wave& wave) {
    auto cancel = AboutWave<v1::CancelWaveRequest>(wave);
    cancel.set_reason("The coach is ill.");
    return cancel;
  }
  const v1::Wave& Now(const v1::Wave& wave) {
    return *fixture_.state().Find(kWaves, JoinKey("d", wave.wave()));
  }
  // What teams are told of places now.
  std::vector<v1::Condition> Told() {
    std::vector<v1::Condition> told;
    fixture_.state().ForEach(kConditions, "d/s/",
                             [&](const std::string&, const v1::Condition& condition) {
                               if (!condition.wave().empty()) told.push_back(condition);
                             });
    return told;
  }
};

TEST_F(WaveTest, IsDrawnByItselfWhenTheLastDayToAskIsOver) {
  const v1::Wave wave = Plan();
  for (const char* team : {"t", "u", "v"}) EXPECT_EQ(ReasonOf(Ask(wave, team)), "");
  EXPECT_THAT(AdvanceTo("2026-08-28").All<v1::WaveDrawn>(), IsEmpty());
  const Outcome drawn = AdvanceTo("2026-08-29");
  ASSERT_THAT(drawn.First<v1::WaveDrawn>(), NotNull());
  const v1::Wave& now = Now(wave);
  EXPECT_EQ(now.state(), v1::WAVE_STATE_DRAWN);
  EXPECT_NE(now.seed(), "");
  EXPECT_TRUE(now.by_lot());
  EXPECT_EQ(now.teams(0).begins_on(), "2026-08-31");
  EXPECT_EQ(now.teams(1).begins_on(), "2026-09-21");
  EXPECT_EQ(now.teams(2).begins_on(), "");
  EXPECT_THAT(drawn.All<v1::PlaceDrawn>(), SizeIs(2)) << "team v is of no school that is there";
  EXPECT_THAT(AdvanceTo("2026-09-30").All<v1::WaveDrawn>(), IsEmpty());
}

TEST_F(WaveTest, ALeaderDrawsItBeforeWithAnySeed) {
  const v1::Wave wave = Plan();
  for (const char* team : {"t", "u"}) Ask(wave, team);
  auto draw = AboutWave<v1::DrawWaveRequest>(wave);
  draw.set_seed("no seed");
  EXPECT_EQ(ReasonOf(fixture_.Give(draw)), "ID_INVALID");
  draw.set_seed("14-22-31");
  EXPECT_EQ(fixture_.Give(draw).AnswerAs<v1::DrawWaveResponse>().wave().seed(), "14-22-31");
  EXPECT_EQ(ReasonOf(fixture_.Give(draw)), "WAVE_CLOSED");
  EXPECT_EQ(ReasonOf(Ask(wave, "v")), "WAVE_CLOSED");
  EXPECT_EQ(ReasonOf(Ask(wave, "u")), "") << "it asked before";
}

TEST_F(WaveTest, ATeamAsksOnceInTimeAndForWhatItDoesNotUse) {
  auto request = PlanRequest();
  request.set_ask_by("2026-09-11");
  request.mutable_starts(0)->set_date("2026-09-14");
  const v1::Wave wave = Plan(request);
  EXPECT_THAT(Ask(wave, "u").events, SizeIs(1));
  EXPECT_THAT(Ask(wave, "u").events, IsEmpty());
  Trying({"tps"});
  EXPECT_EQ(ReasonOf(Ask(wave, "t")), "PRACTICE_IN_USE");
  v1::Wave unknown = wave;
  unknown.set_wave("nothing");
  EXPECT_EQ(ReasonOf(Ask(unknown, "t")), "WAVE_UNKNOWN");
}

TEST_F(WaveTest, TeamsAreToldUntilTheyBeginOrTheLastOnesDo) {
  auto request = PlanRequest();
  request.mutable_starts()->RemoveLast();
  const v1::Wave wave = Plan(request);
  for (const char* team : {"t", "u"}) Ask(wave, team);
  AdvanceTo("2026-08-29");
  ASSERT_THAT(Told(), SizeIs(2));
  const bool t_begins = Now(wave).teams(0).team() == "t";
  EXPECT_EQ(Told()[t_begins ? 0 : 1].reason(),
            "The team begins with the practice \"Think, pair, share\" on 31 August: in the draw it "
            "came 1.");
  EXPECT_EQ(Told()[t_begins ? 1 : 0].reason(),
            "The team waits for the practice \"Think, pair, share\": in the draw it came 2, and "
            "there were fewer places.");
  EXPECT_EQ(Told()[0].severity(), v1::SEVERITY_INFO);
  AdvanceTo("2026-08-31");
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(WaveTest, IsCancelledWithAReasonDrawnOrNot) {
  const v1::Wave wave = Plan();
  for (const char* team : {"t", "u"}) Ask(wave, team);
  EXPECT_EQ(ReasonOf(fixture_.Give(AboutWave<v1::CancelWaveRequest>(wave))), "REASON_MISSING");
  fixture_.Give(AboutWave<v1::DrawWaveRequest>(wave));
  ASSERT_THAT(Told(), SizeIs(2));
  EXPECT_EQ(ReasonOf(fixture_.Give(CancelRequest(wave))), "");
  EXPECT_EQ(Now(wave).cancel_reason(), "The coach is ill.");
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_THAT(fixture_.Give(CancelRequest(wave)).events, IsEmpty()) << "the same again";
  const v1::Wave other = Plan();
  fixture_.Give(CancelRequest(other));
  EXPECT_EQ(ReasonOf(Ask(other, "t")), "WAVE_CLOSED");
  EXPECT_THAT(AdvanceTo("2026-08-31").All<v1::WaveDrawn>(), IsEmpty());
}

TEST_F(WaveTest, ARefusalOfAPlanNamesTheField) {
  const auto reason = [&](const auto& change) {
    auto request = PlanRequest();
    change(request);
    const Outcome outcome = fixture_.Give(request);
    return outcome.refusal ? outcome.refusal->reason + " " + outcome.refusal->field : "";
  };
  EXPECT_EQ(reason([](auto& r) { r.set_practice("none"); }), "PRACTICE_UNKNOWN practice");
  EXPECT_EQ(reason([](auto& r) { r.clear_starts(); }), "STARTS_INVALID starts");
  EXPECT_EQ(reason([](auto& r) { r.mutable_starts(1)->set_places(0); }),
            "STARTS_INVALID starts[1].places");
  EXPECT_EQ(reason([](auto& r) { r.mutable_starts(1)->set_date("2026-08-31"); }),
            "STARTS_INVALID starts[1].date");
  EXPECT_EQ(reason([](auto& r) { r.mutable_starts(0)->set_date("soon"); }),
            "DATE_INVALID starts[0].date");
  EXPECT_EQ(reason([](auto& r) { r.set_ask_by("2026-08-31"); }), "ASK_BY_INVALID ask_by");
  EXPECT_EQ(reason([](auto& r) { r.set_ask_by("2026-08-19"); }), "ASK_BY_INVALID ask_by");
  fixture_.Give(UpsertRequest("draft", "A draft"));
  EXPECT_EQ(reason([](auto& r) { r.set_practice("draft"); }), "PRACTICE_NOT_PUBLISHED practice");
}

TEST_F(WaveTest, ApplyIsTotalOnAnySequenceOfEvents) {
  std::vector<std::shared_ptr<google::protobuf::Message>> events;
  const auto note = [&](const Outcome& outcome) {
    events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  };
  note(fixture_.Give(PlanRequest()));
  const v1::Wave wave = Plan();
  for (const char* team : {"t", "u", "v"}) note(Ask(wave, team));
  note(fixture_.Give(AboutWave<v1::DrawWaveRequest>(wave)));
  note(fixture_.Give(CancelRequest(wave)));
  ApplyInAnyOrder(events);
}

TEST_F(WaveTest, ToBeToldOfADrawAgainDecidesNothing) {
  const v1::Wave wave = Plan();
  Ask(wave, "t");
  const Outcome drawn = fixture_.Give(AboutWave<v1::DrawWaveRequest>(wave));
  EXPECT_THAT(fixture_.Give(*drawn.First<v1::WaveDrawn>()).events, IsEmpty());
  const Outcome cancelled = fixture_.Give(CancelRequest(wave));
  EXPECT_THAT(fixture_.Give(*cancelled.First<v1::WaveCancelled>()).events, IsEmpty());
}

// 16 teams of two schools ask, 12 begin on a day that they were drawn for.
class LotTest : public WaveTest {
 protected:
  LotTest() {
    auto request = PlanRequest();
    request.mutable_starts(0)->set_places(12);
    request.mutable_starts()->RemoveLast();
    wave_ = Plan(request);
    for (int i = 0; i < 16; ++i) {
      auto ask = AskRequest(wave_, "team-" + std::to_string(i));
      ask.set_school(i % 2 == 0 ? "s" : "r");
      fixture_.Give(ask);
    }
  }
  // Teams that were drawn, or all, take it up on that day and gain.
  void UseIt(const std::string& day) {
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("q", team, {}, 10'000));
    for (const v1::WaveTeam& team : Now(wave_).teams()) {
      if (team.begins_on().empty()) continue;
      v1::AdoptionChanged changed;
      v1::Adoption& adoption = *changed.mutable_adoption();
      adoption.set_district("d");
      adoption.set_school(team.school());
      adoption.set_team(team.team());
      adoption.set_practice("tps");
      adoption.set_begun_on(day);
      adoption.set_state(v1::ADOPTION_STATE_BEGUN);
      fixture_.Give(changed);
      Report(OutcomeOf(team.school(), team.team(), {"tps"}, 50'000));
    }
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
  void Report(const v1::CycleOutcome& outcome) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    fixture_.Give(reported);
  }

  v1::Wave wave_;
};

TEST_F(LotTest, WhatTeamsThatWereDrawnGainIsStrongEvidence) {
  AdvanceTo("2026-08-31");
  UseIt("2026-09-02");
  EXPECT_EQ(Known("tps").cycles_by_lot(), 12);
  EXPECT_EQ(Known("tps").tier(), v1::ESSA_TIER_STRONG);
  fixture_.Give(CancelRequest(wave_));
  fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  EXPECT_EQ(Known("tps").cycles_by_lot(), 0) << "the lot is kept no longer";
  EXPECT_EQ(Known("tps").tier(), v1::ESSA_TIER_MODERATE);
}

TEST_F(LotTest, WhoDidNotWaitForItsDayWasNotAssigned) {
  AdvanceTo("2026-08-31");
  UseIt("2026-08-30");
  EXPECT_EQ(Known("tps").cycles_by_lot(), 0);
  EXPECT_EQ(Known("tps").tier(), v1::ESSA_TIER_MODERATE);
}

TEST_F(LotTest, UnderAnotherNameItWasDrawnForAllTheSame) {
  AdvanceTo("2026-08-31");
  PublishPractice("pairs", "Pairs");
  fixture_.Give(MergeRequest("tps", "pairs"));
  UseIt("2026-09-02");
  EXPECT_EQ(Known("pairs").tier(), v1::ESSA_TIER_STRONG);
}

}  // namespace
}  // namespace throughline::cycles
