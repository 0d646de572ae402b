#include "cycles/cycles_service.h"

#include "cycles/domain/school_fixture.h"
#include "cycles/service_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CyclesServiceTest : public ServiceFixture<SchoolFixture, v1::CyclesService, CyclesService> {
 protected:
  v1::Cycle ScheduleOf(const std::string& team) {
    auto scheduled =
        Call(&v1::CyclesService::Stub::ScheduleCycle, ScheduleRequest(team, "2026-08-31"));
    EXPECT_TRUE(scheduled);
    return scheduled->cycle();
  }
  // Pages of `size` cycles as "team number", page by page, until there are no more.
  std::vector<std::vector<std::string>> Pages(v1::ListCyclesRequest request, int32_t size) {
    std::vector<std::vector<std::string>> pages;
    request.set_district("d");
    request.set_page_size(size);
    do {
      auto page = Call(&v1::CyclesService::Stub::ListCycles, request);
      if (!page) return {{page.error().reason}};
      std::vector<std::string>& names = pages.emplace_back();
      for (const auto& cycle : page->cycles()) {
        names.push_back(cycle.team() + ' ' + std::to_string(cycle.number()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }
};

TEST_F(CyclesServiceTest, ReadsWhatWasScheduled) {
  const v1::Cycle cycle = ScheduleOf("t");
  auto read = Call(&v1::CyclesService::Stub::GetCycle, For<v1::GetCycleRequest>(cycle));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->cycle().SerializeAsString(), cycle.SerializeAsString());
}

TEST_F(CyclesServiceTest, GoesThroughAWholeCycle) {
  using Stub = v1::CyclesService::Stub;
  const v1::Cycle cycle = ScheduleOf("t");
  AdvanceTo("2026-08-31");
  const auto end = [&](v1::CycleState phase) {
    return Call(&Stub::EndPhase, EndRequest(cycle, phase));
  };
  EXPECT_TRUE(Call(&Stub::RecordAnalysis, AnalysisRequest(cycle)));
  EXPECT_TRUE(end(v1::CYCLE_STATE_ANALYZE));
  EXPECT_TRUE(Call(&Stub::RecordDesign, DesignRequest(cycle, 0.4)));
  EXPECT_TRUE(end(v1::CYCLE_STATE_DESIGN));
  EXPECT_TRUE(Call(&Stub::RecordLook, LookRequest(cycle, "2026-08-31")));
  EXPECT_TRUE(end(v1::CYCLE_STATE_IMPLEMENT));
  EXPECT_TRUE(Call(&Stub::RecordRefinement, RefinementRequest(cycle)));
  const auto closed = end(v1::CYCLE_STATE_REFINE);
  ASSERT_TRUE(closed);
  auto cancel = For<v1::CancelCycleRequest>(closed->next());
  cancel.set_reason("Enough.");
  const auto cancelled = Call(&Stub::CancelCycle, cancel);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->cycle().state(), v1::CYCLE_STATE_CANCELLED);
}

TEST_F(CyclesServiceTest, WhatWasDoneByMistakeIsCorrected) {
  using Stub = v1::CyclesService::Stub;
  const v1::Cycle cycle = ScheduleOf("t");
  AdvanceTo("2026-08-31");
  ASSERT_TRUE(Call(&Stub::RecordAnalysis, AnalysisRequest(cycle)));
  ASSERT_TRUE(Call(&Stub::EndPhase, EndRequest(cycle, v1::CYCLE_STATE_ANALYZE)));
  auto amend = For<v1::AmendArtefactRequest>(cycle);
  *amend.mutable_analysis() = AnalysisRequest(cycle).analysis();
  amend.mutable_analysis()->set_evidence("September exit tickets");
  const auto amended = Call(&Stub::AmendArtefact, amend);
  ASSERT_TRUE(amended);
  EXPECT_EQ(amended->cycle().amendments_size(), 1);
  auto reopen = For<v1::ReopenPhaseRequest>(cycle);
  reopen.set_phase(v1::CYCLE_STATE_ANALYZE);
  reopen.set_reason("It was ended by mistake.");
  const auto reopened = Call(&Stub::ReopenPhase, reopen);
  ASSERT_TRUE(reopened);
  EXPECT_EQ(reopened->cycle().state(), v1::CYCLE_STATE_ANALYZE);
}

TEST_F(CyclesServiceTest, WithoutALogThereIsNoHistory) {
  v1::GetHistoryRequest request;
  request.set_district("d");
  request.set_school("s");
  request.set_of(common::v1::AGGREGATE_CYCLE);
  request.set_id(ScheduleOf("t").cycle());
  EXPECT_EQ(Call(&v1::CyclesService::Stub::GetHistory, request).error().reason, "AS_OF_UNKNOWN");
  request.set_of(common::v1::AGGREGATE_SITE_PLAN);
  EXPECT_EQ(Call(&v1::CyclesService::Stub::GetHistory, request).error().reason,
            "AGGREGATE_ELSEWHERE");
}

TEST_F(CyclesServiceTest, RefusalsCarryCodeReasonAndField) {
  const v1::Cycle cycle = ScheduleOf("t");
  auto unknown = For<v1::GetCycleRequest>(cycle);
  unknown.set_cycle("x");
  auto refused = Call(&v1::CyclesService::Stub::GetCycle, unknown);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kNotFound);
  EXPECT_EQ(refused.error().reason, "CYCLE_UNKNOWN");
  EXPECT_EQ(refused.error().field, "cycle");

  AdvanceTo("2026-08-31");
  auto early = Call(&v1::CyclesService::Stub::EndPhase, EndRequest(cycle, v1::CYCLE_STATE_ANALYZE));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, core::Code::kFailedPrecondition);
  EXPECT_EQ(early.error().reason, "ARTEFACTS_MISSING");
  EXPECT_THAT(early.error().message, testing::HasSubstr("analysis.probing_questions"));
}

TEST_F(CyclesServiceTest, CyclesOfATeamStandTogetherByNumber) {
  for (const char* team : {"t", "u"}) ScheduleOf(team);
  for (const char* day : {"2026-08-31", "2026-09-23"}) {
    AdvanceTo(day);
    for (const char* team : {"t", "u"}) Bring(Current(team), v1::CYCLE_STATE_CLOSED);
  }
  Store();
  const auto all = Pages({}, 0);
  ASSERT_EQ(all.size(), 1u);
  const std::vector<std::string> t_first = {"t 1", "t 2", "t 3", "u 1", "u 2", "u 3"};
  const std::vector<std::string> u_first = {"u 1", "u 2", "u 3", "t 1", "t 2", "t 3"};
  EXPECT_THAT(all[0], testing::AnyOf(t_first, u_first));

  std::vector<std::string> joined;
  for (const auto& page : Pages({}, 2)) joined.insert(joined.end(), page.begin(), page.end());
  EXPECT_EQ(joined, all[0]) << "pages have no gap and no duplicate";

  v1::ListCyclesRequest of_team;
  of_team.set_school("s");
  of_team.set_team("u");
  EXPECT_THAT(Pages(of_team, 0), ElementsAre(ElementsAre("u 1", "u 2", "u 3")));
  of_team.set_state(v1::CYCLE_STATE_SCHEDULED);
  EXPECT_THAT(Pages(of_team, 0), ElementsAre(ElementsAre("u 3")));
  of_team.clear_state();
  of_team.set_open_only(true);
  EXPECT_THAT(Pages(of_team, 0), ElementsAre(ElementsAre("u 3"))) << "the others are closed";
  v1::ListCyclesRequest elsewhere;
  elsewhere.set_school("other");
  EXPECT_THAT(Pages(elsewhere, 0), ElementsAre(IsEmpty()));
  EXPECT_THAT(Pages({}, 1001), ElementsAre(ElementsAre("PAGE_INVALID")));
}

TEST_F(CyclesServiceTest, ReviewsAreInOrderOfTime) {
  const v1::Cycle cycle = ScheduleOf("t");
  AdvanceTo("2026-08-31");
  fixture_.Give(Moved(cycle, common::v1::TRIGGER_OFF_TRACK, true));
  AdvanceTo("2026-09-01");
  fixture_.Give(Moved(cycle, common::v1::TRIGGER_EVIDENCE_COMPLETE, true));
  AdvanceTo("2026-09-02");
  fixture_.Give(Moved(cycle, common::v1::TRIGGER_GAP_WIDENED, true, "income:low"));
  Store();
  const auto triggers = [&](v1::ListReviewsRequest request) {
    request.set_district("d");
    std::vector<common::v1::Trigger> found;
    auto page = Call(&v1::CyclesService::Stub::ListReviews, request);
    if (page) {
      for (const auto& review : page->reviews()) found.push_back(review.trigger());
    }
    return found;
  };
  EXPECT_THAT(triggers({}),
              ElementsAre(common::v1::TRIGGER_OFF_TRACK, common::v1::TRIGGER_EVIDENCE_COMPLETE,
                          common::v1::TRIGGER_GAP_WIDENED));
  v1::ListReviewsRequest by_trigger;
  by_trigger.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  EXPECT_THAT(triggers(by_trigger), ElementsAre(common::v1::TRIGGER_GAP_WIDENED));

  auto reviews = Call(&v1::CyclesService::Stub::ListReviews, [] {
    v1::ListReviewsRequest request;
    request.set_district("d");
    return request;
  }());
  v1::AnswerReviewRequest answer;
  answer.set_district("d");
  answer.set_school("s");
  answer.set_review(reviews->reviews(0).review());
  answer.set_answer(v1::REVIEW_ANSWER_KEEP_ON);
  EXPECT_TRUE(Call(&v1::CyclesService::Stub::AnswerReview, answer));
  v1::ListReviewsRequest open;
  open.set_open_only(true);
  EXPECT_EQ(triggers(open).size(), 2u);
}

TEST_F(CyclesServiceTest, QueriesShowNoSmallCell) {
  const v1::Cycle cycle = ScheduleOf("t");
  AdvanceTo("2026-08-31");
  fixture_.Give(Summarized(cycle, Numbers(9)));
  auto moved = Moved(cycle, common::v1::TRIGGER_OFF_TRACK, true);
  *moved.mutable_evidence() = Numbers(9);
  fixture_.Give(moved);
  Store();
  auto read = Call(&v1::CyclesService::Stub::GetCycle, For<v1::GetCycleRequest>(cycle));
  const std::string hidden = "absent: ABSENCE_REASON_SMALL_CELL";
  EXPECT_EQ(read->cycle().evidence(0).ShortDebugString(), hidden);
  v1::ListCyclesRequest cycles;
  cycles.set_district("d");
  EXPECT_EQ(
      Call(&v1::CyclesService::Stub::ListCycles, cycles)->cycles(0).evidence(0).ShortDebugString(),
      hidden);
  v1::ListReviewsRequest reviews;
  reviews.set_district("d");
  EXPECT_EQ(Call(&v1::CyclesService::Stub::ListReviews, reviews)
                ->reviews(0)
                .evidence()
                .ShortDebugString(),
            hidden);
}

TEST_F(CyclesServiceTest, AnUnknownDistrictShowsNothing) {
  v1::ListCyclesRequest request;
  request.set_district("x");
  auto refused = Call(&v1::CyclesService::Stub::ListCycles, request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "DISTRICT_UNKNOWN");
}

TEST_F(CyclesServiceTest, ShowsWhereAMeasureStandsByWhatIsShownOfTheCycles) {
  AdvanceTo("2026-08-31");
  plans::v1::SitePlanPublished published;
  plans::v1::SitePlan& plan = *published.mutable_plan();
  plan.set_district("d");
  plan.set_school("s");
  plan.set_plan("p");
  plan.add_indicators()->set_indicator(kIndicator);
  auto& measure = *plan.add_measures();
  measure.set_measure("m");
  measure.set_indicator(kIndicator);
  fixture_.Give(published);
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  const auto value = [&](int matched) {
    auto numbers = Numbers(matched);
    for (auto* one : {&numbers, numbers.mutable_shown()}) {
      one->set_baseline_mean(40);
      one->set_mean_change(2);
      one->set_basis(common::v1::BASIS_ABSOLUTE);
      one->set_latest_result("2026-09-10");
    }
    fixture_.Give(Summarized(cycle, numbers));
    Store();
    v1::ListMeasuresRequest list;
    list.set_district("d");
    list.set_school("s");
    return Call(&v1::CyclesService::Stub::ListMeasures, list)->measures(0);
  };
  EXPECT_FALSE(value(9).has_value()) << "of fewer students than a cell shows";
  EXPECT_DOUBLE_EQ(value(12).value(), 42);
  EXPECT_EQ(value(12).teams(), 1);
}

TEST_F(CyclesServiceTest, ShowsWhereAMeasureStandsByWhatIsReleasedOfAnAssessment) {
  AdvanceTo("2026-08-31");
  plans::v1::SitePlanPublished published;
  plans::v1::SitePlan& plan = *published.mutable_plan();
  plan.set_district("d");
  plan.set_school("s");
  plan.set_plan("p");
  plan.set_year(2026);
  auto& measure = *plan.add_measures();
  measure.set_measure("m");
  measure.set_assessment("interim");
  fixture_.Give(published);
  const auto shown = [&] {
    Store();
    v1::ListMeasuresRequest list;
    list.set_district("d");
    list.set_school("s");
    return Call(&v1::CyclesService::Stub::ListMeasures, list)->measures(0);
  };
  EXPECT_FALSE(shown().has_value());
  evidence::v1::SchoolMeanReleased released;
  released.set_district("d");
  released.set_school("s");
  released.set_assessment("interim");
  released.set_year(2026);
  released.set_students(30);
  released.set_mean(61);
  released.set_latest_result("2026-09-10");
  fixture_.Give(released);
  EXPECT_EQ(shown().value(), 61);
  EXPECT_EQ(shown().students(), 30);
  EXPECT_EQ(shown().assessment(), "interim");
}

}  // namespace
}  // namespace throughline::cycles
