#include "oneroster/assessment_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::oneroster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Catalogue : public ::testing::Test {
 protected:
  Catalogue() {
    Category category;
    category.sourced_id = "k1";
    category.title = "Benchmarks";
    catalogue_.AddCategory(category);
    first_.line = 2;
    first_.title = "Winter";
    first_.category = "k1";
    first_.value_max = 40;
    first_.metadata = {
        {"assessment", "winter"}, {"cut", "25"}, {"indicator", "reading"}, {"scale", "map-rit"}};
  }

  // The id, or "line:column reason" of the problem.
  std::string Add(const LineItem& item) {
    std::string problem = "nothing";
    auto id = catalogue_.AddLineItem(item, [&](const BundleProblem& one) {
      EXPECT_EQ(one.file, "lineItems.csv");
      problem = std::to_string(one.line) + ":" + one.column + " " + one.reason;
    });
    return id.value_or(problem);
  }

  AssessmentCatalogue catalogue_;
  LineItem first_;
};

TEST_F(Catalogue, DefinesAnAssessmentByItsFirstLineItem) {
  EXPECT_EQ(Add(first_), "winter");
  const AssessmentDefinition& winter = catalogue_.assessments().at("winter");
  EXPECT_EQ(winter.title, "Winter");
  EXPECT_EQ(winter.kind, AssessmentKind::kTrimesterScreening);
  EXPECT_EQ(winter.scale_min, 0);
  EXPECT_EQ(winter.scale_max, 40);
  EXPECT_EQ(winter.proficiency_cut, 25);
  EXPECT_EQ(winter.scale, "map-rit");
}

TEST_F(Catalogue, AddsTheIndicatorsOfLaterOnes) {
  Add(first_);
  LineItem later = first_;
  later.metadata = {{"assessment", "winter"}, {"indicator", "writing;reading"}};
  EXPECT_EQ(Add(later), "winter");
  EXPECT_THAT(catalogue_.assessments().at("winter").indicators, ElementsAre("reading", "writing"));
}

TEST_F(Catalogue, SetsAsideALineItemThatContradictsTheFirst) {
  Add(first_);
  LineItem later = first_;
  later.line = 3;
  later.value_max = 50;
  EXPECT_EQ(Add(later), "3:resultValueMax SCALE_DIFFERS");
  later = first_;
  later.metadata["kind"] = "daily_check";
  EXPECT_EQ(Add(later), "2:metadata.kind KIND_DIFFERS");
  later = first_;
  later.metadata["cut"] = "26";
  EXPECT_EQ(Add(later), "2:metadata.cut SCALE_DIFFERS");
  later = first_;
  later.metadata["scale"] = "points";
  EXPECT_EQ(Add(later), "2:metadata.scale SCALE_DIFFERS");
  later.metadata.erase("scale");
  EXPECT_EQ(Add(later), "winter") << "it need not be said again";
  EXPECT_EQ(catalogue_.assessments().at("winter").scale_max, 40);
}

TEST_F(Catalogue, SetsAsideALineItemThatCannotBeAnAssessment) {
  LineItem item = first_;
  item.metadata["kind"] = "weekly";
  EXPECT_EQ(Add(item), "2:metadata.kind UNKNOWN_KIND");
  item = first_;
  item.value_max = 0;
  EXPECT_EQ(Add(item), "2:resultValueMax SCALE_INVALID");
  item = first_;
  item.metadata["cut"] = "half";
  EXPECT_EQ(Add(item), "2:metadata.cut NOT_A_NUMBER");
  item.metadata["cut"] = "41";
  EXPECT_EQ(Add(item), "2:metadata.cut CUT_OFF_SCALE");
  item.metadata["cut"] = "nan";
  EXPECT_EQ(Add(item), "2:metadata.cut NOT_A_NUMBER");
  item = first_;
  item.metadata["scale"] = "map\u202erit";
  EXPECT_EQ(Add(item), "2:metadata.scale SCALE_UNREADABLE");
  item.metadata["scale"] = std::string(257, 'x');
  EXPECT_EQ(Add(item), "2:metadata.scale SCALE_UNREADABLE");
  EXPECT_THAT(catalogue_.assessments(), IsEmpty());
}

TEST_F(Catalogue, PassesOverALineItemThatIsToBeDeleted) {
  LineItem item;
  item.status = RowStatus::kToBeDeleted;
  EXPECT_EQ(Add(item), "nothing");
  EXPECT_THAT(catalogue_.assessments(), IsEmpty());
}

}  // namespace
}  // namespace throughline::oneroster
