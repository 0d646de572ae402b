#include "disclosure/rounding.h"

#include <algorithm>
#include <cmath>

namespace throughline::disclosure {

namespace {

// What a quarter of a smallest cell of so many students adds to a mean, in standard deviations.
double ShareOf(int64_t students, int64_t smallest) {
  return static_cast<double>(smallest) / 4 / static_cast<double>(std::max<int64_t>(students, 1));
}

double StepWithin(double bound) {
  const double power = std::pow(10, std::floor(std::log10(bound)));
  const double leading = bound / power;  // 1 to 10
  return power * (leading >= 5 ? 5 : leading >= 2 ? 2 : 1);
}

double Steps(double steps, double step) {
  // Dividing by a whole number gives the decimal that people expect.
  return step < 1 ? steps / std::round(1 / step) : steps * step;
}

// The ends of an interval as far from its middle as whole steps go, never less: each by itself
// would say once more where the middle is.
struct Interval {
  double middle, low, high;
};
Interval Rounded(const Interval& of, double bound) {
  if (!(bound > 0)) return of;
  const double step = StepWithin(bound);
  const double middle = std::round(of.middle / step);
  const double half = std::ceil((of.high - of.low) / 2 / step);
  return {Steps(middle, step), Steps(middle - half, step), Steps(middle + half, step)};
}

constexpr double kStep = 0.1;  // of a statistic of a test, at least

// To what a quarter of a smallest cell adds to a t statistic of so many students.
void RoundStatistics(common::v1::TriggerTest& test, int64_t students, int64_t smallest) {
  const double adds = static_cast<double>(smallest) / 4 / std::sqrt(static_cast<double>(students));
  const double bound = std::max(kStep, adds);
  if (test.has_t()) test.set_t(RoundedWithin(test.t(), bound));
  // The logarithm of the evidence grows as the square of t: its slope is t.
  const double slope = std::max(1.0, std::abs(test.t()));
  test.set_log_evidence(RoundedWithin(test.log_evidence(), bound * slope));
}

void RoundDifference(common::v1::GapEvidence& gap, double bound, double bound_in_sd) {
  if (gap.has_difference_low() && gap.has_difference_high()) {
    const Interval difference =
        Rounded({gap.difference(), gap.difference_low(), gap.difference_high()}, bound);
    gap.set_difference(difference.middle);
    gap.set_difference_low(difference.low);
    gap.set_difference_high(difference.high);
  } else if (gap.has_difference()) {
    gap.set_difference(RoundedWithin(gap.difference(), bound));
  }
  if (gap.has_difference_sd())
    gap.set_difference_sd(RoundedWithin(gap.difference_sd(), bound_in_sd));
}

}  // namespace

double RoundedWithin(double value, double bound) {
  return bound > 0 ? Steps(std::round(value / StepWithin(bound)), StepWithin(bound)) : value;
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
  const double exact = numbers.mean_change();
  if (numbers.has_change_low() && numbers.has_change_high()) {
    const Interval change =
        Rounded({numbers.mean_change(), numbers.change_low(), numbers.change_high()},
                change_spread * share);
    numbers.set_mean_change(change.middle);
    numbers.set_change_low(change.low);
    numbers.set_change_high(change.high);
  }
  if (numbers.has_watched_low() && numbers.has_watched_high()) {
    const Interval watched =
        Rounded({exact, numbers.watched_low(), numbers.watched_high()}, change_spread * share);
    numbers.set_watched_low(watched.low);
    numbers.set_watched_high(watched.high);
  }
  if (numbers.has_effect()) {
    const Interval effect =
        Rounded({numbers.effect(), numbers.effect_low(), numbers.effect_high()}, share);
    numbers.set_effect(effect.middle);
    numbers.set_effect_low(effect.low);
    numbers.set_effect_high(effect.high);
  }
  if (numbers.has_effect_variance()) {
    numbers.set_effect_variance(
        RoundedWithin(numbers.effect_variance(), numbers.effect_variance() * share));
  }
}

void Round(common::v1::GapEvidence& gap, double change_spread, int64_t smallest) {
  const double share = ShareOf(std::min(gap.group_count(), gap.complement_count()), smallest);
  if (gap.has_baseline_g()) gap.set_baseline_g(RoundedWithin(gap.baseline_g(), share));
  if (gap.has_current_g()) gap.set_current_g(RoundedWithin(gap.current_g(), share));
  if (gap.has_current_variance()) {
    gap.set_current_variance(RoundedWithin(gap.current_variance(), gap.current_variance() * share));
  }
  RoundDifference(gap, change_spread * share, share);
}

void RoundPooled(common::v1::GapEvidence& gap, double change_spread, int64_t smallest) {
  const double share = ShareOf(std::min(gap.group_count(), gap.complement_count()), smallest);
  RoundDifference(gap, change_spread * share, share);
  const auto whole_cells = [&](int32_t count) {
    return static_cast<int32_t>(count / smallest * smallest);
  };
  gap.set_group_count(whole_cells(gap.group_count()));
  gap.set_complement_count(whole_cells(gap.complement_count()));
}

void RoundTest(common::v1::TriggerTest& test, const common::v1::CycleEvidence& shown,
               int64_t smallest) {
  RoundStatistics(test, shown.matched(), smallest);
  test.set_students(shown.matched());
  test.set_information(shown.matched());
  test.set_degrees_of_freedom(shown.matched() - 1);
}

void RoundTest(common::v1::TriggerTest& test, const common::v1::GapEvidence& shown,
               int64_t smallest) {
  RoundStatistics(test, std::min(shown.group_count(), shown.complement_count()), smallest);
  const double group = shown.group_count(), others = shown.complement_count();
  test.set_students(shown.group_count() + shown.complement_count());
  test.set_information(group * others / (group + others));
  test.set_degrees_of_freedom(group + others - 2);
  if (shown.teams() == 0) return;
  // Within several teams they follow from how the students are spread over them.
  test.clear_information();
  test.clear_degrees_of_freedom();
}

}  // namespace throughline::disclosure
