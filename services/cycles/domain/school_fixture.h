// For tests: a school in a fixture. District `d` is in Chicago and teaches from Monday 2026-08-31
// on, not on Labor Day (09-07); school `s` does not teach on 09-18 either. Teams `t` and `u` are
// active.
//
// A cycle of `t` that starts on 08-31 has, by the calendar on the wall:
//   days 1-2 analyze 08-31 09-01 · 3-5 design 09-02 … 09-04 · 6-13 implement 09-08 … 09-17 ·
//   14-15 refine 09-21 09-22 · half of the days have passed on 09-11.
//
// After every test, folding the recorded events again must lead to the same rows.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/time_zone.h"
#include "cycles/domain/cycles_decider.h"
#include "cycles/domain/tables.h"
#include "decider/fixture.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::cycles {

class SchoolFixture : public testing::Test {
 protected:
  using Outcome = decider::Fixture::Outcome;
  static constexpr const char* kZone = "America/Chicago";
  static constexpr const char* kIndicator = "close-reading";

  SchoolFixture() : fixture_(decider_, MorningOf("2026-08-20")) {
    Adopt(DefaultDistrict());
    plans::v1::SchoolChanged school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("s");
    school.mutable_school()->add_closures("2026-09-18");
    school.mutable_school()->set_version(1);
    fixture_.Give(school);
    SetTeam("t", true, 1);
    SetTeam("u", true, 1);
  }

  void TearDown() override {
    EXPECT_THAT(ByKey(fixture_.FoldedAgain()), testing::ContainerEq(ByKey(fixture_.Rows())));
  }

  // Eight in the morning in Chicago.
  static core::Instant MorningOf(const std::string& day) {
    return MidnightOf(day) + std::chrono::hours{8};
  }
  static core::Instant MidnightOf(const std::string& day) {
    return core::StartOfDay(*core::ParseDate(day), kZone);
  }
  Outcome AdvanceTo(const std::string& day) { return fixture_.AdvanceTo(MorningOf(day)); }

  static plans::v1::District DefaultDistrict() {
    plans::v1::District district;
    district.set_district("d");
    district.set_time_zone(kZone);
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2027-06-04");
    district.mutable_calendar()->add_closures("2026-09-07");
    auto& policy = *district.mutable_policy();
    policy.set_cycle_days(15);
    policy.set_analyze_days(2);
    policy.set_design_days(3);
    policy.set_implement_days(8);
    policy.set_refine_days(2);
    policy.set_cycles_per_school_review(2);
    policy.set_overdue_alert_days(1);
    policy.set_overdue_escalation_days(3);
    policy.set_baseline_days(45);
    policy.set_complete_coverage(0.8);
    policy.set_sufficient_coverage(0.5);
    policy.set_evidence_missing_days(3);
    policy.set_smallest_cell(10);
    policy.set_indicators_at_most(4);
    district.set_version(1);
    return district;
  }
  Outcome Adopt(const plans::v1::District& district) {
    plans::v1::DistrictAdopted adopted;
    *adopted.mutable_district() = district;
    return fixture_.Give(adopted);
  }
  void SetTeam(const std::string& team, bool active, int64_t version) {
    plans::v1::TeamChanged changed;
    changed.mutable_team()->set_district("d");
    changed.mutable_team()->set_school("s");
    changed.mutable_team()->set_team(team);
    changed.mutable_team()->set_active(active);
    changed.mutable_team()->set_version(version);
    fixture_.Give(changed);
  }

  // The school's plan in force is on these.
  Outcome Publish(const std::vector<std::string>& indicators,
                  const std::vector<std::string>& problems = {}) {
    plans::v1::SitePlanPublished published;
    plans::v1::SitePlan& plan = *published.mutable_plan();
    plan.set_district("d");
    plan.set_school("s");
    plan.set_plan("p");
    for (const std::string& one : indicators) plan.add_indicators()->set_indicator(one);
    for (const std::string& one : problems) {
      plan.add_priorities()->add_problems()->set_problem(one);
    }
    return fixture_.Give(published);
  }

  static v1::ScheduleCycleRequest ScheduleRequest(const std::string& team,
                                                  const std::string& start) {
    v1::ScheduleCycleRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_team(team);
    request.set_start(start);
    request.add_indicators(kIndicator);
    return request;
  }
  v1::Cycle Schedule(const std::string& team, const std::string& start) {
    Outcome outcome = fixture_.Give(ScheduleRequest(team, start));
    EXPECT_FALSE(outcome.refusal);
    return outcome.AnswerAs<v1::ScheduleCycleResponse>().cycle();
  }
  const v1::Cycle& Now(const v1::Cycle& cycle) {
    return *fixture_.state().Find(kCycles, JoinKey("d", "s", cycle.cycle()));
  }
  // The cycle that is scheduled or under way.
  v1::Cycle Current(const std::string& team) {
    const auto* row = fixture_.state().Find(kTeamCycles, JoinKey("d", "s", team));
    return *fixture_.state().Find(kCycles, JoinKey("d", "s", row->current()));
  }

  template <class Request>
  static Request For(const v1::Cycle& cycle) {
    Request request;
    request.set_district(cycle.district());
    request.set_school(cycle.school());
    request.set_cycle(cycle.cycle());
    return request;
  }
  static v1::RecordAnalysisRequest AnalysisRequest(const v1::Cycle& cycle) {
    auto request = For<v1::RecordAnalysisRequest>(cycle);
    v1::Analysis& analysis = *request.mutable_analysis();
    analysis.set_problem_of_practice("Questions ask for recall only.");
    analysis.set_evidence("August screening");
    analysis.set_challenge("Students retell instead of citing.");
    analysis.set_challenge_source(v1::CHALLENGE_SOURCE_STUDENTS);
    analysis.add_probing_questions("I wonder how to ask for evidence.");
    return request;
  }
  static v1::RecordDesignRequest DesignRequest(const v1::Cycle& cycle, double predicted) {
    auto request = For<v1::RecordDesignRequest>(cycle);
    v1::Design& design = *request.mutable_design();
    design.set_if_practice("we ask text-dependent questions");
    design.set_then_evidence("students cite the text");
    design.set_so_that("they read closely");
    design.add_practices("text-dependent-questions");
    for (const v1::CycleIndicator& indicator : cycle.indicators()) {
      v1::CycleIndicator& wanted = *design.add_indicators();
      wanted.set_indicator(indicator.indicator());
      wanted.set_predicted_effect(predicted);
    }
    return request;
  }
  static v1::RecordLookRequest LookRequest(const v1::Cycle& cycle, const std::string& date) {
    auto request = For<v1::RecordLookRequest>(cycle);
    request.mutable_look()->set_date(date);
    request.mutable_look()->set_observation("Half of the exit tickets cite a line.");
    return request;
  }
  static v1::RecordRefinementRequest RefinementRequest(const v1::Cycle& cycle) {
    auto request = For<v1::RecordRefinementRequest>(cycle);
    v1::Refinement& refinement = *request.mutable_refinement();
    refinement.set_what_worked("Questions with line numbers.");
    refinement.set_why_and_how("They send students back to the page.");
    refinement.add_promising_practices("text-dependent-questions");
    refinement.set_next_step(v1::NEXT_STEP_ADOPT);
    return request;
  }
  static v1::EndPhaseRequest EndRequest(const v1::Cycle& cycle, v1::CycleState phase) {
    auto request = For<v1::EndPhaseRequest>(cycle);
    request.set_phase(phase);
    return request;
  }
  Outcome End(const v1::Cycle& cycle, v1::CycleState phase) {
    return fixture_.Give(EndRequest(cycle, phase));
  }

  // Records what the current phase needs and ends it, until the cycle is in `phase`.
  void Bring(const v1::Cycle& cycle, v1::CycleState phase, double predicted = 0.4) {
    while (Now(cycle).state() != phase && Now(cycle).state() != v1::CYCLE_STATE_CLOSED) {
      const v1::CycleState now = Now(cycle).state();
      ASSERT_NE(now, v1::CYCLE_STATE_SCHEDULED) << "its window has not begun";
      if (now == v1::CYCLE_STATE_ANALYZE) fixture_.Give(AnalysisRequest(cycle));
      if (now == v1::CYCLE_STATE_DESIGN) fixture_.Give(DesignRequest(cycle, predicted));
      if (now == v1::CYCLE_STATE_IMPLEMENT) fixture_.Give(LookRequest(cycle, Now(cycle).start()));
      if (now == v1::CYCLE_STATE_REFINE) fixture_.Give(RefinementRequest(cycle));
      ASSERT_FALSE(End(cycle, now).refusal);
    }
  }

  // Numbers with this effect and interval, of `covered` of 25 students.
  static common::v1::CycleEvidence Numbers(int covered, double low = 0.08, double high = 0.73) {
    common::v1::CycleEvidence numbers;
    numbers.set_rostered(25);
    numbers.set_covered(covered);
    numbers.set_matched(covered);
    numbers.set_effect((low + high) / 2);
    numbers.set_effect_low(low);
    numbers.set_effect_high(high);
    const common::v1::CycleEvidence exact = numbers;
    *numbers.mutable_shown() = exact;
    numbers.mutable_shown()->set_as_of_ms(1);
    return numbers;
  }
  static evidence::v1::EvidenceSummarized Summarized(const v1::Cycle& cycle,
                                                     const common::v1::CycleEvidence& numbers,
                                                     const std::string& indicator = kIndicator) {
    auto fact = For<evidence::v1::EvidenceSummarized>(cycle);
    fact.set_team(cycle.team());
    fact.set_indicator(indicator);
    *fact.mutable_evidence() = numbers;
    return fact;
  }
  static evidence::v1::EvidenceMoved Moved(const v1::Cycle& cycle, common::v1::Trigger trigger,
                                           bool met, const std::string& group = {}) {
    auto fact = For<evidence::v1::EvidenceMoved>(cycle);
    fact.set_team(cycle.team());
    fact.set_indicator(kIndicator);
    fact.set_trigger(trigger);
    fact.set_group(group);
    fact.set_met(met);
    *fact.mutable_evidence() = Numbers(20);
    return fact;
  }

  static std::string ReasonOf(const Outcome& outcome) {
    return outcome.refusal ? outcome.refusal->reason : "";
  }
  // The names of the events, in order, but for those of practices and what comes of them:
  // "PhaseStarted".
  static std::vector<std::string> NamesOf(const Outcome& outcome) {
    std::vector<std::string> names;
    for (const auto& event : outcome.events) {
      const auto& type = *event->GetDescriptor();
      if (!IsOfPractices(type)) names.push_back(type.name());
    }
    return names;
  }
  static bool IsOfPractices(const google::protobuf::Descriptor& event) {
    return event.file() == v1::PracticeChanged::descriptor()->file() ||
           event.file() == v1::OfferOpened::descriptor()->file();
  }

  // In any order and whatever is missing, over a state that knows no district, school or team.
  void ApplyInAnyOrder(const std::vector<std::shared_ptr<google::protobuf::Message>>& events) {
    std::mt19937 random(20260831);
    for (int round = 0; round < 50; ++round) {
      auto some = events;
      std::shuffle(some.begin(), some.end(), random);
      some.resize(random() % some.size());
      decider::State state(nullptr);
      for (const auto& event : some) {
        decider_.Apply(decider::Event{*event, fixture_.now(), "cycles.0.1"}, state);
      }
    }
  }

  decider::Fixture fixture_;

 private:
  using RowsByKey = std::map<std::string, std::string>;

  // A timer that is due leaves no event when it decides nothing: after a fold it is there, to do so
  // again. So those that are due are left out.
  RowsByKey ByKey(const std::vector<decider::RowChange>& rows) const {
    RowsByKey by_key;
    for (const auto& row : rows) {
      const bool due =
          row.row.table == "_timer" && core::FromMillis(std::stoll(*row.value)) <= fixture_.now();
      if (!due) by_key[row.row.table + ' ' + row.row.key] = *row.value;
    }
    return by_key;
  }

  static inline const CyclesDecider decider_;
};

}  // namespace throughline::cycles
