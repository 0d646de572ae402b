#include "core/statistics/variance_components.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

namespace throughline::core {
namespace {

std::map<std::string, std::vector<ClassOfSchool>> StarClasses() {
  std::ifstream file("services/core/statistics/testdata/star_classes.csv");
  std::map<std::string, std::vector<ClassOfSchool>> assessments;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#' || line.starts_with("assessment")) continue;
    std::istringstream fields(line);
    std::string assessment, school, class_id, n, sum, squares;
    for (std::string* field : {&assessment, &school, &class_id, &n, &sum, &squares}) {
      std::getline(fields, *field, ',');
    }
    assessments[assessment].push_back(
        {school, Moments(std::stoll(n), std::stoll(sum), {0, std::stoull(squares)})});
  }
  return assessments;
}

struct Reference {
  const char* assessment;
  int64_t n;
  double mean, class_variance, school_variance, student_variance;
};

// Project STAR; R's lme4 1.1-31, lmer(score ~ 1 + (1|sch) + (1|tch)), REML, complete rows.
TEST(VarianceComponents, EqualLme4OnProjectStar) {
  auto star = StarClasses();
  for (const Reference& r :
       {Reference{"K-read", 5789, 437.0686, 113.44386, 170.10214, 729.11374},
        Reference{"K-math", 5871, 486.0375, 288.45723, 384.63403, 1610.8355},
        Reference{"1-read", 6396, 521.4252, 257.82573, 568.57895, 2235.7432},
        Reference{"1-math", 6600, 531.1769, 242.86079, 338.82118, 1296.1485}}) {
    auto found = EstimateVarianceComponents(star[r.assessment]);
    ASSERT_TRUE(found) << r.assessment;
    EXPECT_EQ(found->n, r.n);
    EXPECT_NEAR(found->mean, r.mean, r.mean * 1e-5);
    EXPECT_NEAR(found->student_variance, r.student_variance, r.student_variance * 1e-4);
    EXPECT_NEAR(*found->class_variance, r.class_variance, r.class_variance * 1e-3);
    EXPECT_NEAR(*found->school_variance, r.school_variance, r.school_variance * 1e-3);
    EXPECT_TRUE(found->absent_reasons.empty());
  }
}

std::vector<ClassOfSchool> Small() {
  const std::vector<std::pair<const char*, std::vector<int>>> rows = {
      {"a", {54, 57, 58, 55, 55}},
      {"a", {56, 57, 69, 58, 73, 70, 58, 68, 59}},
      {"a", {49, 51, 57}},
      {"b", {54, 57, 41, 57, 51, 54, 53}},
      {"b", {42, 39, 48, 45, 44, 42, 41, 50, 37, 43, 46, 51}},
      {"c", {46, 40, 46, 45}},
      {"c", {58, 55, 60, 52, 54, 56}},
      {"c", {59, 58, 46, 57, 56, 50, 56, 56}},
      {"c", {56, 54}},
      {"d", {60, 62, 63, 60, 58, 50, 52, 50, 45, 47}}};
  std::vector<ClassOfSchool> classes;
  for (const auto& [school, scores] : rows) {
    classes.push_back({school, {}});
    for (int score : scores) classes.back().scores.Add(score);
  }
  return classes;
}

TEST(VarianceComponents, EqualLme4OnAFewUnevenClasses) {
  // R's lme4 1.1-31: lmer(y ~ 1 + (1|s) + (1|c), REML=TRUE, optimizer bobyqa)
  auto found = EstimateVarianceComponents(Small());
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->mean, 53.20582535, 1e-3);
  EXPECT_NEAR(*found->class_variance, 26.762781792, 26.76 * 1e-3);
  EXPECT_NEAR(*found->school_variance, 3.216302917, 3.22 * 1e-3);
  EXPECT_NEAR(found->student_variance, 24.569694700, 24.57 * 1e-3);
}

TEST(VarianceComponents, OfOneSchoolLeaveTheSchoolOut) {
  // The same, school c alone: lmer(y ~ 1 + (1|c))
  auto classes = Small();
  std::erase_if(classes, [](const ClassOfSchool& one) { return one.school != "c"; });
  auto found = EstimateVarianceComponents(classes);
  EXPECT_FALSE(found->school_variance);
  EXPECT_EQ(found->absent_reasons, std::vector<std::string>{"ONE_SCHOOL"});
  EXPECT_NEAR(*found->class_variance, 27.10785536, 27.1 * 1e-3);
  EXPECT_NEAR(found->student_variance, 12.80822139, 12.8 * 1e-3);
  EXPECT_NEAR(found->mean, 52.46036825, 1e-3);
}

TEST(VarianceComponents, OfOneClassInEachSchoolLeaveTheClassOut) {
  // The same, the first class of each school: lmer(y ~ 1 + (1|s)) is singular, residual 24.99470899
  auto all = Small();
  auto found = EstimateVarianceComponents({all[0], all[3], all[6], all[9]});
  EXPECT_FALSE(found->class_variance);
  EXPECT_EQ(found->absent_reasons, std::vector<std::string>{"ONE_CLASS_PER_SCHOOL"});
  EXPECT_NEAR(*found->school_variance, 0, 1e-6);
  EXPECT_NEAR(found->student_variance, 24.99470899, 1e-6);
  EXPECT_NEAR(found->mean, 54.57142857, 1e-6);
}

TEST(VarianceComponents, OfOneClassAreThoseOfItsStudents) {
  auto found = EstimateVarianceComponents({Small()[0]});
  EXPECT_FALSE(found->class_variance);
  EXPECT_FALSE(found->school_variance);
  EXPECT_DOUBLE_EQ(found->student_variance, *Small()[0].scores.Variance());
  EXPECT_EQ(found->absent_reasons, std::vector<std::string>{"ONE_CLASS"});
}

TEST(VarianceComponents, AreFoundWhereverTheClassesStand) {
  auto classes = Small();
  const auto before = EstimateVarianceComponents(classes);
  std::mt19937 random(3);
  std::shuffle(classes.begin(), classes.end(), random);
  EXPECT_NEAR(*EstimateVarianceComponents(classes)->class_variance, *before->class_variance, 1e-4);
}

TEST(VarianceComponents, EqualLme4WhereClassesLieFarApart) {
  // R's lme4 1.1-31 in percent of scale, the minimum of lmer(..., devFunOnly=TRUE) over seven
  // starts: classes deviate a hundred times more than their students.
  auto found = EstimateVarianceComponents({{"1", Moments(2, 1926055, {0, 1854902175937})},
                                           {"2", Moments(5, 4916954, {0, 4835929786330})},
                                           {"2", Moments(1, 0, {0, 0})},
                                           {"3", Moments(25, 0, {0, 0})},
                                           {"3", Moments(1, 400396, {0, 160316956816})}});
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found->class_variance * 1e-8, 2383.14633517, 2383 * 1e-4);
  EXPECT_NEAR(*found->school_variance * 1e-8, 0, 1e-4);
  EXPECT_NEAR(found->student_variance * 1e-8, 0.241621383498, 0.24 * 1e-4);
}

TEST(VarianceComponents, AreThoseOfTheDeeperOfTwoValleys) {
  // The minimum of lme4's own deviance function (271.3090) over seven starts; lmer itself stays in
  // the valley at 271.3955 (class 2.022, school 0, student 8.592).
  auto found = EstimateVarianceComponents({{"1", Moments(1, 540004, {0, 291604320016})},
                                           {"2", Moments(2, 1127763, {0, 635934642345})},
                                           {"2", Moments(1, 597557, {0, 357074368249})},
                                           {"2", Moments(25, 13281382, {0, 7076106247068})},
                                           {"3", Moments(25, 13193887, {0, 6984093762715})}});
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found->class_variance * 1e-8, 0, 1e-4);
  EXPECT_NEAR(*found->school_variance * 1e-8, 0, 1e-4);
  EXPECT_NEAR(found->student_variance * 1e-8, 9.07838710543, 9.08 * 1e-4);
}

Moments Alike(int64_t score, int n) {
  Moments moments;
  for (int i = 0; i < n; ++i) moments.Add(score);
  return moments;
}

TEST(VarianceComponents, OfStudentsWhoScoreAsTheirClassAreThoseOfTheClasses) {
  // R's lme4 1.1-31: lmer(c(40,50,60,65) ~ 1 + (1|factor(c(1,1,2,2)))): 137.5, residual 31.25
  auto found = EstimateVarianceComponents(
      {{"a", Alike(40, 5)}, {"a", Alike(50, 9)}, {"b", Alike(60, 2)}, {"b", Alike(65, 7)}});
  EXPECT_EQ(found->student_variance, 0);
  EXPECT_NEAR(*found->class_variance, 31.25, 1e-4);
  EXPECT_NEAR(*found->school_variance, 137.5, 1e-3);
  EXPECT_NEAR(found->mean, 53.75, 1e-6);
  EXPECT_TRUE(found->absent_reasons.empty());
}

TEST(VarianceComponents, OfClassesThatScoreAsTheirSchoolAreThoseOfTheSchools) {
  // R: var(c(0,100,100))
  auto found = EstimateVarianceComponents(
      {{"a", Alike(0, 5)}, {"a", Alike(0, 2)}, {"b", Alike(100, 9)}, {"c", Alike(100, 3)}});
  EXPECT_EQ(found->student_variance, 0);
  EXPECT_EQ(*found->class_variance, 0);
  EXPECT_NEAR(*found->school_variance, 10000.0 / 3, 1e-6);
}

TEST(VarianceComponents, OfScoresThatAreAllAlikeAreZero) {
  Moments same;
  for (int i = 0; i < 5; ++i) same.Add(7);
  auto found = EstimateVarianceComponents({{"a", same}, {"a", same}, {"b", same}, {"b", same}});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->TotalVariance(), 0, 1e-6);
  EXPECT_FALSE(EstimateVarianceComponents({}));
}

}  // namespace
}  // namespace throughline::core
