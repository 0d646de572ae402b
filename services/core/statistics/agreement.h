// Whether raters agree.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace throughline::core {

// r_wg (James, Demaree and Wolf 1984): how much less the ratings of one item vary than if every
// level from 1 to `levels` had been as likely, 1 - s^2 / ((levels^2 - 1) / 12) with s^2 over n - 1,
// and not under 0. Absent for fewer than two ratings or levels.
std::optional<double> WithinGroupAgreement(std::span<const int> ratings, int levels);

// Whether agreement fell by at least so much. Agreements are told in hundredths, which are no
// binary fractions.
bool HasFallenBy(double before, double now, double at_least);

// How far apart two values are taken to be.
enum class Distance {
  kNominal,   // they differ or not
  kOrdinal,   // by how many ratings stand between them
  kInterval,  // by their difference
};

// Krippendorff's alpha: 1 where raters agree on every unit, 0 where they agree as by chance.
// `units` are the values that each unit was given, by whoever rated it; a unit with one value says
// nothing. Absent when nothing was rated twice, or no two values differ.
std::optional<double> KrippendorffAlpha(std::span<const std::vector<int>> units, Distance distance);

}  // namespace throughline::core
