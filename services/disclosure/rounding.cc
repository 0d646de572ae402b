#include "disclosure/rounding.h"

#include <algorithm>
#include <cmath>

namespace throughline::disclosure {

namespace {

// What a quarter of a smallest cell of so many students adds to a mean, in standard deviations.
double ShareOf(int64_t students, int64_t smallest) {
  return static_cast<double>(smallest) / 4 / static_cast<double>(std::max<int64_t>(students, 1));
}

}  // namespace

double RoundedWithin(double value, double bound) {
  if (!(bound > 0)) return value;
  const double power = std::pow(10, std::floor(std::log10(bound)));
  const double leading = bound / power;  // 1 to 10
  const double step = power * (leading >= 5 ? 5 : leading >= 2 ? 2 : 1);
  const double steps = std::round(value / step);
  // Dividing by a whole number gives the decimal that people expect.
  return step < 1 ? steps / std::round(1 / step) : steps * step;
}

double Rounded(double value, double spread, int64_t students, int64_t smallest) {
  if (students <= 0) return value;
  return RoundedWithin(value,
                       spread * static_cast<double>(smallest) / static_cast<double>(students));
}

void Round(common::v1::CycleEvidence& numbers, double baseline_spread, double change_spread,
           int64_t smallest) {
  const double share = ShareOf(numbers.matched(), smallest);
  if (numbers.has_baseline_mean()) {
    const double mean = RoundedWithin(numbers.baseline_mean(), baseline_spread * share);
    // It is a share of the baseline.
    if (numbers.has_desired_to_date() && numbers.baseline_mean() != 0) {
      numbers.set_desired_to_date(numbers.desired_to_date() / numbers.baseline_mean() * mean);
    }
    numbers.set_baseline_mean(mean);
  }
  const auto change = [&](double value) { return RoundedWithin(value, change_spread * share); };
  if (numbers.has_mean_change()) numbers.set_mean_change(change(numbers.mean_change()));
  if (numbers.has_change_low()) numbers.set_change_low(change(numbers.change_low()));
  if (numbers.has_change_high()) numbers.set_change_high(change(numbers.change_high()));
  if (numbers.has_effect()) numbers.set_effect(RoundedWithin(numbers.effect(), share));
  if (numbers.has_effect_low()) numbers.set_effect_low(RoundedWithin(numbers.effect_low(), share));
  if (numbers.has_effect_high()) {
    numbers.set_effect_high(RoundedWithin(numbers.effect_high(), share));
  }
  if (numbers.has_effect_variance()) {
    numbers.set_effect_variance(
        RoundedWithin(numbers.effect_variance(), numbers.effect_variance() * share));
  }
}

void Round(common::v1::GapEvidence& gap, int64_t smallest) {
  const double share = ShareOf(std::min(gap.group_count(), gap.complement_count()), smallest);
  if (gap.has_baseline_g()) gap.set_baseline_g(RoundedWithin(gap.baseline_g(), share));
  if (gap.has_current_g()) gap.set_current_g(RoundedWithin(gap.current_g(), share));
  if (gap.has_current_variance()) {
    gap.set_current_variance(RoundedWithin(gap.current_variance(), gap.current_variance() * share));
  }
}

}  // namespace throughline::disclosure
