#include "cycles/domain/cycles_redecider.h"

#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;

// Keeps what is emitted, and folds none of it.
class Listening final : public decider::Turn {
 public:
  Listening(const decider::State& state, core::Instant now) : state_(state), now_(now) {}
  const decider::State& state() const override { return state_; }
  core::Instant now() const override { return now_; }
  std::string_view input_id() const override { return "input"; }
  std::string next_event_id() const override { return "event"; }
  void Emit(const google::protobuf::Message& event, std::string_view, decider::Delivery) override {
    emitted.push_back(event.GetDescriptor()->name());
  }
  void Answer(const google::protobuf::Message&) override { FAIL(); }
  void Refuse(core::Error) override { FAIL(); }

  std::vector<std::string> emitted;

 private:
  const decider::State& state_;
  const core::Instant now_;
};

class CyclesRedeciderTest : public PracticesFixture {
 protected:
  // Team t is told that a practice which it tries is promising.
  CyclesRedeciderTest() {
    PublishPractice("tps", "Think, pair, share");
    Trying({"tps"});
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("r", team, {}, 10'000));
    for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("r", team, {"tps"}, 50'000));
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
  void Report(const v1::CycleOutcome& outcome) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    fixture_.Give(reported);
  }
  std::vector<std::string> Again(const google::protobuf::Message& fact) {
    Listening turn(fixture_.state(), fixture_.now());
    CyclesRedecider({}).DecideAgain(fact, turn);
    return turn.emitted;
  }
};

TEST_F(CyclesRedeciderTest, WhoGaveAPracticeUpIsToldOfItNoLonger) {
  v1::AdoptionChanged changed;
  *changed.mutable_adoption() = Adopted("tps");
  EXPECT_THAT(Again(changed), ElementsAre("AdoptionChanged"));
  changed.mutable_adoption()->set_state(v1::ADOPTION_STATE_ABANDONED);
  EXPECT_THAT(Again(changed), ElementsAre("AdoptionChanged", "ConditionCleared"));
}

TEST_F(CyclesRedeciderTest, OfAPracticeThatIsAnotherOneNowNobodyIsTold) {
  v1::PracticeNoted noted;
  *noted.mutable_practice() = *Find("tps");
  EXPECT_THAT(Again(noted), ElementsAre("PracticeNoted"));
  noted.mutable_practice()->set_state(v1::PRACTICE_STATE_MERGED);
  EXPECT_THAT(Again(noted), ElementsAre("ConditionCleared", "PracticeNoted"));
}

TEST_F(CyclesRedeciderTest, AnOfferThatIsAnsweredIsNoLongerOverdueAndADeclinedPracticeNotToldOf) {
  v1::OfferMade made;
  v1::Offer& offer = *made.mutable_offer();
  offer.set_district("d");
  offer.set_school("s");
  offer.set_team("u");
  offer.set_challenge("c");
  offer.mutable_practice()->set_practice("tps");
  offer.set_offer("o");
  made.mutable_practice()->set_practice("tps");
  *made.mutable_practice()->mutable_assessment() = Known("tps");
  const auto opened = fixture_.Give(made);
  EXPECT_THAT(Again(*opened.First<v1::OfferOpened>()), ElementsAre("OfferOpened"))
      << "it is told of already";
  AdvanceTo("2026-09-22");
  v1::OfferAnswered answered;
  *answered.mutable_offer() = *fixture_.state().Find(kOffers, "d/s/u/o");
  answered.mutable_offer()->set_state(v1::OFFER_STATE_DECLINED);
  EXPECT_THAT(Again(answered),
              ElementsAre("ConditionCleared", "OfferAnswered", "ConditionCleared"));
}

TEST_F(CyclesRedeciderTest, AFallOfCoherenceIsEvaluatedByThePolicyThatIsSupposed) {
  plans::v1::CoherenceFallNoted noted;
  noted.set_district("d");
  noted.set_school("s");
  plans::v1::CoherenceFall& one = *noted.add_compared();
  one.set_name("Strategic focus");
  one.set_before(0.9);
  one.set_now(0.8);
  EXPECT_THAT(Again(noted), ElementsAre("CoherenceFallNoted"));
  auto district = DefaultDistrict();
  district.mutable_policy()->set_coherence_fall(0.1);
  district.set_version(2);
  Adopt(district);
  EXPECT_THAT(Again(noted), ElementsAre("CoherenceFallNoted", "ReviewOpened"));
}

TEST_F(CyclesRedeciderTest, ASurveyThatHasEndedIsToldOfAgain) {
  plans::v1::SurveyEndNoted noted;
  noted.set_district("d");
  noted.set_school("s");
  noted.set_round("autumn");
  EXPECT_THAT(Again(noted), ElementsAre("SurveyEndNoted", "ConditionRaised"));
}

}  // namespace
}  // namespace throughline::cycles
