// Which changes are compared with which, as scripts in time on one school.
#include "evidence/domain/basis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "evidence/domain/norms.h"
#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

using common::v1::BASIS_ABSOLUTE;
using common::v1::BASIS_RELATIVE;
using common::v1::BASIS_UNEQUATED;
using common::v1::TRIGGER_OFF_TRACK;

v1::Norm NormOf(const std::string& assessment, double mean, double sd) {
  v1::Norm norm;
  norm.set_assessment(assessment);
  norm.set_n(400);
  norm.set_mean(mean);
  norm.set_sd(sd);
  return norm;
}

v1::ScaleRow Scale(const std::string& name, double min, double max) {
  v1::ScaleRow scale;
  scale.set_scale(name);
  scale.set_min(min);
  scale.set_max(max);
  return scale;
}

TEST(Compare, OneAssessmentIsAlwaysOnOneScale) {
  EXPECT_EQ(Compare("a", "a", [](const auto&) { return Known(); }).basis, BASIS_ABSOLUTE);
}

TEST(Compare, OneScaleHasTheSameNameAndTheSameEnds) {
  const v1::ScaleRow a = Scale("lexile", 0, 100), same = a, other = Scale("points", 0, 100),
                     longer = Scale("lexile", 0, 200);
  const auto with = [&](const v1::ScaleRow* second) {
    return Compare("a", "b",
                   [&](const std::string& name) {
                     return Known{name == "a" ? &a : second, nullptr};
                   })
        .basis;
  };
  EXPECT_EQ(with(&same), BASIS_ABSOLUTE);
  EXPECT_EQ(with(&other), BASIS_UNEQUATED);
  EXPECT_EQ(with(&longer), BASIS_UNEQUATED);
  EXPECT_EQ(with(nullptr), BASIS_UNEQUATED);
}

TEST(Compare, OthersAreComparedByTheNormsOfBoth) {
  const v1::Norm a = NormOf("a", 500'000, 100'000), b = NormOf("b", 400'000, 80'000);
  const auto relative = Compare("a", "b", [&](const std::string& name) {
    return Known{nullptr, name == "a" ? &a : &b};
  });
  EXPECT_EQ(relative.basis, BASIS_RELATIVE);
  EXPECT_EQ(relative.current.zero, 400'000);
  EXPECT_EQ(relative.current.one, 80'000);
  EXPECT_EQ(Compare("a", "b",
                    [&](const std::string& name) {
                      return Known{nullptr, name == "a" ? &a : nullptr};
                    })
                .basis,
            BASIS_UNEQUATED);
}

// A school whose class is tested in fall, and again in its cycle by a test that is harder.
class TwoTests : public testing::Test {
 protected:
  void Start(const std::string& scale) {
    school_.Define("fall", scale);
    school_.Define("winter", scale);
    school_.Push(school_.SpreadOn("fall", "2024-07-20", 60));
    school_.Schedule("c1", "2024-09-09", "2024-09-27");
    school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-12T12:00:00Z"));
  }
  decider::Fixture::Outcome Winter(double around, int to = kClassSize) {
    return school_.Push(school_.SpreadOn("winter", "2024-09-10", around, 0, to));
  }
  decider::Fixture::Outcome Adopt(const std::vector<v1::Norm>& norms) {
    v1::NormsPublished published;
    published.set_district("d");
    published.mutable_norms()->Assign(norms.begin(), norms.end());
    school_.fixture.Give(published);
    return school_.fixture.AdvanceTo(school_.fixture.now() + std::chrono::seconds(1));
  }
  const common::v1::CycleEvidence& Numbers() const { return school_.Row()->last(); }

  School school_;
};

TEST_F(TwoTests, OnOneScaleTheFullChangeIsSeen) {
  Start("points");
  EXPECT_EQ(Met(Winter(45)),
            std::vector({common::v1::TRIGGER_EVIDENCE_COMPLETE, TRIGGER_OFF_TRACK}));
  EXPECT_EQ(Numbers().basis(), BASIS_ABSOLUTE);
  EXPECT_NEAR(Numbers().mean_change(), -15, 1e-9);
  ExpectFolded(school_);
}

TEST_F(TwoTests, WithoutScaleOrNormNothingIsConcluded) {
  Start("");
  EXPECT_EQ(Met(Winter(45)), std::vector{common::v1::TRIGGER_EVIDENCE_COMPLETE});
  EXPECT_EQ(Numbers().basis(), BASIS_UNEQUATED);
  EXPECT_NEAR(Numbers().mean_change(), -15, 1e-9) << "it is shown";
  EXPECT_EQ(Numbers().matched(), kClassSize);
  ExpectFolded(school_);
}

TEST_F(TwoTests, ANormMakesThemComparableWithoutAnotherResult) {
  Start("");
  Winter(45);
  const auto with_one = Adopt({NormOf("fall", 600'000, 30'000)});
  EXPECT_TRUE(with_one.All<v1::EvidenceSummarized>().empty());
  const auto with_both = Adopt({NormOf("winter", 450'000, 40'000)});
  ASSERT_NE(with_both.First<v1::EvidenceSummarized>(), nullptr);
  EXPECT_TRUE(Met(with_both).empty()) << "the class kept pace with the district";
  EXPECT_EQ(Numbers().basis(), BASIS_RELATIVE);
  EXPECT_EQ(Numbers().desired_to_date(), 0);
  EXPECT_EQ(Numbers().matched(), kClassSize);
  // Scores of i are 7i mod 11 - 5 about 60 and 45; of 24 students their mean is -1 / 24.
  double sum = 0;
  for (int i = 0; i < kClassSize; ++i) {
    const double apart = 7 * i % 11 - 5;
    sum += apart / 4 - apart / 3;
  }
  EXPECT_NEAR(Numbers().mean_change(), sum / kClassSize, 1e-9);
  EXPECT_EQ(school_.Row()->shown().numbers().basis(), BASIS_RELATIVE) << "readers see it, too";
  ExpectFolded(school_);
}

TEST_F(TwoTests, WhoFallsBehindTheDistrictIsOffTrack) {
  Start("");
  Winter(45);
  Adopt({NormOf("fall", 600'000, 30'000)});
  const auto met = Adopt({NormOf("winter", 550'000, 40'000)});
  EXPECT_EQ(Met(met), std::vector{TRIGGER_OFF_TRACK});
  EXPECT_EQ(met.First<v1::EvidenceMoved>()->test().basis(), BASIS_RELATIVE);
  const auto cleared = Adopt({NormOf("winter", 440'000, 40'000)});
  EXPECT_EQ(Met(cleared, false), std::vector{TRIGGER_OFF_TRACK}) << "by another norm it did not";
}

TEST_F(TwoTests, AScaleThatIsSaidLaterHoldsOfWhatIsThere) {
  Start("");
  Winter(45);
  school_.Define("fall", "points");
  school_.Define("winter", "points");
  const auto met = school_.fixture.AdvanceTo(school_.fixture.now() + std::chrono::seconds(1));
  EXPECT_EQ(Met(met), std::vector{TRIGGER_OFF_TRACK});
  EXPECT_EQ(Numbers().basis(), BASIS_ABSOLUTE);
  v1::RemoveAssessmentsRequest remove;
  remove.set_district("d");
  remove.add_assessments("winter");
  school_.fixture.Give(remove);
  school_.Push(school_.SpreadOn("fall", "2024-07-21", 61, 0, 3));
  EXPECT_EQ(Numbers().basis(), BASIS_ABSOLUTE) << "what was recorded under it stays and counts";
}

TEST_F(TwoTests, GrowthIsOfTheBasisOfMost) {
  Start("");
  school_.Push(school_.SpreadOn("fall", "2024-09-10", 60, 0, 10));
  school_.Push(school_.SpreadOn("winter", "2024-09-10", 20, 10, 24));
  EXPECT_EQ(Numbers().basis(), BASIS_UNEQUATED);
  EXPECT_EQ(Numbers().matched(), 14);
  EXPECT_EQ(Numbers().matched_otherwise(), 10);
  EXPECT_EQ(Numbers().covered(), 24) << "all count for coverage";
  school_.Push(school_.SpreadOn("fall", "2024-09-11", 60, 10, 12));
  EXPECT_EQ(Numbers().basis(), BASIS_ABSOLUTE) << "of equals the surest";
  EXPECT_EQ(Numbers().matched(), 12);
  EXPECT_NEAR(Numbers().mean_change(), 0, 1e-9);
}

TEST_F(TwoTests, FewOnAnotherBasisAreNotToldApart) {
  Start("");
  std::vector<v1::Result> results = school_.SpreadOn("fall", "2024-09-10", 60, 0, 20);
  for (const v1::Result& one : school_.SpreadOn("winter", "2024-09-10", 45, 20, 24)) {
    results.push_back(one);
  }
  school_.Push(results);
  EXPECT_EQ(Numbers().matched_otherwise(), 4);
  const auto& shown = school_.Row()->shown();
  EXPECT_EQ(shown.numbers().matched(), 20);
  EXPECT_EQ(shown.numbers().covered(), 20) << "the four wait for others";
  EXPECT_EQ(shown.numbers().matched_otherwise(), 0);
}

// Any order, repetition, and corrections that are corrected back, come to the same rows.
TEST_F(TwoTests, SumsByPairDoNotDependOnHowResultsCame) {
  std::vector<v1::Result> all;
  School straight, shuffled;
  for (School* school : {&straight, &shuffled}) {
    for (const char* name : {"fall", "winter", "spring"}) school->Define(name);
    school->Schedule("c1", "2024-09-09", "2024-09-27");
    school->fixture.AdvanceTo(*core::ParseInstant("2024-09-25T12:00:00Z"));
  }
  for (const auto& [name, date] : {std::pair{"fall", "2024-07-20"},
                                   {"winter", "2024-07-22"},
                                   {"winter", "2024-09-10"},
                                   {"spring", "2024-09-20"}}) {
    const int to = std::string(name) == "winter" ? 15 : kClassSize;
    for (const v1::Result& one : straight.SpreadOn(name, date, 50, 0, to)) all.push_back(one);
  }
  straight.Push(all);
  std::vector<v1::Result> others = all;
  for (v1::Result& one : others) one.set_score(one.score() > 50 ? 3 : 97);
  std::mt19937 random(7);
  std::shuffle(others.begin(), others.end(), random);
  shuffled.Push(others);
  std::shuffle(all.begin(), all.end(), random);
  for (v1::Result& one : all) one.set_modified_at_ms(2);
  for (size_t i = 0; i < all.size(); i += 7) {
    shuffled.Push({all.begin() + static_cast<int64_t>(i),
                   all.begin() + static_cast<int64_t>(std::min(i + 7, all.size()))});
  }
  shuffled.Push(all);
  const auto pairs = [](const School& school) {
    v1::EvidenceRow row = *school.Row();
    row.clear_shown();
    row.clear_last();
    return row.SerializeAsString();
  };
  EXPECT_EQ(straight.Row()->pairs_size(), 2);
  EXPECT_EQ(pairs(straight), pairs(shuffled));
  ExpectFolded(shuffled);
}

}  // namespace
}  // namespace throughline::evidence
