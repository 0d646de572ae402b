// Numbers about students, as parts of a sentence. Pure.
#pragma once

#include <optional>
#include <string>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline::disclosure {

inline constexpr std::string_view kTooFew = "fewer students than may be shown";

// "28 November" of an ISO date; the text itself when it is none.
std::string DayInWords(const std::string& date);

// "+0.4", "−6.8", "0.0": with a sign, so that nobody takes a fall for a rise.
std::string Signed(double value, int places);

// How many decimals a change is said with, and what it is counted in.
struct Unit {
  int places;
  std::string_view name;
};
Unit UnitOf(common::v1::Basis basis);

// Whether nothing says what makes changes comparable, as of what was recorded before there were
// bases.
bool IsUnequated(common::v1::Basis basis);

// The confidence of intervals that hold however often one looks, as their test says it; nullopt
// without a test.
std::optional<double> ConfidenceOf(const common::v1::TriggerTest& test);

// "20 matched students changed by −6.8 % of scale (95 % at any moment: −9.4 to −4.1); +0.4 was
// desired by 28 November": no full stop. nullopt when no change is shown. Without a `confidence`
// the interval is said to hold at any moment, and not how often.
std::optional<std::string> GrowthInWords(const common::v1::CycleEvidence& numbers,
                                         std::optional<double> confidence);

// "25 of 30 rostered students have a result in the window": no full stop.
std::string CoverageInWords(const common::v1::CycleEvidence& numbers);

// "the growth effect on 20 matched students is +0.12 SD (95 %: −0.10 to +0.34)": no full stop.
// nullopt when none is shown.
std::optional<std::string> EffectInWords(const common::v1::CycleEvidence& numbers);

// "12 students of language:learner changed by 7.1 % of scale less (95 % at any moment: −11.0 to
// −3.2) than the 18 others, 0.45 SD, within 3 teams". nullopt when no difference is shown.
std::optional<std::string> GapInWords(const common::v1::GapEvidence& gap, const std::string& group,
                                      std::optional<double> confidence);

}  // namespace throughline::disclosure
