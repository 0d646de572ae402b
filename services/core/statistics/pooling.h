// One effect from several studies, or cycles, whose true effects may differ.
#pragma once

#include <optional>
#include <span>

namespace throughline::core {

struct StudyEffect {
  double effect = 0;
  double variance = 0;  // greater than 0
};

// Random effects after DerSimonian and Laird (1986), with the interval of Knapp and Hartung (2003):
// Student t with k - 1 degrees of freedom, the standard error times the root of
// max(1, weighted residual variance), so that it never claims more than the plain one.
struct PooledEffect {
  int k = 0;
  double effect = 0;
  double standard_error = 0;  // with Knapp's and Hartung's factor
  // 95 %; absent for one study.
  std::optional<double> low, high;
  double tau_squared = 0;  // variance of the true effects
  double q = 0;            // Cochran's
  double i_squared = 0;    // share of the variation that is no chance, 0 to 1
};

// Absent for no study.
std::optional<PooledEffect> Pool(std::span<const StudyEffect> studies);

}  // namespace throughline::core
