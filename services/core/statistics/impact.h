// The verdict on what a cycle achieved.
#pragma once

namespace throughline::core {

enum class Verdict { kExceeded, kShort, kMet, kInconclusive };

// From the 95 % interval of the observed effect: exceeded when it lies above the prediction, short
// when it lies below it, else met when it lies above zero, else inconclusive.
constexpr Verdict VerdictOf(double low, double high, double predicted) {
  if (low > predicted) return Verdict::kExceeded;
  if (high < predicted) return Verdict::kShort;
  return low > 0 ? Verdict::kMet : Verdict::kInconclusive;
}

}  // namespace throughline::core
