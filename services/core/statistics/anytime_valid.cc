#include "core/statistics/anytime_valid.h"

#include <cmath>

namespace throughline::core {

namespace {

double SquaresWithin(const Sums& of) { return of.n > 0 ? of.squares - of.sum * of.sum / of.n : 0; }

// n1 n2 / (n1 + n2)
double InformationOf(const Sums& all, const Sums& part) {
  return all.n > 0 ? part.n * (all.n - part.n) / all.n : 0;
}

// A smaller share of the sum of squares is what rounding leaves.
constexpr double kRounding = 1e-13;

// `squares` is the sum of squares that the residual's was taken from.
std::optional<Coefficient> Make(double estimate, double residual_squares, double squares,
                                double information, double degrees_of_freedom) {
  if (degrees_of_freedom < 1) return std::nullopt;
  const double least = kRounding * squares;
  if (residual_squares > least) {
    return Coefficient{estimate, std::sqrt(residual_squares / degrees_of_freedom), information,
                       degrees_of_freedom};
  }
  if (estimate * estimate * information <= least) return std::nullopt;
  return Coefficient{estimate, 0, information, degrees_of_freedom};
}

}  // namespace

double Coefficient::StandardError() const { return residual_sd / std::sqrt(information); }
double Coefficient::T() const { return estimate / StandardError(); }

double LogEvidence(double t, double degrees_of_freedom, double information, double precision) {
  const double r = precision / (precision + information);
  if (std::isinf(t)) return -0.5 * degrees_of_freedom * std::log(r);
  const double ratio = t * t / degrees_of_freedom;
  return 0.5 * std::log(r) +
         0.5 * (degrees_of_freedom + 1) * (std::log1p(ratio) - std::log1p(r * ratio));
}

double LogEvidence(const Coefficient& of, double precision) {
  return LogEvidence(of.T(), of.degrees_of_freedom, of.information, precision);
}

std::optional<double> AnytimeHalfWidth(const Coefficient& of, double alpha, double precision) {
  const double r = precision / (precision + of.information);
  const double a = std::pow(r * alpha * alpha, 1 / (of.degrees_of_freedom + 1));
  if (a <= r) return std::nullopt;
  return of.StandardError() * std::sqrt(of.degrees_of_freedom * (1 - a) / (a - r));
}

double LogThreshold(int questions, double alpha) { return std::log(questions / (2 * alpha)); }

Finding FindBelowZero(const Coefficient& of, int questions, double alpha, double precision) {
  const double evidence = LogEvidence(of, precision);
  if (of.estimate >= 0 || evidence < 0) return Finding::kCleared;
  return evidence >= LogThreshold(questions, alpha) ? Finding::kFound : Finding::kOpen;
}

Sums ChangesOf(const PairedSummary& pairs) {
  const auto& [n, mean, deviations] = pairs.change;
  return {n, n * mean, deviations + n * mean * mean};
}

std::optional<Coefficient> MeanOf(const Sums& sums) {
  if (sums.n < 2) return std::nullopt;
  return Make(sums.sum / sums.n, SquaresWithin(sums), sums.squares, sums.n, sums.n - 1);
}

std::optional<Coefficient> DifferenceWithin(const Sums& all, const Sums& part) {
  const Sums rest{all.n - part.n, all.sum - part.sum, all.squares - part.squares};
  if (part.n < 2 || rest.n < 2) return std::nullopt;
  return Make(part.sum / part.n - rest.sum / rest.n, SquaresWithin(part) + SquaresWithin(rest),
              all.squares, InformationOf(all, part), all.n - 2);
}

SumsWithin WithinTeam(const Sums& all, const Sums& part) {
  SumsWithin sums{all.n, 1, SquaresWithin(all), InformationOf(all, part), 0};
  // s (a / n1 - b / n2), of the sums a and b of the two sides.
  if (all.n > 0) sums.weighted = (part.sum * all.n - all.sum * part.n) / all.n;
  return sums;
}

SumsWithin& operator+=(SumsWithin& sums, const SumsWithin& more) {
  sums.n += more.n;
  sums.teams += more.teams;
  sums.squares += more.squares;
  sums.information += more.information;
  sums.weighted += more.weighted;
  return sums;
}

std::optional<Coefficient> CommonDifference(const SumsWithin& sums) {
  if (sums.information <= 0) return std::nullopt;
  const double estimate = sums.weighted / sums.information;
  return Make(estimate, sums.squares - estimate * sums.weighted, sums.squares, sums.information,
              sums.n - sums.teams - 1);
}

}  // namespace throughline::core
