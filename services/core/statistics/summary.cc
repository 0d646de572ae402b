#include "core/statistics/summary.h"

#include <algorithm>
#include <cmath>

namespace throughline::core {

Summary::Summary(const Moments& moments, const Unit& unit)
    : n(static_cast<double>(moments.n())),
      mean(moments.n() == 0 ? 0 : (moments.Mean() - unit.zero) / unit.one),
      deviations(moments.Deviations() / (unit.one * unit.one)) {}

// Chan, Golub and LeVeque (1983): nothing is lost between large sums.
Summary& Summary::operator+=(const Summary& other) {
  if (other.n == 0) return *this;
  if (n == 0) return *this = other;
  const double apart = other.mean - mean, together = n + other.n;
  deviations += other.deviations + apart * apart * n * other.n / together;
  mean += apart * other.n / together;
  n = together;
  return *this;
}

std::optional<double> Summary::Variance() const {
  if (n < 2) return std::nullopt;
  return deviations / (n - 1);
}

PairedSummary::PairedSummary(const PairedMoments& pairs, const Unit& baseline_unit,
                             const Unit& current_unit)
    : baseline(pairs.baseline(), baseline_unit),
      current(pairs.current(), current_unit),
      codeviations(pairs.Codeviations() / (baseline_unit.one * current_unit.one)) {
  change.n = baseline.n;
  if (baseline_unit.one == current_unit.one && baseline_unit.zero == current_unit.zero) {
    // From exact integers: changes that differ little would be lost between scores that differ
    // much.
    change.mean = pairs.MeanChange() / baseline_unit.one;
    change.deviations = pairs.DeviationsOfChange() / (baseline_unit.one * baseline_unit.one);
    return;
  }
  change.mean = current.mean - baseline.mean;
  change.deviations = std::max(0.0, baseline.deviations + current.deviations - 2 * codeviations);
}

PairedSummary& PairedSummary::operator+=(const PairedSummary& other) {
  if (n() > 0 && other.n() > 0) {
    codeviations += (other.baseline.mean - baseline.mean) * (other.current.mean - current.mean) *
                    n() * other.n() / (n() + other.n());
  }
  codeviations += other.codeviations;
  baseline += other.baseline;
  current += other.current;
  change += other.change;
  return *this;
}

std::optional<double> PairedSummary::Correlation() const {
  const double spread = std::sqrt(baseline.deviations) * std::sqrt(current.deviations);
  if (spread == 0) return std::nullopt;
  return std::clamp(codeviations / spread, -1.0, 1.0);
}

}  // namespace throughline::core
