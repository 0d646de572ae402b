// How much of the variance of scores lies among students of a class, among classes of a school, and
// among schools: restricted maximum likelihood (REML) for the model with a random intercept for
// each school and each class within it, from counts, means and sums of squares of the classes
// alone. What lme4 fits as `score ~ 1 + (1 | school) + (1 | school:class)`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/statistics/moments.h"

namespace throughline::core {

struct ClassOfSchool {
  std::string school;
  Moments scores;
};

// In the unit of the scores, squared. A component is absent when the data cannot tell it apart; the
// others are then estimated without it, and `absent_reasons` says why:
//   ONE_CLASS                one class in all: neither classes nor schools can be compared
//   ONE_SCHOOL               no school to compare it with: the school component is absent
//   ONE_CLASS_PER_SCHOOL     classes cannot be told from schools: the class component is absent
//   ONE_RESULT_PER_CLASS     classes cannot be told from students: the class component is absent
struct VarianceComponents {
  int64_t n = 0;
  int32_t classes = 0;
  int32_t schools = 0;
  double mean = 0;  // the fixed effect (generalized least squares)
  double student_variance = 0;
  std::optional<double> class_variance;
  std::optional<double> school_variance;
  std::vector<std::string> absent_reasons;

  double TotalVariance() const {
    return student_variance + class_variance.value_or(0) + school_variance.value_or(0);
  }
};

// Classes without scores count for nothing. Absent for fewer than two scores. Time is linear in the
// classes. Classes of one school need not stand together.
std::optional<VarianceComponents> EstimateVarianceComponents(std::vector<ClassOfSchool> classes);

}  // namespace throughline::core
