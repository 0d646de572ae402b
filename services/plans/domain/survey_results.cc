#include "plans/domain/survey_results.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "core/statistics/agreement.h"
#include "core/statistics/suppression.h"
#include "plans/domain/survey_items.h"

namespace throughline::plans {

namespace {

constexpr std::array kGroups = {v1::RATER_GROUP_STAFF, v1::RATER_GROUP_LEADERS,
                                v1::RATER_GROUP_DISTRICT};
using Ballots = std::vector<const v1::SurveyBallot*>;

v1::SurveyResults Begin(const v1::SurveyRound& round) {
  v1::SurveyResults results;
  results.set_district(round.district());
  results.set_school(round.school());
  results.set_round(round.round());
  results.set_last_day(round.last_day());
  return results;
}

// What they gave an item, those of five raters or more.
v1::Rating RatingOf(const Ballots& ballots, int item) {
  std::vector<int> levels;
  double sum = 0;
  for (const v1::SurveyBallot* ballot : ballots) {
    levels.push_back(ballot->levels()[item]);
    sum += levels.back();
  }
  v1::Rating rating;
  rating.set_mean(InHundredths(sum / static_cast<double>(levels.size())));
  rating.set_coherence(InHundredths(core::WithinGroupAgreement(levels, kSurveyLevels).value_or(0)));
  return rating;
}

// Of the groups that may be told of: those whose ballots are not there may not.
using Shown = std::vector<std::pair<v1::RaterGroup, Ballots>>;

Shown ShownGroups(const Ballots& ballots, v1::SurveyResults& results) {
  Shown by_group;
  std::vector<int64_t> cells;
  for (v1::RaterGroup group : kGroups) {
    Ballots of_group;
    std::copy_if(ballots.begin(), ballots.end(), std::back_inserter(of_group),
                 [&](const auto* one) { return one->group() == static_cast<uint32_t>(group); });
    cells.push_back(static_cast<int64_t>(of_group.size()));
    by_group.emplace_back(group, std::move(of_group));
  }
  const std::vector<bool> hidden = core::HiddenCells(cells, kFewestRaters);
  Shown shown;
  for (size_t i = 0; i < by_group.size(); ++i) {
    v1::GroupCount& count = *results.add_groups();
    count.set_group(by_group[i].first);
    if (hidden[i]) continue;
    count.set_raters(static_cast<int32_t>(cells[i]));
    shown.push_back(std::move(by_group[i]));
  }
  return shown;
}

v1::FactorRating FactorOf(const v1::SurveyItem& item, int index, const Ballots& all,
                          const Shown& groups) {
  v1::FactorRating factor;
  factor.set_factor(item.factor());
  factor.set_driver(DriverOf(item.factor()));
  factor.set_lens(item.lens());
  *factor.mutable_rating() = RatingOf(all, index);
  for (const auto& [group, ballots] : groups) {
    v1::GroupRating& rating = *factor.add_groups();
    rating.set_group(group);
    *rating.mutable_rating() = RatingOf(ballots, index);
  }
  for (int one = 0; one < factor.groups_size(); ++one) {
    for (int other = one + 1; other < factor.groups_size(); ++other) {
      v1::GroupDifference& difference = *factor.add_differences();
      difference.set_one(factor.groups(one).group());
      difference.set_other(factor.groups(other).group());
      difference.set_difference(
          InHundredths(factor.groups(one).rating().mean() - factor.groups(other).rating().mean()));
    }
  }
  return factor;
}

// The means of those factors that are wanted; nullopt when there are none.
template <class Wanted>
std::optional<v1::Rating> MeanOf(const v1::SurveyResults& results, Wanted wanted) {
  double mean = 0, coherence = 0, count = 0;
  for (const v1::FactorRating& factor : results.factors()) {
    if (!wanted(factor)) continue;
    mean += factor.rating().mean();
    coherence += factor.rating().coherence();
    ++count;
  }
  if (count == 0) return std::nullopt;
  v1::Rating rating;
  rating.set_mean(InHundredths(mean / count));
  rating.set_coherence(InHundredths(coherence / count));
  return rating;
}

void AddDriversAndLenses(v1::SurveyResults& results) {
  for (int i = 1; i <= v1::Driver_MAX; ++i) {
    const auto driver = static_cast<v1::Driver>(i);
    const auto mean = MeanOf(results, [&](const auto& one) { return one.driver() == driver; });
    if (!mean) continue;
    v1::DriverRating& rating = *results.add_drivers();
    rating.set_driver(driver);
    *rating.mutable_rating() = *mean;
  }
  for (int i = 1; i <= v1::Lens_MAX; ++i) {
    const auto lens = static_cast<v1::Lens>(i);
    const auto mean = MeanOf(results, [&](const auto& one) { return one.lens() == lens; });
    if (!mean) continue;
    v1::LensRating& rating = *results.add_lenses();
    rating.set_lens(lens);
    *rating.mutable_rating() = *mean;
  }
}

std::vector<std::vector<int>> UnitsOf(const Ballots& ballots, int items) {
  std::vector<std::vector<int>> units(items);
  for (int i = 0; i < items; ++i) {
    for (const v1::SurveyBallot* ballot : ballots) units[i].push_back(ballot->levels()[i]);
  }
  return units;
}

}  // namespace

double InHundredths(double value) { return std::round(value * 100) / 100; }

v1::SurveyResults ResultsOf(const v1::SurveyRound& round,
                            std::span<const v1::SurveyBallot> ballots) {
  v1::SurveyResults results = Begin(round);
  Ballots all;
  for (const v1::SurveyBallot& ballot : ballots) {
    if (static_cast<int>(ballot.levels().size()) == round.items_size()) all.push_back(&ballot);
  }
  if (static_cast<int64_t>(all.size()) < kFewestRaters) {
    results.set_absent(v1::SURVEY_ABSENCE_TOO_FEW_RATERS);
    return results;
  }
  results.set_raters(static_cast<int32_t>(all.size()));
  const Shown groups = ShownGroups(all, results);
  for (int i = 0; i < round.items_size(); ++i) {
    *results.add_factors() = FactorOf(round.items(i), i, all, groups);
  }
  AddDriversAndLenses(results);
  const auto reliability =
      core::KrippendorffAlpha(UnitsOf(all, round.items_size()), core::Distance::kOrdinal);
  if (reliability) results.set_reliability(InHundredths(*reliability));
  return results;
}

v1::SurveyResults ResultsWithoutKey(const v1::SurveyRound& round) {
  v1::SurveyResults results = Begin(round);
  results.set_absent(v1::SURVEY_ABSENCE_KEY_LOST);
  return results;
}

}  // namespace throughline::plans
