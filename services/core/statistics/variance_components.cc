#include "core/statistics/variance_components.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace throughline::core {

namespace {

// The roots of the ratios of class and school variance to student variance: smooth where a
// component is zero, and free of bounds.
using Point = std::array<double, 2>;

struct Profile {
  double deviance = 0;  // -2 log restricted likelihood, but for a constant
  double mean = 0;
  double student_variance = 0;
};

class RestrictedLikelihood {
 public:
  explicit RestrictedLikelihood(const std::vector<ClassOfSchool>& classes) {
    for (const ClassOfSchool& one : classes) {
      const auto n = static_cast<double>(one.scores.n());
      n_ += n;
      within_ += one.scores.Deviations();
      const bool same = !ends_.empty() && one.school == *last_school_;
      classes_.push_back({n, one.scores.Mean()});
      same ? void(ends_.back() = classes_.size()) : ends_.push_back(classes_.size());
      last_school_ = &one.school;
    }
    // Deviations from a typical score keep the sums of squares small.
    center_ = classes_.front().mean;
    for (Class& one : classes_) one.mean -= center_;
  }

  Profile At(const Point& root) const {
    const double class_ratio = root[0] * root[0], school_ratio = root[1] * root[1];
    double log_determinant = 0, squares = within_;
    double weights = 0, sum = 0, sum_of_squares = 0;  // over schools
    size_t at = 0;
    for (size_t end : ends_) {
      double w = 0, wm = 0, wmm = 0;
      for (; at < end; ++at) {
        const Class& one = classes_[at];
        const double scale = 1 + one.n * class_ratio;
        const double weight = one.n / scale;
        log_determinant += std::log(scale);
        w += weight;
        wm += weight * one.mean;
        wmm += weight * one.mean * one.mean;
      }
      const double mean = wm / w;
      squares += std::max(0.0, wmm - wm * mean);
      const double scale = 1 + w * school_ratio;
      log_determinant += std::log(scale);
      weights += w / scale;
      sum += w / scale * mean;
      sum_of_squares += w / scale * mean * mean;
    }
    const double mean = sum / weights;
    squares += std::max(0.0, sum_of_squares - sum * mean);
    squares = std::max(squares, 1e-9);  // all scores alike
    return {(n_ - 1) * std::log(squares) + log_determinant + std::log(weights), mean + center_,
            squares / (n_ - 1)};
  }

 private:
  struct Class {
    double n;
    double mean;
  };
  double n_ = 0;
  double within_ = 0;  // squared deviations of students from their class
  double center_ = 0;
  std::vector<Class> classes_;
  std::vector<size_t> ends_;  // of each school's classes
  const std::string* last_school_ = nullptr;
};

// Newton's method with numeric derivatives over the coordinates that are free, falling back to
// steepest descent where the surface is not convex, with halving of steps.
class Minimizer {
 public:
  Minimizer(const RestrictedLikelihood& likelihood, std::array<bool, 2> free)
      : likelihood_(likelihood), free_(free) {}

  Point Minimum() const {
    Point at = {free_[0] ? 0.3 : 0, free_[1] ? 0.3 : 0};
    double value = Value(at);
    constexpr int kRounds = 100;
    for (int round = 0; round < kRounds; ++round) {
      const Point step = Step(at, value);
      double length = 1;
      Point next = at;
      double next_value = value;
      for (int halving = 0; halving < 40; ++halving, length /= 2) {
        next = {at[0] + length * step[0], at[1] + length * step[1]};
        next_value = Value(next);
        if (next_value < value) break;
      }
      if (!(next_value < value)) break;
      const double moved = std::abs(next[0] - at[0]) + std::abs(next[1] - at[1]);
      at = next;
      value = next_value;
      if (moved < 1e-7) break;
    }
    return at;
  }

 private:
  double Value(const Point& at) const { return likelihood_.At(at).deviance; }

  Point Step(const Point& at, double value) const {
    constexpr double h = 1e-4;
    Point gradient = {0, 0}, curvature = {1, 1};
    for (int i = 0; i < 2; ++i) {
      if (!free_[i]) continue;
      Point up = at, down = at;
      up[i] += h;
      down[i] -= h;
      const double above = Value(up), below = Value(down);
      gradient[i] = (above - below) / (2 * h);
      curvature[i] = (above - 2 * value + below) / (h * h);
    }
    double cross = 0;
    if (free_[0] && free_[1]) {
      cross = (Value({at[0] + h, at[1] + h}) - Value({at[0] + h, at[1] - h}) -
               Value({at[0] - h, at[1] + h}) + Value({at[0] - h, at[1] - h})) /
              (4 * h * h);
    }
    const double determinant = curvature[0] * curvature[1] - cross * cross;
    if (curvature[0] > 0 && determinant > 0) {
      return {-(curvature[1] * gradient[0] - cross * gradient[1]) / determinant,
              -(curvature[0] * gradient[1] - cross * gradient[0]) / determinant};
    }
    const double steepness = std::max(1e-12, std::hypot(gradient[0], gradient[1]));
    return {-0.5 * gradient[0] / steepness, -0.5 * gradient[1] / steepness};
  }

  const RestrictedLikelihood& likelihood_;
  std::array<bool, 2> free_;
};

int32_t CountSchools(const std::vector<ClassOfSchool>& classes) {
  int32_t schools = 0;
  for (size_t i = 0; i < classes.size(); ++i) {
    schools += i == 0 || classes[i].school != classes[i - 1].school ? 1 : 0;
  }
  return schools;
}

}  // namespace

std::optional<VarianceComponents> EstimateVarianceComponents(std::vector<ClassOfSchool> classes) {
  std::erase_if(classes, [](const ClassOfSchool& one) { return one.scores.n() == 0; });
  std::stable_sort(classes.begin(), classes.end(),
                   [](const auto& a, const auto& b) { return a.school < b.school; });
  VarianceComponents found;
  for (const ClassOfSchool& one : classes) found.n += one.scores.n();
  if (found.n < 2) return std::nullopt;
  found.classes = static_cast<int32_t>(classes.size());
  found.schools = CountSchools(classes);
  std::array<bool, 2> free = {true, true};
  if (found.classes == 1) {
    free = {false, false};
    found.absent_reasons.push_back("ONE_CLASS");
  } else {
    if (found.schools == 1) found.absent_reasons.push_back("ONE_SCHOOL");
    if (found.schools == found.classes) found.absent_reasons.push_back("ONE_CLASS_PER_SCHOOL");
    if (found.n == found.classes) found.absent_reasons.push_back("ONE_RESULT_PER_CLASS");
    free = {found.schools < found.classes && found.classes<found.n, found.schools> 1};
    // One result a class, one class a school: schools cannot be told from students either.
    if (found.n == found.schools) free[1] = false;
  }
  const RestrictedLikelihood likelihood(classes);
  const Point root = Minimizer(likelihood, free).Minimum();
  const Profile best = likelihood.At(root);
  found.mean = best.mean;
  found.student_variance = best.student_variance;
  if (free[0]) found.class_variance = root[0] * root[0] * best.student_variance;
  if (free[1]) found.school_variance = root[1] * root[1] * best.student_variance;
  return found;
}

}  // namespace throughline::core
