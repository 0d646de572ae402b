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

// Rubric `drivers` has the twelve factors, `talk` one criterion with three levels.
class TemplateRubricTest : public TemplateTest {
 protected:
  TemplateRubricTest() {
    Publish(ShippedSurvey(), "drivers");
    v1::Rubric talk;
    talk.set_name("Talk");
    talk.set_levels(3);
    v1::Criterion& reasons = *talk.add_criteria();
    reasons.set_criterion("reasons");
    reasons.set_name("Reasons");
    for (const char* what : {"None.", "One.", "One that others weigh."}) {
      reasons.add_descriptors(what);
    }
    Publish(talk, "talk");
  }
  void Publish(const v1::Rubric& rubric, const std::string& id) {
    v1::UpsertRubricRequest upsert;
    *upsert.mutable_rubric() = rubric;
    upsert.mutable_rubric()->set_district("d");
    upsert.mutable_rubric()->set_rubric(id);
    upsert.mutable_rubric()->clear_version();
    Done(upsert);
    v1::PublishRubricRequest publish;
    publish.set_district("d");
    publish.set_rubric(id);
    Done(publish);
  }
  static v1::UpsertTemplateRequest VisitRequest() {
    auto upsert = UpsertRequest();
    auto& visit = *upsert.mutable_template_()->mutable_visit();
    visit.set_problem_of_practice("[What the host works on]");
    v1::RatedLookFor& talk = *visit.add_rated_look_fors();
    talk.set_statement("Students give reasons.");
    talk.mutable_rubric()->set_rubric("talk");
    talk.set_criterion("reasons");
    talk.set_seen_from(2);
    return upsert;
  }
  static v1::UpsertTemplateRequest SurveyRequest(const std::string& rubric) {
    auto upsert = UpsertRequest();
    upsert.mutable_template_()->mutable_survey_rubric()->set_rubric(rubric);
    return upsert;
  }
};

TEST_F(TemplateRubricTest, OfAVisitNamesTheRevisionByWhichALookForIsRated) {
  const auto written = Done(VisitRequest());
  const auto& rubric = written.AnswerAs<v1::UpsertTemplateResponse>()
                           .template_()
                           .visit()
                           .rated_look_fors(0)
                           .rubric();
  EXPECT_EQ(rubric.rubric(), "talk");
  EXPECT_EQ(rubric.revision(), 1) << "the one that was published last";
  ExpectNothingToDecide(VisitRequest(), written);
}

TEST_F(TemplateRubricTest, OfAVisitIsRefusedForARubricThatDoesNotFit) {
  const auto refusal = [this](auto change) {
    return RefusalOf(VisitRequest(), [&](auto& upsert) {
      change(*upsert.mutable_template_()->mutable_visit()->mutable_rated_look_fors(0));
    });
  };
  const std::string field = "template.visit.rated_look_fors[0]";
  EXPECT_EQ(refusal([](auto& one) { one.mutable_rubric()->set_rubric("writing"); }),
            "RUBRIC_UNKNOWN " + field + ".rubric.rubric");
  EXPECT_EQ(refusal([](auto& one) { one.mutable_rubric()->set_revision(2); }),
            "RUBRIC_UNKNOWN " + field + ".rubric.rubric");
  EXPECT_EQ(refusal([](auto& one) { one.set_criterion("wit"); }),
            "CRITERION_UNKNOWN " + field + ".criterion");
  EXPECT_EQ(refusal([](auto& one) { one.set_seen_from(4); }),
            "OUT_OF_RANGE " + field + ".seen_from");
  EXPECT_EQ(refusal([](auto& one) { one.clear_statement(); }), "MISSING " + field + ".statement");
}

TEST_F(TemplateRubricTest, OfASurveyNamesARubricThatHasTheTwelveFactors) {
  const auto written = Done(SurveyRequest("drivers"));
  EXPECT_EQ(written.AnswerAs<v1::UpsertTemplateResponse>().template_().survey_rubric().revision(),
            1);
  EXPECT_EQ(Refusal(SurveyRequest("talk")), "RUBRIC_NOT_FOR_SURVEYS rubric");
  EXPECT_EQ(Refusal(SurveyRequest("writing")), "RUBRIC_UNKNOWN template.survey_rubric.rubric");
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
