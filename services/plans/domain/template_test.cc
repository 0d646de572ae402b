#include "plans/domain/template.h"

#include "plans/domain/completeness.h"
#include "plans/domain/pathway.h"
#include "plans/domain/plans_fixture.h"
#include "plans/domain/rubric.h"
#include "plans/domain/shipped_templates.h"
#include "plans/domain/survey_items.h"

namespace throughline::plans {
namespace {

class TemplateTest : public PlansFixture {
 protected:
  TemplateTest() { FoundSchool(); }

  static v1::UpsertTemplateRequest UpsertRequest() {
    v1::UpsertTemplateRequest upsert;
    v1::Template& one = *upsert.mutable_template_();
    one.set_district("d");
    one.set_template_("ours");
    one.set_name("Our plan");
    *one.mutable_site_plan() = WholePlan();
    return upsert;
  }
  static v1::RemoveTemplateRequest RemoveRequest(const std::string& id = "ours") {
    v1::RemoveTemplateRequest remove;
    remove.set_district("d");
    remove.set_template_(id);
    return remove;
  }
};

TEST_F(TemplateTest, IsCopiedWithoutItsPlace) {
  const auto written = Done(UpsertRequest());
  const auto& one = written.AnswerAs<v1::UpsertTemplateResponse>().template_();
  EXPECT_EQ(one.site_plan().school(), "");
  EXPECT_EQ(one.site_plan().plan(), "");
  EXPECT_EQ(one.site_plan().priorities_size(), 1);
  EXPECT_EQ(one.version(), 1);
  ExpectNothingToDecide(UpsertRequest(), written);
}

TEST_F(TemplateTest, IsRefusedByTheFieldThatMakesNoSense) {
  const auto refusal = [this](auto change) {
    return RefusalOf(UpsertRequest(), [&](auto& upsert) { change(*upsert.mutable_template_()); });
  };
  EXPECT_EQ(refusal([](auto& one) { one.set_template_("twelve-factors"); }),
            "TEMPLATE_SHIPPED template");
  EXPECT_EQ(refusal([](auto& one) { one.clear_name(); }), "MISSING template.name");
  EXPECT_EQ(refusal([](auto& one) { one.clear_site_plan(); }), "MISSING template");
  EXPECT_EQ(refusal([](auto& one) { one.set_district("e"); }), "DISTRICT_UNKNOWN district");
  EXPECT_EQ(refusal([](auto& one) { one.mutable_survey()->set_name("Survey"); }),
            "OUT_OF_RANGE template.survey.levels");
  EXPECT_EQ(refusal([](auto& one) { one.set_version(3); }), "VERSION_STALE template.version");
}

TEST_F(TemplateTest, IsRemovedOnce) {
  Done(UpsertRequest());
  EXPECT_EQ(Refusal(RemoveRequest("six-questions")), "TEMPLATE_SHIPPED template");
  Done(RemoveRequest());
  EXPECT_EQ(Refusal(RemoveRequest()), "TEMPLATE_UNKNOWN template");
}

TEST(ShippedTemplatesTest, AreThoseOfTheFramework) {
  std::vector<std::string> ids;
  for (const v1::Template& one : ShippedTemplates()) {
    ids.push_back(one.template_());
    EXPECT_TRUE(one.shipped());
    EXPECT_NE(one.name(), "");
    EXPECT_NE(one.purpose(), "");
  }
  EXPECT_THAT(ids, testing::ElementsAre("inquiry-cycle", "school-visit", "six-questions",
                                        "twelve-factors"));
}

TEST(ShippedTemplatesTest, TheSurveyHasADescriptorForEachLevelOfEachFactor) {
  const auto error = CheckContent(ShippedSurvey(), "survey");
  EXPECT_FALSE(error) << error->message;
  const auto items = ItemsOf(ShippedSurvey());
  ASSERT_TRUE(items);
  EXPECT_EQ(items->size(), 12);
  std::set<std::string> said;
  std::set<v1::Lens> lenses;
  for (const v1::SurveyItem& item : *items) {
    EXPECT_EQ(item.descriptors_size(), 4);
    said.insert(item.descriptors().begin(), item.descriptors().end());
    lenses.insert(item.lens());
  }
  EXPECT_EQ(said.size(), 48) << "no two say the same";
  EXPECT_EQ(lenses.size(), 4);
}

TEST(ShippedTemplatesTest, ThePlanLeavesNoQuestionUnanswered) {
  for (const auto& check : CheckQuestions(FindShipped("six-questions")->site_plan())) {
    EXPECT_NE(check.completeness(), v1::COMPLETENESS_UNANSWERED) << check.ShortDebugString();
  }
}

}  // namespace
}  // namespace throughline::plans
