// For tests: schools `s` and `r` of a district, each with teams `t` and `u`, whose analyses say
// what they work on.
#pragma once

#include <string>
#include <vector>

#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"
#include "throughline/cycles/v1/offers_service.pb.h"

namespace throughline::cycles {

class OffersFixture : public PracticesFixture {
 protected:
  OffersFixture() {
    plans::v1::SchoolChanged school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("r");
    school.mutable_school()->set_version(1);
    fixture_.Give(school);
    for (const char* team : {"t", "u"}) {
      plans::v1::TeamChanged changed;
      changed.mutable_team()->set_district("d");
      changed.mutable_team()->set_school("r");
      changed.mutable_team()->set_team(team);
      changed.mutable_team()->set_active(true);
      changed.mutable_team()->set_version(1);
      fixture_.Give(changed);
    }
  }

  // What an analysis says.
  struct Said {
    std::string challenge = "Students retell instead of citing.";
    std::string challenge_id = "";
    std::string problem = "";
    std::string indicator = kIndicator;
  };
  // The cycle of a team, in design with that analysis; what the end of analyze led to.
  Outcome Analyze(const std::string& school, const std::string& team, const Said& said) {
    auto schedule = ScheduleRequest(team, "2026-08-31");
    schedule.set_school(school);
    schedule.set_indicators(0, said.indicator);
    const Outcome scheduled = fixture_.Give(schedule);
    EXPECT_EQ(ReasonOf(scheduled), "");
    const v1::Cycle cycle = scheduled.AnswerAs<v1::ScheduleCycleResponse>().cycle();
    if (fixture_.now() < MorningOf("2026-09-01"))
      AdvanceTo("2026-09-01");
    else
      fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
    auto analysis = AnalysisRequest(cycle);
    analysis.mutable_analysis()->set_challenge(said.challenge);
    analysis.mutable_analysis()->set_challenge_id(said.challenge_id);
    analysis.mutable_analysis()->set_problem(said.problem);
    EXPECT_EQ(ReasonOf(fixture_.Give(analysis)), "");
    return End(cycle, v1::CYCLE_STATE_ANALYZE);
  }
  // A practice that three other teams gained by, so that it is promising.
  Outcome MakePromising(const std::string& practice) {
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("q", team, {}, 10'000));
    for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("q", team, {practice}, 50'000));
    return fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
  // What is known of it is that it does nothing, after all.
  Outcome Disappoint(const std::string& practice) {
    for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("q", team, {practice}, 9'000));
    return fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
  void Report(const v1::CycleOutcome& outcome) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    fixture_.Give(reported);
  }

  // "s/t: tps", "s/t: r/u": to whom what was offered.
  static std::string InShort(const v1::Offer& offer) {
    const std::string to = offer.school() + "/" + offer.team() + ": ";
    if (offer.has_practice()) return to + offer.practice().practice();
    return to + offer.from().school() + "/" + offer.from().team();
  }
  static std::vector<std::string> Opened(const Outcome& outcome) {
    std::vector<std::string> opened;
    for (const auto* one : outcome.All<v1::OfferOpened>()) opened.push_back(InShort(one->offer()));
    return opened;
  }
  // The offer of that thing to the team.
  v1::Offer Offered(const std::string& in_short) {
    v1::Offer found;
    fixture_.state().ForEach(kOffers, "d/", [&](const std::string&, const v1::Offer& offer) {
      if (InShort(offer) == in_short) found = offer;
    });
    return found;
  }
  std::vector<v1::CommonChallenge> Shared() {
    std::vector<v1::CommonChallenge> shared;
    fixture_.state().ForEach(kChallenges, "d/",
                             [&](const std::string&, const v1::CommonChallenge& challenge) {
                               if (challenge.shared_since_ms() != 0) shared.push_back(challenge);
                             });
    return shared;
  }
  static v1::AnswerOfferRequest AnswerTo(const v1::Offer& offer, v1::OfferAnswer answer) {
    v1::AnswerOfferRequest request;
    request.set_district(offer.district());
    request.set_school(offer.school());
    request.set_team(offer.team());
    request.set_offer(offer.offer());
    request.set_answer(answer);
    if (answer == v1::OFFER_ANSWER_DECLINE) request.set_reason("We try something else.");
    return request;
  }
  // What holds of the team by that trigger, one after the other.
  std::vector<v1::Condition> Holding(const std::string& team, common::v1::Trigger trigger) {
    std::vector<v1::Condition> holding;
    fixture_.state().ForEach(kConditions, "d/",
                             [&](const std::string&, const v1::Condition& condition) {
                               if (condition.team() == team && condition.trigger() == trigger) {
                                 holding.push_back(condition);
                               }
                             });
    return holding;
  }
};

}  // namespace throughline::cycles
