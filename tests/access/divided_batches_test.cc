// One request id, used for several batches of results that go to several schools: one of them is
// taken in, and what is refused is refused whole, whether they come in turn or at once.
#include <gtest/gtest.h>

#include <set>

#include "guarded_services.h"

namespace throughline {
namespace {

using Answer = GuardedServices::Answer;

constexpr char kService[] = "/throughline.evidence.v1.EvidenceService/";
constexpr char kTest[] = "map";

class DividedBatches : public testing::Test {
 protected:
  DividedBatches() {
    plans::v1::CreateDistrictRequest create;
    auto& district = *create.mutable_district();
    district.set_district("d");
    district.set_name("D");
    district.set_time_zone("UTC");
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-01");
    term.set_last("2027-06-01");
    term.set_name("Year");
    Must("/throughline.plans.v1.PlansService/CreateDistrict", create);
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment(kTest);
    assessment.set_kind(evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING);
    assessment.set_scale_max(300);
    // Until the service has heard of the district.
    bool defined = false;
    for (int i = 0; i < 10'000 && !defined; ++i) {
      defined = services_
                    .Call(std::string(kService) + "DefineAssessments", administrator_,
                          define.SerializeAsString())
                    .ok();
    }
    EXPECT_TRUE(defined);
  }
  void Must(const std::string& method, const google::protobuf::Message& request) {
    const auto status = services_.Call(method, administrator_, request.SerializeAsString());
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  // One result of each of the schools, named by the batch.
  static std::string Batch(const std::string& id, const std::string& name,
                           const std::vector<std::string>& schools) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_request_id(id);
    batch.set_district("d");
    batch.set_source("sis");
    for (const std::string& school : schools) {
      auto& result = *batch.add_results();
      result.set_school(school);
      result.set_source_id(name);
      result.set_student("somebody");
      result.set_assessment(kTest);
      result.set_date("2026-09-01");
      result.set_score_text("200");
    }
    return batch.SerializeAsString();
  }
  std::function<Answer()> Begin(const std::string& batch) {
    return services_.Begin(std::string(kService) + "IngestResults", integration_, batch);
  }
  Answer Send(const std::string& batch) { return Begin(batch)(); }
  static bool IsReused(const Answer& answer) {
    return answer.status.error_details().find("REQUEST_ID_REUSED") != std::string::npos;
  }
  // How many results, recorded or set aside, the evidence service has of a batch.
  int Known(const std::string& name) { return ListedOf().count(name); }
  std::multiset<std::string> ListedOf() {
    std::multiset<std::string> names;
    std::string page;
    do {
      evidence::v1::ListQuarantineRequest list;
      list.set_district("d");
      list.set_page_token(page);
      const auto answer = services_.Begin(std::string(kService) + "ListQuarantine", integration_,
                                          list.SerializeAsString())();
      EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
      evidence::v1::ListQuarantineResponse response;
      response.ParseFromString(answer.response);
      for (const auto& entry : response.results()) names.insert(entry.result().source_id());
      page = response.next_page_token();
    } while (!page.empty());
    return names;
  }

  GuardedServices services_;
  const std::string administrator_ = services_.Token("district_administrator", "d");
  const std::string integration_ = services_.Token("integration", "d");
};

TEST_F(DividedBatches, InTurnTheSecondIsRefusedWhole) {
  const std::vector<std::vector<std::string>> first = {{"a", "b"}, {"a"}, {"b"}};
  const std::vector<std::vector<std::string>> second = {{"a", "b"}, {"b", "a", "c"}};
  int id = 0;
  for (const auto& one : first) {
    for (const auto& other : second) {
      const std::string number = std::to_string(++id);
      const Answer taken = Send(Batch(number, "first-" + number, one));
      ASSERT_TRUE(taken.status.ok()) << taken.status.error_message();
      EXPECT_TRUE(IsReused(Send(Batch(number, "second-" + number, other))));
      EXPECT_EQ(Known("second-" + number), 0);
      EXPECT_EQ(Known("first-" + number), int(one.size()));
      EXPECT_EQ(Send(Batch(number, "first-" + number, one)).response, taken.response);
    }
  }
}

TEST_F(DividedBatches, OneThatMeetsTheFirstNowhereIsRefused) {
  ASSERT_TRUE(Send(Batch("1", "first", {"a", "b"})).status.ok());
  EXPECT_TRUE(IsReused(Send(Batch("1", "second", {"c", "e"}))));
  EXPECT_TRUE(IsReused(Send(Batch("1", "third", {"a"}))));
  EXPECT_EQ(Known("second") + Known("third"), 0);
}

TEST_F(DividedBatches, ARefusedOneLeavesTheFirstItsId) {
  const std::string first = Batch("1", "first", {"a", "b"});
  const Answer taken = Send(first);
  Send(Batch("1", "second", {"b", "c"}));
  EXPECT_EQ(Send(first).response, taken.response);
}

TEST_F(DividedBatches, AtOnceOneIsTakenInAndTheOtherRefusedWhole) {
  const std::vector<std::string> schools[][2] = {
      {{"a", "b"}, {"a", "b"}}, {{"a", "b"}, {"b", "c"}}, {{"a", "b"}, {"c", "e"}}};
  for (int race = 0; race < 60; ++race) {
    const auto& [one, other] = schools[race % 3];
    const std::string number = std::to_string(race);
    const auto first = Begin(Batch(number, "one-" + number, one));
    const auto second = Begin(Batch(number, "other-" + number, other));
    const bool reused[] = {IsReused(first()), IsReused(second())};
    ASSERT_NE(reused[0], reused[1]) << "race " << race;
    EXPECT_EQ(Known("one-" + number), reused[0] ? 0 : 2);
    EXPECT_EQ(Known("other-" + number), reused[1] ? 0 : 2);
  }
}

// Here both may be refused: nobody is taken in in part all the same.
TEST_F(DividedBatches, AtOnceWithABatchOfOneSchoolNoneIsHalfTakenIn) {
  for (int race = 0; race < 60; ++race) {
    const std::string number = std::to_string(race);
    const auto several = Begin(Batch(number, "several-" + number, {"a", "b"}));
    const auto single = Begin(Batch(number, "single-" + number, {race % 2 == 0 ? "a" : "b"}));
    const bool reused[] = {IsReused(several()), IsReused(single())};
    EXPECT_TRUE(reused[0] || reused[1]) << "race " << race;
    EXPECT_EQ(Known("several-" + number), reused[0] ? 0 : 2) << "race " << race;
    EXPECT_EQ(Known("single-" + number), reused[1] ? 0 : 1);
  }
}

}  // namespace
}  // namespace throughline
