#include "core/statistics/pooling.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace throughline::core {

namespace {

struct Weighted {
  double weights = 0;
  double mean = 0;
  double residual = 0;  // weighted sum of squares about the mean
};

Weighted MeanOfStudies(std::span<const StudyEffect> studies, double tau_squared) {
  Weighted all;
  for (const StudyEffect& study : studies) {
    const double weight = 1 / (study.variance + tau_squared);
    all.weights += weight;
    all.mean += weight * study.effect;
  }
  all.mean /= all.weights;
  for (const StudyEffect& study : studies) {
    const double away = study.effect - all.mean;
    all.residual += away * away / (study.variance + tau_squared);
  }
  return all;
}

double TauSquared(std::span<const StudyEffect> studies, const Weighted& fixed) {
  double squares = 0;
  for (const StudyEffect& study : studies) squares += 1 / (study.variance * study.variance);
  const double scale = fixed.weights - squares / fixed.weights;
  const double freedom = static_cast<double>(studies.size()) - 1;
  return scale > 0 ? std::max(0.0, (fixed.residual - freedom) / scale) : 0;
}

}  // namespace

std::optional<PooledEffect> Pool(std::span<const StudyEffect> studies) {
  if (studies.empty()) return std::nullopt;
  const double freedom = static_cast<double>(studies.size()) - 1;
  const Weighted fixed = MeanOfStudies(studies, 0);
  PooledEffect pooled;
  pooled.k = static_cast<int>(studies.size());
  pooled.q = fixed.residual;
  pooled.tau_squared = TauSquared(studies, fixed);
  if (pooled.q > 0) pooled.i_squared = std::max(0.0, (pooled.q - freedom) / pooled.q);
  const Weighted random = MeanOfStudies(studies, pooled.tau_squared);
  pooled.effect = random.mean;
  pooled.standard_error = std::sqrt(1 / random.weights);
  if (studies.size() < 2) return pooled;
  const double factor = std::sqrt(std::max(1.0, random.residual / freedom));
  const boost::math::students_t t(freedom);
  pooled.standard_error *= factor;
  const double half = boost::math::quantile(t, 0.975) * pooled.standard_error;
  pooled.low = pooled.effect - half;
  pooled.high = pooled.effect + half;
  return pooled;
}

}  // namespace throughline::core
