#include "plans/plans_service.h"

#include <grpcpp/server_builder.h>

#include <memory>

#include "plans/served_plans.h"

namespace throughline::plans {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Stub = v1::PlansService::Stub;

// The service as callers see it.
class PlansServiceTest : public ServedPlans {
 protected:
  PlansServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PlansService::NewStub(server_->InProcessChannel({}));
  }
  ~PlansServiceTest() override { server_->Shutdown(); }

  template <class Response, class Request>
  core::Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    return CallOn(*stub_, method, request);
  }
  // "REASON field" of a refused call; "" when it was not refused.
  template <class Response, class Request>
  std::string RefusedCall(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                       Response*),
                          const Request& request) {
    const auto answer = Call(method, request);
    return answer ? "" : answer.error().reason + ' ' + answer.error().field;
  }
  void Plan(const std::string& id, int year, bool published) {
    v1::SitePlan plan = WholePlan();
    plan.set_plan(id);
    plan.set_year(year);
    ASSERT_TRUE(Call(&Stub::DraftSitePlan, DraftRequest(plan)));
    if (published) {
      ASSERT_TRUE(Call(&Stub::PublishSitePlan, PublishRequest(id)));
    }
  }
  void FoundOverTheWire() {
    ASSERT_TRUE(Call(&Stub::CreateDistrict, DistrictRequest()));
    ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest()));
    ASSERT_TRUE(Call(&Stub::UpsertTeams, TeamsRequest({"t", "u"})));
  }
  static v1::GetSitePlanRequest GetRequest(const std::string& plan = "p") {
    v1::GetSitePlanRequest get;
    get.set_district("d");
    get.set_school("s");
    get.set_plan(plan);
    return get;
  }

  PlansService service_{commands_, rows_, *access_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

TEST_F(PlansServiceTest, ReadsADistrictAfterItWasCreatedAndChanged) {
  v1::GetDistrictRequest get;
  get.set_district("d");
  EXPECT_EQ(RefusedCall(&Stub::GetDistrict, get), "DISTRICT_UNKNOWN district");
  ASSERT_TRUE(Call(&Stub::CreateDistrict, DistrictRequest()));
  auto update = UpdateRequest();
  update.set_name("Lakes");
  ASSERT_TRUE(Call(&Stub::UpdateDistrict, update));
  const auto read = Call(&Stub::GetDistrict, get);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->district().name(), "Lakes");
  EXPECT_EQ(read->district().version(), 2);
}

TEST_F(PlansServiceTest, RefusalsCarryCodeReasonAndField) {
  const auto refused = Call(&Stub::UpsertSchool, SchoolRequest());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kNotFound);
  EXPECT_EQ(refused.error().reason, "DISTRICT_UNKNOWN");
  EXPECT_EQ(refused.error().field, "district");
}

TEST_F(PlansServiceTest, ADraftAloneIsThePlan) {
  FoundOverTheWire();
  Plan("p", 2024, false);
  const auto read = Call(&Stub::GetSitePlan, GetRequest());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plan().state(), v1::PLAN_STATE_DRAFT);
  EXPECT_FALSE(read->has_draft());
  EXPECT_EQ(read->draft_checks_size(), 0);
  EXPECT_EQ(read->checks_size(), 6);
  EXPECT_TRUE(read->pathway().valid());
}

TEST_F(PlansServiceTest, ADraftBesideAPlanInForceDoesNotChangeItsChecks) {
  FoundOverTheWire();
  Plan("p", 2024, true);
  v1::SitePlan next = WholePlan();
  next.clear_timeframes();
  next.mutable_practices(0)->clear_evidence_sources();
  ASSERT_TRUE(Call(&Stub::DraftSitePlan, DraftRequest(next)));
  const auto read = Call(&Stub::GetSitePlan, GetRequest());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plan().state(), v1::PLAN_STATE_PUBLISHED);
  EXPECT_EQ(read->draft().state(), v1::PLAN_STATE_DRAFT);
  EXPECT_EQ(read->checks(5).completeness(), v1::COMPLETENESS_ANSWERED);
  EXPECT_TRUE(read->pathway().valid());
  ASSERT_EQ(read->draft_checks_size(), 6) << "those of the draft stand beside them";
  EXPECT_EQ(read->draft_checks(5).completeness(), v1::COMPLETENESS_UNANSWERED);
  EXPECT_FALSE(read->draft_pathway().valid());
}

TEST_F(PlansServiceTest, NoPlanNamedIsTheLatestYears) {
  FoundOverTheWire();
  EXPECT_EQ(RefusedCall(&Stub::GetSitePlan, GetRequest("")), "PLAN_UNKNOWN plan");
  Plan("b", 2024, true);
  Plan("c", 2025, true);
  Plan("a", 2026, false);
  Plan("d", 2023, true);
  const auto read = Call(&Stub::GetSitePlan, GetRequest(""));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plan().plan(), "a");
}

TEST_F(PlansServiceTest, APlanIsClosedOverTheWire) {
  FoundOverTheWire();
  Plan("p", 2024, true);
  const auto closed = Call(&Stub::CloseSitePlan, CloseRequest());
  ASSERT_TRUE(closed);
  EXPECT_EQ(Call(&Stub::GetSitePlan, GetRequest())->plan().state(), v1::PLAN_STATE_CLOSED);
  Plan("o", 2024, false);
  EXPECT_EQ(Call(&Stub::GetSitePlan, GetRequest(""))->plan().plan(), "o") << "not the closed one";
  ASSERT_TRUE(Call(&Stub::DiscardSitePlanDraft, DiscardRequest("o")));
  EXPECT_EQ(RefusedCall(&Stub::DiscardSitePlanDraft, DiscardRequest("o")), "PLAN_UNKNOWN plan");
}

TEST_F(PlansServiceTest, EmergencyAccessIsListedTheLatestFirst) {
  FoundOverTheWire();
  ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest("r")));
  for (const char* school : {"s", "r"}) {
    v1::TakeEmergencyAccessRequest take;
    take.set_district("d");
    take.set_school(school);
    take.set_reason("A child is missing after the trip.");
    ASSERT_TRUE(Call(&Stub::TakeEmergencyAccess, take));
    fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1));
  }
  v1::ListEmergencyAccessRequest list;
  list.set_district("d");
  const auto listed = Call(&Stub::ListEmergencyAccess, list);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->access_size(), 2);
  EXPECT_EQ(listed->access(0).school(), "r");
  EXPECT_EQ(listed->access(1).school(), "s");
  list.set_district("e");
  EXPECT_EQ(RefusedCall(&Stub::ListEmergencyAccess, list), "DISTRICT_UNKNOWN district");
}

TEST_F(PlansServiceTest, APageTokenIsOneThatTheListGaveOut) {
  FoundOverTheWire();
  for (const char* id : {"r", "q"}) ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest(id)));
  v1::ListSchoolsRequest list;
  list.set_district("d");
  list.set_page_size(1);
  const std::string token = Call(&Stub::ListSchools, list)->next_page_token();
  v1::ListTeamsRequest teams;
  teams.set_district("d");
  teams.set_page_token(token);
  EXPECT_EQ(RefusedCall(&Stub::ListTeams, teams), "PAGE_TOKEN_INVALID page_token");
  std::string other = token;
  other.front() = other.front() == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string("nonsense"), std::string("d/q"), other, token + "A"}) {
    list.set_page_token(bad);
    EXPECT_EQ(RefusedCall(&Stub::ListSchools, list), "PAGE_TOKEN_INVALID page_token") << bad;
  }
  list.set_page_token(token);
  EXPECT_EQ(Call(&Stub::ListSchools, list)->schools_size(), 1);
}

TEST_F(PlansServiceTest, ADistrictThatIsNotThereHasNoEmptyLists) {
  v1::ListSchoolsRequest list;
  list.set_district("nowhere");
  EXPECT_EQ(RefusedCall(&Stub::ListSchools, list), "DISTRICT_UNKNOWN district");
  v1::ListTeamsRequest teams;
  teams.set_district("nowhere");
  EXPECT_EQ(RefusedCall(&Stub::ListTeams, teams), "DISTRICT_UNKNOWN district");
  v1::ListSitePlansRequest plans;
  plans.set_district("nowhere");
  EXPECT_EQ(RefusedCall(&Stub::ListSitePlans, plans), "DISTRICT_UNKNOWN district");
}

TEST_F(PlansServiceTest, ListsInOrderPageByPage) {
  FoundOverTheWire();
  for (const char* id : {"r", "q"}) ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest(id)));
  v1::ListSchoolsRequest list;
  list.set_district("d");
  list.set_page_size(2);
  std::vector<std::vector<std::string>> pages;
  do {
    const auto page = Call(&Stub::ListSchools, list);
    ASSERT_TRUE(page);
    std::vector<std::string>& ids = pages.emplace_back();
    for (const auto& school : page->schools()) ids.push_back(school.school());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(pages, ElementsAre(ElementsAre("q", "r"), ElementsAre("s")));
}

TEST_F(PlansServiceTest, ListsOfASchoolOrOfTheDistrict) {
  FoundOverTheWire();
  ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest("q")));
  auto elsewhere = TeamsRequest({"v"});
  elsewhere.set_school("q");
  ASSERT_TRUE(Call(&Stub::UpsertTeams, elsewhere));
  v1::ListTeamsRequest list;
  list.set_district("d");
  const auto teams = [&] {
    std::vector<std::string> ids;
    const auto answer = Call(&Stub::ListTeams, list);
    for (const auto& team : answer->teams()) ids.push_back(team.school() + ' ' + team.team());
    return ids;
  };
  EXPECT_THAT(teams(), ElementsAre("q v", "s t", "s u"));
  list.set_school("s");
  EXPECT_THAT(teams(), ElementsAre("s t", "s u"));

  Plan("p", 2024, true);
  Plan("o", 2025, false);
  v1::ListSitePlansRequest plans;
  plans.set_district("d");
  plans.set_school("s");
  const auto listed = Call(&Stub::ListSitePlans, plans);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->plans_size(), 2);
  EXPECT_EQ(listed->plans(0).state(), v1::PLAN_STATE_DRAFT);
  EXPECT_EQ(listed->plans(1).state(), v1::PLAN_STATE_PUBLISHED);
}

TEST_F(PlansServiceTest, ListsTheProgressionsOfATeam) {
  FoundOverTheWire();
  Plan("p", 2024, true);
  auto request = ProgressionRequest();
  ASSERT_TRUE(Call(&Stub::UpsertProgression, request));
  request.mutable_progression()->set_team("u");
  ASSERT_TRUE(Call(&Stub::UpsertProgression, request));
  v1::ListProgressionsRequest list;
  list.set_district("d");
  list.set_school("s");
  EXPECT_EQ(Call(&Stub::ListProgressions, list)->progressions_size(), 2);
  list.set_team("u");
  const auto listed = Call(&Stub::ListProgressions, list);
  ASSERT_EQ(listed->progressions_size(), 1);
  EXPECT_EQ(listed->progressions(0).team(), "u");
}

TEST_F(PlansServiceTest, ListsSchoolsByTheirFramingTheLeastFocusedFirst) {
  FoundOverTheWire();
  for (const char* school : {"a", "z"}) {
    ASSERT_TRUE(Call(&Stub::UpsertSchool, SchoolRequest(school)));
  }
  Plan("p", 2024, /*published=*/true);
  const auto published = Call(&Stub::GetSitePlan, GetRequest());
  EXPECT_EQ(published->framing().framing(), v1::FRAMING_FRAGMENTED);
  v1::ListFramingsRequest list;
  list.set_district("d");
  list.set_page_size(2);
  auto page = Call(&Stub::ListFramings, list);
  ASSERT_EQ(page->framings_size(), 2);
  EXPECT_EQ(page->framings(0).school(), "a");
  EXPECT_EQ(page->framings(0).moves(0).reason(), "NO_PLAN_IN_FORCE");
  EXPECT_EQ(page->framings(1).school(), "z");
  ASSERT_EQ(page->counts_size(), 2);
  EXPECT_EQ(page->counts(0).schools(), 2);
  EXPECT_EQ(page->counts(1).framing(), v1::FRAMING_FRAGMENTED);
  list.set_page_token(page->next_page_token());
  page = Call(&Stub::ListFramings, list);
  ASSERT_EQ(page->framings_size(), 1);
  EXPECT_EQ(page->framings(0).school(), "s");
  EXPECT_EQ(page->next_page_token(), "");
  list.clear_page_token();
  list.set_framing(v1::FRAMING_FOCUSED);
  EXPECT_THAT(Call(&Stub::ListFramings, list)->framings(), IsEmpty());
  list.clear_framing();
  list.set_school("s");
  page = Call(&Stub::ListFramings, list);
  ASSERT_EQ(page->framings_size(), 1);
  EXPECT_EQ(page->framings(0).school(), "s");
  ASSERT_EQ(page->counts_size(), 1) << "nothing is said of other schools";
  EXPECT_EQ(page->counts(0).schools(), 1);
}

TEST_F(PlansServiceTest, AQueryIsToldWhichIdIsWrong) {
  v1::GetDistrictRequest district;
  EXPECT_EQ(RefusedCall(&Stub::GetDistrict, district), "ID_INVALID district");
  v1::ListSchoolsRequest schools;
  schools.set_district("d/s");  // would be a prefix of other keys
  EXPECT_EQ(RefusedCall(&Stub::ListSchools, schools), "ID_INVALID district");
  v1::ListTeamsRequest teams;
  teams.set_district("d");
  teams.set_school("s/t");
  EXPECT_EQ(RefusedCall(&Stub::ListTeams, teams), "ID_INVALID school");
  v1::ListSitePlansRequest plans;
  EXPECT_EQ(RefusedCall(&Stub::ListSitePlans, plans), "ID_INVALID district");
  v1::ListProgressionsRequest progressions;
  progressions.set_district("d");
  progressions.set_team("t");
  EXPECT_EQ(RefusedCall(&Stub::ListProgressions, progressions), "ID_INVALID school")
      << "a team without its school would list the whole district";
  EXPECT_EQ(RefusedCall(&Stub::GetSitePlan, GetRequest("a b")), "ID_INVALID plan");
}

TEST_F(PlansServiceTest, APageHasBounds) {
  FoundOverTheWire();
  v1::ListTeamsRequest list;
  list.set_district("d");
  for (int size : {-1, 1001}) {
    list.set_page_size(size);
    EXPECT_FALSE(Call(&Stub::ListTeams, list)) << size;
  }
  list.set_page_size(1000);
  EXPECT_TRUE(Call(&Stub::ListTeams, list)->next_page_token().empty());
}

}  // namespace
}  // namespace throughline::plans
