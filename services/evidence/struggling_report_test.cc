#include "evidence/struggling_report.h"

#include <gmock/gmock.h>

#include "evidence/domain/school_fixture.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::evidence {
namespace {

using testing::IsEmpty;

constexpr int kStudents = 60;

// A school of 60 students, in which those of income:low are under the cut in two windows.
class StrugglingReport : public testing::Test {
 protected:
  StrugglingReport() {
    plans::v1::SchoolChanged changed;
    changed.mutable_school()->set_district("d");
    changed.mutable_school()->set_school("s");
    changed.mutable_school()->set_version(1);
    school_.fixture.Give(changed);
    school_.Enroll(kStudents);
    school_.Schedule("c1", "2024-09-02", "2024-09-20");
    school_.Schedule("c2", "2024-09-23", "2024-10-11");
    for (const char* day : {"2024-09-09", "2024-09-30"}) {
      school_.fixture.AdvanceTo(*core::ParseInstant(std::string(day) + "T15:00:00Z"));
      v1::CutsPublished cuts;
      cuts.set_district("d");
      cuts.add_cuts()->set_indicator("reading");
      cuts.mutable_cuts(0)->set_bin(400);
      cuts.mutable_cuts(0)->set_count(100);
      school_.fixture.Give(cuts);
      school_.PushAll(kStudents, day, 20, 60);
    }
  }

  core::Result<common::v1::StrugglingReport> Ask(const std::string& school) {
    runtime::SimulatedStore store;
    runtime::Commit commit;
    commit.token = "1";
    commit.rows = school_.fixture.Rows();
    EXPECT_TRUE(store.Apply({"evidence", 0}, commit));
    v1::GetStrugglingReportRequest request;
    request.set_district("d");
    request.set_school(school);
    v1::GetStrugglingReportResponse response;
    auto answered = Query(runtime::Rows(store, "evidence", 1), request, response);
    if (!answered) return core::Refuse(answered.error());
    return response.report();
  }

  School school_;
};

TEST_F(StrugglingReport, SaysWhoStrugglesByIndicatorSchoolClassAndGroup) {
  const auto report = Ask("");
  ASSERT_TRUE(report);
  const common::v1::WhoStruggles& who = report->who_struggles();
  ASSERT_EQ(who.by_indicator_size(), 1);
  EXPECT_EQ(who.by_indicator(0).indicator(), "reading");
  EXPECT_EQ(who.by_indicator(0).counts().students_at_least(), 60);
  EXPECT_EQ(who.by_indicator(0).counts().struggling_at_least(), 30);
  EXPECT_EQ(who.by_indicator(0).counts().new_at_least(), 30);
  ASSERT_EQ(who.by_school_size(), 1);
  EXPECT_EQ(who.by_school(0).students_link(), "/v1/schools/s/students:list");
  ASSERT_EQ(who.by_class_size(), 1);
  EXPECT_EQ(who.by_class(0).class_id(), "c");
  ASSERT_EQ(who.by_group_size(), 2);
  EXPECT_EQ(who.by_group(0).group(), "income:low") << "of whom most struggle";
  EXPECT_EQ(who.by_group(0).counts().struggling_at_least(), 30);
  EXPECT_EQ(who.by_group(1).counts().struggling_at_least(), 0);
  EXPECT_GT(who.as_of_ms(), 0);
  EXPECT_EQ(report->smallest_cell(), 10);
}

TEST_F(StrugglingReport, OfASchoolHasNoOtherSchools) {
  const auto report = Ask("s");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->who_struggles().by_indicator(0).school(), "s");
  EXPECT_THAT(report->who_struggles().by_school(), IsEmpty());
  EXPECT_EQ(report->who_struggles().by_group_size(), 2);
  EXPECT_THAT(report->where_scores_differ().variances(), IsEmpty());
  EXPECT_EQ(Ask("nowhere").error().reason, "SCHOOL_UNKNOWN");
}

TEST_F(StrugglingReport, NothingIsShownThatIsTooSmallByTheDistrictsPolicy) {
  plans::v1::DistrictAdopted stricter = AdoptedDistrict();
  stricter.mutable_district()->set_version(2);
  stricter.mutable_district()->mutable_policy()->set_smallest_cell(40);
  school_.fixture.Give(stricter);
  const auto report = Ask("");
  ASSERT_TRUE(report);
  const common::v1::WhoStruggles& who = report->who_struggles();
  ASSERT_EQ(who.by_indicator_size(), 1);
  EXPECT_EQ(who.by_indicator(0).counts().students_at_least(), 40);
  EXPECT_TRUE(who.by_indicator(0).counts().suppressed());
  EXPECT_FALSE(who.by_indicator(0).counts().has_struggling_at_least());
  EXPECT_THAT(who.by_group(), IsEmpty());
}

}  // namespace
}  // namespace throughline::evidence
