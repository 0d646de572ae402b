#include "core/statistics/agreement.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace throughline::core {

namespace {

using Counts = std::map<int, double>;  // by value

Counts CountsOf(std::span<const int> values) {
  Counts counts;
  for (int value : values) counts[value] += 1;
  return counts;
}

double Total(const Counts& counts) {
  double total = 0;
  for (const auto& [value, count] : counts) total += count;
  return total;
}

double Square(double x) { return x * x; }

// Between two values that were given so many times.
double SquaredDistance(Counts::const_iterator one, Counts::const_iterator other,
                       Distance distance) {
  switch (distance) {
    case Distance::kNominal:
      return one->first == other->first ? 0 : 1;
    case Distance::kInterval:
      return Square(one->first - other->first);
    case Distance::kOrdinal:
      break;
  }
  if (one->first > other->first) std::swap(one, other);
  double between = -(one->second + other->second) / 2;
  for (auto at = one; at != std::next(other); ++at) between += at->second;
  return Square(between);
}

}  // namespace

std::optional<double> WithinGroupAgreement(std::span<const int> ratings, int levels) {
  if (ratings.size() < 2 || levels < 2) return std::nullopt;
  const auto n = static_cast<double>(ratings.size());
  double sum = 0;
  for (int rating : ratings) sum += rating;
  double deviations = 0;
  for (int rating : ratings) deviations += Square(rating - sum / n);
  const double of_chance = (Square(levels) - 1) / 12;
  return std::max(0.0, 1 - deviations / (n - 1) / of_chance);
}

bool HasFallenBy(double before, double now, double at_least) {
  constexpr double kRoundingError = 1e-9;
  return before - now >= at_least - kRoundingError;
}

std::optional<double> KrippendorffAlpha(std::span<const std::vector<int>> units,
                                        Distance distance) {
  std::vector<Counts> rated;
  Counts all;
  for (const std::vector<int>& values : units) {
    if (values.size() < 2) continue;
    rated.push_back(CountsOf(values));
    for (const auto& [value, count] : rated.back()) all[value] += count;
  }
  // Sums of squared distances of pairs: within units, and as by chance.
  double observed = 0;
  for (const Counts& unit : rated) {
    const double others = Total(unit) - 1;
    for (const auto& [one, of_one] : unit) {
      for (const auto& [other, of_other] : unit) {
        if (one == other) continue;
        observed +=
            of_one * of_other / others * SquaredDistance(all.find(one), all.find(other), distance);
      }
    }
  }
  double expected = 0;
  for (auto one = all.cbegin(); one != all.cend(); ++one) {
    for (auto other = all.cbegin(); other != all.cend(); ++other) {
      if (one == other) continue;
      expected += one->second * other->second * SquaredDistance(one, other, distance);
    }
  }
  if (expected == 0) return std::nullopt;
  return 1 - (Total(all) - 1) * observed / expected;
}

}  // namespace throughline::core
