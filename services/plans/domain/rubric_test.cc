#include "plans/domain/rubric.h"

#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

class RubricTest : public PlansFixture {
 protected:
  RubricTest() { FoundSchool(); }

  static v1::UpsertRubricRequest UpsertRequest() {
    v1::UpsertRubricRequest upsert;
    v1::Rubric& rubric = *upsert.mutable_rubric();
    rubric.set_district("d");
    rubric.set_rubric("argument");
    rubric.set_name("Argument");
    rubric.set_levels(3);
    v1::Criterion& criterion = *rubric.add_criteria();
    criterion.set_criterion("evidence");
    criterion.set_name("Evidence");
    for (const char* what : {"Cites nothing.", "Cites a text.", "Cites what supports the claim."}) {
      criterion.add_descriptors(what);
    }
    return upsert;
  }
  static v1::PublishRubricRequest PublishRequest() {
    v1::PublishRubricRequest publish;
    publish.set_district("d");
    publish.set_rubric("argument");
    return publish;
  }
  template <class Change>
  std::string RefusalWith(Change change) {
    return RefusalOf(UpsertRequest(), [&](auto& upsert) { change(*upsert.mutable_rubric()); });
  }
};

TEST_F(RubricTest, HasADescriptorOfEveryCriterionForEveryLevel) {
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.set_levels(4); }),
            "DESCRIPTORS_INCOMPLETE rubric.criteria[0].descriptors");
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.mutable_criteria(0)->set_descriptors(1, ""); }),
            "MISSING rubric.criteria[0].descriptors[1]");
}

TEST_F(RubricTest, HasTwoToTenLevels) {
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.set_levels(1); }), "OUT_OF_RANGE rubric.levels");
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.set_levels(11); }), "OUT_OF_RANGE rubric.levels");
}

TEST_F(RubricTest, IsRefusedByTheFieldThatMakesNoSense) {
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.set_rubric("a b"); }),
            "ID_INVALID rubric.rubric");
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.clear_name(); }), "MISSING rubric.name");
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.clear_criteria(); }), "MISSING rubric.criteria");
  EXPECT_EQ(RefusalWith([](auto& rubric) { *rubric.add_criteria() = rubric.criteria(0); }),
            "DOUBLE_ID rubric.criteria[1].criterion");
  EXPECT_EQ(RefusalWith([](auto& rubric) { rubric.set_district("e"); }),
            "DISTRICT_UNKNOWN district");
}

TEST_F(RubricTest, LooksAtAFactorThroughALens) {
  EXPECT_EQ(RefusalWith([](auto& rubric) {
              rubric.mutable_criteria(0)->set_factor(v1::DRIVER_FACTOR_STRATEGIC_FOCUS);
            }),
            "MISSING rubric.criteria[0].lens");
  EXPECT_EQ(
      RefusalWith([](auto& rubric) { rubric.mutable_criteria(0)->set_lens(v1::LENS_CLIMATE); }),
      "MISSING rubric.criteria[0].factor");
}

TEST_F(RubricTest, IsADraftUntilItIsPublished) {
  const auto drafted = Done(UpsertRequest());
  const auto& draft = drafted.AnswerAs<v1::UpsertRubricResponse>().rubric();
  EXPECT_EQ(draft.state(), v1::RUBRIC_STATE_DRAFT);
  EXPECT_EQ(draft.revision(), 1);
  EXPECT_EQ(draft.version(), 1);
  EXPECT_EQ(fixture_.state().Find(kAdoptedRubrics, "d/argument"), nullptr);
  ExpectNothingToDecide(UpsertRequest(), drafted);
  auto changed = UpsertRequest();
  changed.mutable_rubric()->set_purpose("For essays.");
  EXPECT_EQ(Done(changed).AnswerAs<v1::UpsertRubricResponse>().rubric().revision(), 1);
}

TEST_F(RubricTest, OnceItIsPublishedARevisionNeverChanges) {
  Done(UpsertRequest());
  const auto published = Done(PublishRequest());
  ASSERT_NE(published.First<v1::RubricAdopted>(), nullptr) << "every partition takes it over";
  const auto first = published.AnswerAs<v1::PublishRubricResponse>().rubric();
  EXPECT_EQ(first.state(), v1::RUBRIC_STATE_PUBLISHED);
  auto next = UpsertRequest();
  EXPECT_TRUE(Done(next).events.empty()) << "it says what is published";
  next.mutable_rubric()->set_purpose("For essays.");
  EXPECT_EQ(Done(next).AnswerAs<v1::UpsertRubricResponse>().rubric().revision(), 2);
  EXPECT_EQ(Done(PublishRequest()).AnswerAs<v1::PublishRubricResponse>().rubric().revision(), 2);
  const auto* old = fixture_.state().Find(kRubricRevisions, RevisionKey("d", "argument", 1));
  ASSERT_NE(old, nullptr);
  EXPECT_EQ(old->SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(fixture_.state().Find(kAdoptedRubrics, "d/argument")->revision(), 2);
}

TEST_F(RubricTest, IsPublishedWhenThereIsADraft) {
  EXPECT_EQ(Refusal(PublishRequest()), "RUBRIC_UNKNOWN rubric");
  Done(UpsertRequest());
  Done(PublishRequest());
  EXPECT_EQ(Refusal(PublishRequest()), "NO_DRAFT rubric");
}

TEST_F(RubricTest, RefusesAnExpectedVersionThatIsNotTheCurrent) {
  Done(UpsertRequest());
  auto upsert = UpsertRequest();
  upsert.mutable_rubric()->set_version(7);
  EXPECT_EQ(Refusal(upsert), "VERSION_STALE rubric.version");
  auto publish = PublishRequest();
  publish.set_expected_version(7);
  EXPECT_EQ(Refusal(publish), "VERSION_STALE expected_version");
}

}  // namespace
}  // namespace throughline::plans
