#include "disclosure/numbers_in_words.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/date.h"

namespace throughline::disclosure {

using common::v1::Basis;
using common::v1::CycleEvidence;
using common::v1::GapEvidence;

namespace {

constexpr int kEffectPlaces = 2;

// " (95 %: −0.10 to +0.34)".
std::string IntervalInWords(std::string_view kind, double low, double high, int places) {
  return fmt::format(" ({}: {} to {})", kind, Signed(low, places), Signed(high, places));
}

// Of an interval that holds however often one looks.
std::string AtAnyMoment(std::optional<double> confidence) {
  if (!confidence) return "at any moment";
  // 95 %, 99.5 %: no more places than a policy's rate has.
  return fmt::format("{:.3g} % at any moment", *confidence * 100);
}

// Scores of different assessments are no measure of growth: said last.
std::string Caveat(Basis basis) { return IsUnequated(basis) ? ", unequated" : ""; }

// "; +0.4 was desired by 28 November". Nothing is desired of changes that cannot be compared.
std::string DesiredOf(const CycleEvidence& numbers, int places) {
  if (!numbers.has_desired_to_date() || IsUnequated(numbers.basis())) return "";
  std::string desired =
      numbers.basis() == common::v1::BASIS_RELATIVE
          ? "; keeping pace was desired"
          : fmt::format("; {} was desired", Signed(numbers.desired_to_date(), places));
  if (!numbers.latest_result().empty()) desired += " by " + DayInWords(numbers.latest_result());
  return desired;
}

}  // namespace

std::string DayInWords(const std::string& date) {
  static constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
  const auto day = core::ParseDate(date);
  if (!day) return date;
  const std::chrono::year_month_day parts(*day);
  return fmt::format("{} {}", static_cast<unsigned>(parts.day()),
                     kMonths[static_cast<unsigned>(parts.month()) - 1]);
}

std::string Signed(double value, int places) {
  std::string digits = fmt::format("{:.{}f}", std::abs(value), places);
  if (digits.find_first_not_of("0.") == std::string::npos) return digits;
  return (value < 0 ? "−" : "+") + digits;
}

Unit UnitOf(Basis basis) {
  if (basis == common::v1::BASIS_RELATIVE) return {2, "SD of the district"};
  return {1, "% of scale"};
}

bool IsUnequated(Basis basis) {
  return basis == common::v1::BASIS_UNEQUATED || basis == common::v1::BASIS_UNSPECIFIED;
}

std::optional<double> ConfidenceOf(const common::v1::TriggerTest& test) {
  if (test.questions() <= 0) return std::nullopt;
  const double false_alarm_rate = test.questions() / (2 * std::exp(test.log_threshold()));
  if (!(false_alarm_rate > 0 && false_alarm_rate < 1)) return std::nullopt;
  return 1 - false_alarm_rate;
}

std::optional<std::string> GrowthInWords(const CycleEvidence& numbers,
                                         std::optional<double> confidence) {
  if (numbers.matched() == 0 || !numbers.has_mean_change()) return std::nullopt;
  const Unit unit = UnitOf(numbers.basis());
  std::string words = fmt::format("{} matched students changed by {} {}", numbers.matched(),
                                  Signed(numbers.mean_change(), unit.places), unit.name);
  if (numbers.has_watched_low() && numbers.has_watched_high()) {
    if (numbers.has_watched_confidence()) confidence = numbers.watched_confidence();
    words += IntervalInWords(AtAnyMoment(confidence), numbers.watched_low(), numbers.watched_high(),
                             unit.places);
  }
  return words + Caveat(numbers.basis()) + DesiredOf(numbers, unit.places);
}

std::string CoverageInWords(const CycleEvidence& numbers) {
  if (numbers.has_rostered_at_least()) {
    return fmt::format("no student of at least {} rostered has a result in the window",
                       numbers.rostered_at_least());
  }
  if (numbers.absent() == common::v1::ABSENCE_REASON_NO_RESULTS) {
    return "no student has a result in the window";
  }
  if (!numbers.has_covered()) return fmt::format("results are of {}", kTooFew);
  if (!numbers.has_rostered()) {
    return fmt::format("{} students have a result in the window", numbers.covered());
  }
  return fmt::format("{} of {} rostered students have a result in the window", numbers.covered(),
                     numbers.rostered());
}

std::optional<std::string> EffectInWords(const CycleEvidence& numbers) {
  if (numbers.matched() == 0 || !numbers.has_effect()) return std::nullopt;
  std::string words = fmt::format("the growth effect on {} matched students is {} SD",
                                  numbers.matched(), Signed(numbers.effect(), kEffectPlaces));
  if (!numbers.has_effect_low() || !numbers.has_effect_high()) return words;
  return words +
         IntervalInWords("95 %", numbers.effect_low(), numbers.effect_high(), kEffectPlaces);
}

std::optional<std::string> GapInWords(const GapEvidence& gap, const std::string& group,
                                      std::optional<double> confidence) {
  if (!gap.has_group_count() || !gap.has_complement_count()) return std::nullopt;
  std::string words;
  if (gap.has_difference()) {
    const Unit unit = UnitOf(gap.basis());
    words = fmt::format("{} students of {} changed by {:.{}f} {} {}", gap.group_count(), group,
                        std::abs(gap.difference()), unit.places, unit.name,
                        gap.difference() <= 0 ? "less" : "more");
    if (gap.has_difference_low() && gap.has_difference_high()) {
      words += IntervalInWords(AtAnyMoment(confidence), gap.difference_low(), gap.difference_high(),
                               unit.places);
    }
    words += fmt::format(" than the {} others", gap.complement_count());
    if (gap.has_difference_sd()) words += fmt::format(", {:.2f} SD", std::abs(gap.difference_sd()));
    words += Caveat(gap.basis());
  } else if (gap.has_baseline_g() && gap.has_current_g()) {
    // Recorded before differences were.
    words = fmt::format("{} students of {} were {} SD behind the {} others, and are {} SD behind",
                        gap.group_count(), group, Signed(gap.baseline_g(), kEffectPlaces),
                        gap.complement_count(), Signed(gap.current_g(), kEffectPlaces));
  } else {
    return std::nullopt;
  }
  if (gap.teams() > 0)
    words += fmt::format(", within {} team{}", gap.teams(), gap.teams() == 1 ? "" : "s");
  return words;
}

}  // namespace throughline::disclosure
