#include "plans/domain/plans_fixture.h"
#include "plans/domain/policy.h"

namespace throughline::plans {
namespace {

using testing::ElementsAre;

class DistrictTest : public PlansFixture {
 protected:
  template <class Change>
  std::string CreateRefusal(Change change) {
    return RefusalOf(DistrictRequest(), [&](v1::CreateDistrictRequest& create) {
      change(*create.mutable_district());
    });
  }
  template <class Change>
  std::string PolicyRefusal(Change change) {
    return CreateRefusal([&](v1::District& district) { change(*district.mutable_policy()); });
  }
};

TEST_F(DistrictTest, HasEveryDefaultThatThePolicyNames) {
  const auto outcome = Done(DistrictRequest());
  const auto& district = outcome.AnswerAs<v1::CreateDistrictResponse>().district();
  EXPECT_EQ(district.version(), 1);
  // The numbers are those of the comments of policy.proto.
  const common::v1::Policy& policy = district.policy();
  EXPECT_EQ(policy.cycle_days(), 15);
  EXPECT_EQ(policy.analyze_days(), 2);
  EXPECT_EQ(policy.design_days(), 3);
  EXPECT_EQ(policy.implement_days(), 8);
  EXPECT_EQ(policy.refine_days(), 2);
  EXPECT_EQ(policy.cycles_per_school_review(), 2);
  EXPECT_EQ(policy.overdue_alert_days(), 1);
  EXPECT_EQ(policy.overdue_escalation_days(), 3);
  EXPECT_EQ(policy.baseline_days(), 45);
  EXPECT_EQ(policy.desired_growth_per_year(), 0.20);
  EXPECT_EQ(policy.days_per_year(), 180);
  EXPECT_EQ(policy.complete_coverage(), 0.80);
  EXPECT_EQ(policy.sufficient_coverage(), 0.50);
  EXPECT_EQ(policy.gap_widening(), 0.10);
  EXPECT_EQ(policy.evidence_missing_days(), 3);
  EXPECT_EQ(policy.struggling_percentile(), 0.20);
  EXPECT_EQ(policy.smallest_cell(), 10);
  EXPECT_EQ(policy.indicators_at_most(), 4);
  EXPECT_EQ(policy.group_wait_s(), 30);
  EXPECT_EQ(policy.group_interval_s(), 300);
  EXPECT_EQ(policy.repeat_interval_s(), 86400);
  EXPECT_EQ(policy.false_alarm_rate(), 0.05);
  EXPECT_EQ(policy.effect_prior(), 4);
  EXPECT_EQ(policy.norm_students(), 100);
  EXPECT_EQ(policy.norm_schools(), 2);
  EXPECT_EQ(policy.year_baseline_days(), 30);
  EXPECT_EQ(policy.identity_retention_years(), 7);
  EXPECT_EQ(policy.coherence_fall(), 0.20);
}

TEST_F(DistrictTest, LeavesNoFieldOfThePolicyOut) {
  const auto outcome = Done(DistrictRequest());
  const auto& policy = outcome.AnswerAs<v1::CreateDistrictResponse>().district().policy();
  for (int i = 0; i < policy.GetDescriptor()->field_count(); ++i) {
    const auto* field = policy.GetDescriptor()->field(i);
    EXPECT_TRUE(policy.GetReflection()->HasField(policy, field)) << field->name();
  }
}

TEST_F(DistrictTest, KeepsWhatItsPolicySays) {
  auto create = DistrictRequest();
  create.mutable_district()->mutable_policy()->set_smallest_cell(20);
  const auto outcome = Done(create);
  const auto& policy = outcome.AnswerAs<v1::CreateDistrictResponse>().district().policy();
  EXPECT_EQ(policy.smallest_cell(), 20);
  EXPECT_EQ(policy.cycle_days(), 15);
}

TEST_F(DistrictTest, IsAdoptedAlsoWhereItWasDecided) {
  const auto outcome = Done(DistrictRequest());
  ASSERT_EQ(outcome.events.size(), 2u);
  ASSERT_NE(outcome.First<v1::DistrictChanged>(), nullptr);
  EXPECT_THAT(
      outcome.First<v1::DistrictChanged>()->changed(),
      ElementsAre("name", "time_zone", "calendar", "policy", "priorities", "journey_phase"));
  ASSERT_NE(outcome.First<v1::DistrictAdopted>(), nullptr);
  EXPECT_EQ(outcome.First<v1::DistrictAdopted>()->district().district(), "d");
}

TEST_F(DistrictTest, IsCreatedOnce) {
  const auto first = Done(DistrictRequest());
  ExpectNothingToDecide(DistrictRequest(), first);
  EXPECT_EQ(CreateRefusal([](v1::District& d) { d.set_name("Another"); }),
            "DISTRICT_EXISTS district.district");
}

TEST_F(DistrictTest, TakesADeliveryOnlyWhenItIsNewer) {
  Done(DistrictRequest());
  v1::DistrictChanged delivery;
  delivery.mutable_district()->set_district("e");
  delivery.mutable_district()->set_version(3);
  EXPECT_EQ(fixture_.Give(delivery).All<v1::DistrictAdopted>().size(), 1u);
  EXPECT_TRUE(fixture_.Give(delivery).events.empty());
  delivery.mutable_district()->set_version(2);
  EXPECT_TRUE(fixture_.Give(delivery).events.empty());
  EXPECT_EQ(fixture_.state().Find(kAdopted, "e")->version(), 3);
  // It is known here, and decided elsewhere.
  EXPECT_EQ(fixture_.state().Find(kDistricts, "e"), nullptr);
}

TEST_F(DistrictTest, IsRefusedByTheFieldThatMakesNoSense) {
  EXPECT_EQ(CreateRefusal([](auto& d) { d.set_district("d/s"); }), "ID_INVALID district.district");
  EXPECT_EQ(CreateRefusal([](auto& d) { d.clear_district(); }), "ID_INVALID district.district");
  EXPECT_EQ(CreateRefusal([](auto& d) { d.set_name(std::string(2001, 'x')); }),
            "TEXT_TOO_LONG district.name");
  EXPECT_EQ(CreateRefusal([](auto& d) { d.set_time_zone("Chicago"); }),
            "TIME_ZONE_UNKNOWN district.time_zone");
  EXPECT_EQ(CreateRefusal([](auto& d) { d.set_journey_phase(static_cast<v1::JourneyPhase>(9)); }),
            "JOURNEY_PHASE_UNKNOWN journey_phase");
}

TEST_F(DistrictTest, HasACalendarThatCanBeTaught) {
  const auto with_terms = [](std::vector<std::pair<std::string, std::string>> terms) {
    return [terms](v1::District& district) {
      for (const auto& [first, last] : terms) {
        auto& term = *district.mutable_calendar()->add_terms();
        term.set_first(first);
        term.set_last(last);
      }
    };
  };
  EXPECT_EQ(CreateRefusal(with_terms({{"2024-9-1", "2024-12-20"}})),
            "DATE_INVALID calendar.terms[0].first");
  EXPECT_EQ(CreateRefusal(with_terms({{"2024-09-01", ""}})), "DATE_INVALID calendar.terms[0].last");
  EXPECT_EQ(CreateRefusal(with_terms({{"2024-12-20", "2024-09-01"}})),
            "CALENDAR_INVALID calendar.terms[0].last");
  EXPECT_EQ(CreateRefusal(with_terms({{"2024-09-01", "2024-12-20"}, {"2024-12-20", "2025-05-30"}})),
            "CALENDAR_INVALID calendar.terms[1].first");
  EXPECT_EQ(CreateRefusal([](auto& d) { d.mutable_calendar()->add_closures("2024-02-30"); }),
            "DATE_INVALID calendar.closures[0]");
  EXPECT_EQ(CreateRefusal([](auto& d) {
              for (int i = 0; i < 101; ++i) d.mutable_calendar()->add_terms();
            }),
            "TOO_MANY calendar.terms");
  EXPECT_EQ(CreateRefusal([](auto& d) {
              for (int i = 0; i < 2001; ++i) d.mutable_calendar()->add_closures("2024-12-25");
            }),
            "TOO_MANY calendar.closures");
}

TEST_F(DistrictTest, HasPrioritiesThatCanBeTold) {
  const auto refusal = [this](auto change) {
    return CreateRefusal([&](v1::District& district) {
      for (const char* id : {"reading", "writing"}) {
        v1::Priority& priority = *district.add_priorities();
        priority.set_priority(id);
        priority.set_statement("All read.");
      }
      change(district);
    });
  };
  const std::string long_text(2001, 'x');
  EXPECT_EQ(refusal([](auto& d) { d.mutable_priorities(1)->set_priority("a b"); }),
            "ID_INVALID priorities[1].priority");
  EXPECT_EQ(refusal([](auto& d) { d.mutable_priorities(1)->set_priority("reading"); }),
            "DOUBLE_ID priorities[1].priority");
  EXPECT_EQ(refusal([](auto& d) { d.mutable_priorities(0)->clear_statement(); }),
            "MISSING priorities[0].statement");
  EXPECT_EQ(refusal([&](auto& d) { d.mutable_priorities(0)->set_statement(long_text); }),
            "TEXT_TOO_LONG priorities[0].statement");
  EXPECT_EQ(refusal([&](auto& d) { d.mutable_priorities(0)->add_goals(long_text); }),
            "TEXT_TOO_LONG priorities[0].goals[0]");
  EXPECT_EQ(refusal([](auto& d) {
              for (int i = 0; i < 51; ++i) d.mutable_priorities(0)->add_goals("g");
            }),
            "TOO_MANY priorities[0].goals");
  EXPECT_EQ(refusal([](auto& d) {
              for (int i = 0; i < 49; ++i) d.add_priorities();
            }),
            "TOO_MANY priorities");
}

TEST_F(DistrictTest, HasAPolicyInsideItsRanges) {
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_analyze_days(3); }),
            "PHASES_DO_NOT_ADD_UP policy.cycle_days");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_cycle_days(4); }),
            "POLICY_OUT_OF_RANGE policy.cycle_days");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_cycle_days(61); }),
            "POLICY_OUT_OF_RANGE policy.cycle_days");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_smallest_cell(9); }),
            "POLICY_OUT_OF_RANGE policy.smallest_cell");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_complete_coverage(1.01); }),
            "POLICY_OUT_OF_RANGE policy.complete_coverage");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_sufficient_coverage(kNan); }),
            "POLICY_OUT_OF_RANGE policy.sufficient_coverage");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_struggling_percentile(-0.1); }),
            "POLICY_OUT_OF_RANGE policy.struggling_percentile");
  for (const double rate : {0.0, 0.0009, 0.51}) {
    EXPECT_EQ(PolicyRefusal([&](auto& p) { p.set_false_alarm_rate(rate); }),
              "POLICY_OUT_OF_RANGE policy.false_alarm_rate");
  }
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_group_wait_s(0); }),
            "POLICY_OUT_OF_RANGE policy.group_wait_s");
  EXPECT_EQ(PolicyRefusal([](auto& p) { p.set_smallest_cell(10); }), "")
      << "the bound belongs to it";
}

TEST_F(DistrictTest, OfBeforeAFieldOfThePolicyCameHasItsDefault) {
  common::v1::Policy older = DefaultPolicy();
  older.clear_false_alarm_rate();
  EXPECT_FALSE(plans::Check(older));
}

TEST_F(DistrictTest, ChangesWhatIsPresentAndSaysWhat) {
  Done(DistrictRequest());
  auto update = UpdateRequest();
  update.mutable_policy()->set_gap_widening(0.2);
  update.set_journey_phase(v1::JOURNEY_PHASE_RETURN);
  const auto outcome = Done(update);
  EXPECT_THAT(outcome.First<v1::DistrictChanged>()->changed(),
              ElementsAre("policy", "journey_phase"));
  EXPECT_EQ(outcome.First<v1::DistrictAdopted>()->district().version(), 2);
  const auto& district = outcome.AnswerAs<v1::UpdateDistrictResponse>().district();
  EXPECT_EQ(district.version(), 2);
  EXPECT_EQ(district.policy().gap_widening(), 0.2);
  EXPECT_EQ(district.policy().cycle_days(), 15);
  ExpectNothingToDecide(update, outcome);
}

TEST_F(DistrictTest, ChangesNameCalendarAndPrioritiesWhole) {
  auto create = DistrictRequest();
  create.mutable_district()->mutable_calendar()->add_closures("2024-12-25");
  auto& priority = *create.mutable_district()->add_priorities();
  priority.set_priority("reading");
  priority.set_statement("All read.");
  Done(create);
  auto update = UpdateRequest();
  update.set_name("Lakes");
  update.mutable_calendar()->add_closures("2025-01-01");
  update.mutable_priorities();
  const auto outcome = Done(update);
  EXPECT_THAT(outcome.First<v1::DistrictChanged>()->changed(),
              ElementsAre("name", "calendar", "priorities"));
  const auto& district = outcome.AnswerAs<v1::UpdateDistrictResponse>().district();
  EXPECT_THAT(district.calendar().closures(), ElementsAre("2025-01-01"));
  EXPECT_EQ(district.priorities_size(), 0);
}

TEST_F(DistrictTest, GoesBackOnItsJourneyToo) {
  Done(DistrictRequest());
  auto update = UpdateRequest();
  for (auto phase : {v1::JOURNEY_PHASE_RECULTURING, v1::JOURNEY_PHASE_RESOLVE}) {
    update.set_journey_phase(phase);
    EXPECT_THAT(Done(update).First<v1::DistrictChanged>()->changed(), ElementsAre("journey_phase"));
  }
}

TEST_F(DistrictTest, IsChangedOnlyFromTheVersionThatIsCurrent) {
  EXPECT_EQ(Refusal(UpdateRequest()), "DISTRICT_UNKNOWN district");
  Done(DistrictRequest());
  auto update = UpdateRequest();
  update.set_name("Lakes");
  update.set_expected_version(2);
  EXPECT_EQ(Refusal(update), "VERSION_STALE expected_version");
  update.set_expected_version(1);
  Done(update);
  update.set_name("Hills");
  EXPECT_EQ(Refusal(update), "VERSION_STALE expected_version");
}

TEST_F(DistrictTest, IsNotChangedIntoWhatMakesNoSense) {
  Done(DistrictRequest());
  EXPECT_EQ(RefusalOf(UpdateRequest(), [](auto& u) { u.mutable_policy()->set_cycle_days(20); }),
            "PHASES_DO_NOT_ADD_UP policy.cycle_days");
  EXPECT_EQ(RefusalOf(UpdateRequest(), [](auto& u) { u.mutable_calendar()->add_closures("x"); }),
            "DATE_INVALID calendar.closures[0]");
}

class Terms : public PlansFixture {
 protected:
  Terms() {
    auto district = DistrictRequest();
    auto& calendar = *district.mutable_district()->mutable_calendar();
    calendar.clear_terms();
    calendar.clear_closures();
    calendar.add_closures("2025-11-28");
    Put(*calendar.add_terms(), "2025-09-01", "2025-12-19");
    Put(*calendar.add_terms(), "2026-01-05", "2026-06-19");
    Done(district);
  }
  static void Put(common::v1::Term& term, const char* first, const char* last) {
    term.set_first(first);
    term.set_last(last);
  }
  static v1::AddTermsRequest Request(
      std::initializer_list<std::pair<const char*, const char*>> terms) {
    v1::AddTermsRequest request;
    request.set_district("d");
    for (const auto& [first, last] : terms) Put(*request.add_terms(), first, last);
    return request;
  }
};

TEST_F(Terms, OfANewYearAreAddedInOrderAndThoseOfLastYearStay) {
  const auto outcome = Done(Request({{"2027-01-11", "2027-06-18"}, {"2026-08-31", "2026-12-18"}}));
  const auto& response = outcome.AnswerAs<v1::AddTermsResponse>();
  EXPECT_TRUE(response.left_out().empty());
  const auto& calendar = response.district().calendar();
  ASSERT_EQ(calendar.terms_size(), 4);
  EXPECT_EQ(calendar.terms(0).first(), "2025-09-01");
  EXPECT_EQ(calendar.terms(2).first(), "2026-08-31");
  EXPECT_EQ(calendar.terms(3).first(), "2027-01-11");
  EXPECT_EQ(calendar.closures_size(), 1);
  EXPECT_EQ(response.district().version(), 2);
  ASSERT_EQ(outcome.All<v1::DistrictChanged>().size(), 1u);
  EXPECT_EQ(outcome.All<v1::DistrictChanged>()[0]->changed(0), "calendar");
}

TEST_F(Terms, ThatAreThereAreNothingNewAndOthersOfTheirDaysAreLeftOut) {
  EXPECT_TRUE(Done(Request({{"2026-01-05", "2026-06-19"}})).events.empty());
  const auto outcome = Done(Request(
      {{"2026-01-05", "2026-06-26"}, {"2025-12-19", "2025-12-23"}, {"2026-06-22", "2026-07-10"}}));
  const auto& response = outcome.AnswerAs<v1::AddTermsResponse>();
  EXPECT_EQ(response.left_out_size(), 2);
  EXPECT_EQ(response.district().calendar().terms_size(), 3);
}

TEST_F(Terms, ThatAreNoneAreRefused) {
  EXPECT_EQ(Refusal(Request({{"2026-08-31", "2026-08-30"}})), "TERM_REVERSED terms[0].last");
  EXPECT_EQ(Refusal(Request({{"31.8.2026", "2026-12-18"}})), "DATE_INVALID terms[0].first");
  v1::AddTermsRequest elsewhere = Request({{"2026-08-31", "2026-12-18"}});
  elsewhere.set_district("e");
  EXPECT_EQ(Refusal(elsewhere), "DISTRICT_UNKNOWN district");
}

}  // namespace
}  // namespace throughline::plans
