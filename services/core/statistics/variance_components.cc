#include "core/statistics/variance_components.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

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

// Newton's method with numeric derivatives over the coordinates that are free. Directions in which
// the surface curves down are walked as if it curved up as much, so that the step goes downhill
// there too; steepest descent would need thousands of rounds in the narrow valleys that classes far
// apart make.
class Minimizer {
 public:
  Minimizer(const RestrictedLikelihood& likelihood, std::array<bool, 2> free)
      : likelihood_(likelihood), free_(free) {}

  // The surface can have two valleys: the way down from inside is compared with those along the
  // edges and with the corner, so that no simpler model ever fits better.
  Point Minimum() const {
    Point best = Descend({free_[0] ? 0.3 : 0, free_[1] ? 0.3 : 0}, free_);
    std::vector<Point> simpler = {{0, 0}};
    if (free_[0] && free_[1]) {
      simpler.push_back(Descend({0.3, 0}, {true, false}));
      simpler.push_back(Descend({0, 0.3}, {false, true}));
    }
    for (const Point& one : simpler) {
      if (Value(one) < Value(best) - 1e-9) best = one;
    }
    return best;
  }

 private:
  Point Descend(Point at, const std::array<bool, 2>& free) const {
    double value = Value(at);
    constexpr int kRounds = 100;
    for (int round = 0; round < kRounds; ++round) {
      const Point step = Step(at, value, free);
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

  double Value(const Point& at) const { return likelihood_.At(at).deviance; }

  Point Step(const Point& at, double value, const std::array<bool, 2>& free) const {
    constexpr double h = 1e-4;
    Point gradient = {0, 0}, curvature = {1, 1};
    for (int i = 0; i < 2; ++i) {
      if (!free[i]) continue;
      Point up = at, down = at;
      up[i] += h;
      down[i] -= h;
      const double above = Value(up), below = Value(down);
      gradient[i] = (above - below) / (2 * h);
      curvature[i] = (above - 2 * value + below) / (h * h);
    }
    double cross = 0;
    if (free[0] && free[1]) {
      cross = (Value({at[0] + h, at[1] + h}) - Value({at[0] + h, at[1] - h}) -
               Value({at[0] - h, at[1] + h}) + Value({at[0] - h, at[1] - h})) /
              (4 * h * h);
    }
    return Downhill(gradient, curvature, cross, 0.5 * (1 + std::hypot(at[0], at[1])));
  }

  // Newton's step with the absolute eigenvalues of the Hessian, no longer than `longest`.
  static Point Downhill(const Point& gradient, const Point& curvature, double cross,
                        double longest) {
    const double middle = (curvature[0] + curvature[1]) / 2;
    const double radius = std::hypot((curvature[0] - curvature[1]) / 2, cross);
    const double angle = std::atan2(2 * cross, curvature[0] - curvature[1]) / 2;
    const double floor = 1e-9 * (std::abs(middle) + radius) + 1e-12;
    Point step = {0, 0};
    for (int i = 0; i < 2; ++i) {
      const Point axis = i == 0 ? Point{std::cos(angle), std::sin(angle)}
                                : Point{-std::sin(angle), std::cos(angle)};
      const double eigenvalue = i == 0 ? middle + radius : middle - radius;
      const double slope = axis[0] * gradient[0] + axis[1] * gradient[1];
      const double move = -slope / std::max(floor, std::abs(eigenvalue));
      step[0] += move * axis[0];
      step[1] += move * axis[1];
    }
    const double length = std::hypot(step[0], step[1]);
    if (length > longest) {
      for (double& part : step) part *= longest / length;
    }
    return step;
  }

  const RestrictedLikelihood& likelihood_;
  std::array<bool, 2> free_;
};

// One observation for each run of classes of a school.
std::vector<ClassOfSchool> OnePerSchool(const std::vector<ClassOfSchool>& classes) {
  std::vector<ClassOfSchool> schools;
  for (const ClassOfSchool& one : classes) {
    if (schools.empty() || schools.back().school != one.school) schools.push_back(one);
  }
  return schools;
}

// Where the students of each class all score alike, the likelihood grows without bound as the
// student variance goes to zero: that is then its estimate, and the classes, which vary in nothing
// but themselves, take the students' place. The same again for the classes of each school.
void EstimateWithoutStudents(std::vector<ClassOfSchool> classes, VarianceComponents& found) {
  std::map<std::string, Moments> schools;
  for (ClassOfSchool& one : classes) {
    const int64_t value = one.scores.sum() / one.scores.n();
    one.scores = Moments();
    one.scores.Add(value);
    schools[one.school].Add(value);
  }
  const bool schools_vary_within = std::any_of(
      schools.begin(), schools.end(), [](const auto& one) { return one.second.Deviations() > 0; });
  const bool by_school = found.schools > 1 && !schools_vary_within;
  if (by_school) classes = OnePerSchool(classes);
  const RestrictedLikelihood likelihood(classes);
  const bool school_is_free = found.schools > 1 && schools_vary_within;
  const Point root = Minimizer(likelihood, {false, school_is_free}).Minimum();
  const Profile best = likelihood.At(root);
  found.mean = best.mean;
  found.student_variance = 0;
  if (found.classes == 1) return;
  if (by_school) {
    found.school_variance = best.student_variance;
    if (found.schools < found.classes) found.class_variance = 0;
    return;
  }
  found.class_variance = best.student_variance;
  if (school_is_free) found.school_variance = root[1] * root[1] * best.student_variance;
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
  found.schools = static_cast<int32_t>(OnePerSchool(classes).size());
  std::array<bool, 2> free = {true, true};
  if (found.classes == 1) {
    free = {false, false};
    found.absent_reasons.push_back("ONE_CLASS");
  } else {
    if (found.schools == 1) found.absent_reasons.push_back("ONE_SCHOOL");
    if (found.schools == found.classes) found.absent_reasons.push_back("ONE_CLASS_PER_SCHOOL");
    if (found.n == found.classes) found.absent_reasons.push_back("ONE_RESULT_PER_CLASS");
    const bool class_is_free = found.schools < found.classes && found.classes < found.n;
    free = {class_is_free, found.schools > 1};
    // One result a class, one class a school: schools cannot be told from students either.
    if (found.n == found.schools) free[1] = false;
  }
  const bool students_vary = std::any_of(
      classes.begin(), classes.end(), [](const auto& one) { return one.scores.Deviations() > 0; });
  if (!students_vary && found.classes < found.n) {
    EstimateWithoutStudents(std::move(classes), found);
    return found;
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
