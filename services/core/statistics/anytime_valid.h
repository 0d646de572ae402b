// Tests that may be asked again with every new result: at any moment, however often one looks, the
// chance that what is not so has ever been taken for so stays under a bound.
//
// The anytime-valid t test of Lindon, Ham, Tingley and Bojinov, "Anytime-valid linear models",
// arXiv 2210.08589: for a coefficient with t statistic t, residual degrees of freedom v and
// information s = (residual SD / SE)^2,
//   log E = 1/2 log r + 1/2 (v + 1) [log(1 + t^2/v) - log(1 + r t^2/v)],   r = phi / (phi + s).
// When the coefficient is 0, E exceeds 1/alpha ever with a probability of at most alpha.
#pragma once

#include <optional>

#include "core/statistics/summary.h"

namespace throughline::core {

// An effect of about half a standard deviation is what the test is most ready for.
inline constexpr double kTypicalPrecision = 4;

// An estimated coefficient, of running sums.
struct Coefficient {
  double estimate = 0;
  double residual_sd = 0;  // of one observation; 0: no spread, and `estimate` is not 0
  double information = 0;  // s; the standard error is residual_sd / sqrt(s)
  double degrees_of_freedom = 0;

  double StandardError() const;
  double T() const;
};

// log E. `precision` is phi, greater than 0. Of an infinite t, as without spread, the limit.
double LogEvidence(double t, double degrees_of_freedom, double information,
                   double precision = kTypicalPrecision);
double LogEvidence(const Coefficient& of, double precision = kTypicalPrecision);

// Half the width of the interval that holds the true value at every moment with a probability of
// 1 - alpha; nullopt: unbounded, for too few observations.
std::optional<double> AnytimeHalfWidth(const Coefficient& of, double alpha,
                                       double precision = kTypicalPrecision);

// Whether a coefficient is under 0, asked side by side with `questions - 1` other questions.
enum class Finding {
  kFound,    // under 0, and log E >= log(questions / (2 alpha))
  kOpen,     // neither the one nor the other
  kCleared,  // over 0, or E < 1
};
Finding FindBelowZero(const Coefficient& of, int questions, double alpha,
                      double precision = kTypicalPrecision);
// The threshold of log E for that.
double LogThreshold(int questions, double alpha);

// Sums of observations: of changes of students, or of their differences from what was desired.
struct Sums {
  double n = 0;
  double sum = 0;
  double squares = 0;
};

// Of the changes of the pairs.
Sums ChangesOf(const PairedSummary& pairs);

// The mean of observations. Absent for fewer than two, and when all are 0.
std::optional<Coefficient> MeanOf(const Sums& sums);
// The mean of a part less the mean of the rest, with pooled variance. Absent when either has fewer
// than two, and without spread and difference. The squares of the part are not needed.
std::optional<Coefficient> DifferenceWithin(const Sums& all, const Sums& part);

// Sums of a difference that is taken within teams: of the changes of a part of each team and of the
// rest of it. Adding those of two sets of teams gives those of both.
struct SumsWithin {
  double n = 0;
  double teams = 0;
  double squares = 0;      // of changes about the mean of their team
  double information = 0;  // s: n1 n2 / (n1 + n2) of each team
  double weighted = 0;     // s times the difference in the means of each team
};
// Of one team with observations. With nobody in the part, or nobody else, it gives to the residual
// alone. The squares of the part are not needed.
SumsWithin WithinTeam(const Sums& all, const Sums& part);
SumsWithin& operator+=(SumsWithin& sums, const SumsWithin& more);
// The common difference, each team's weighted with its information. Absent when nobody is compared,
// with too few to tell a spread, and without spread and difference.
std::optional<Coefficient> CommonDifference(const SumsWithin& sums);

}  // namespace throughline::core
