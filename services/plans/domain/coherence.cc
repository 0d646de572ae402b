#include "plans/domain/coherence.h"

#include <map>

#include "plans/domain/survey_results.h"

namespace throughline::plans {

namespace {

struct Mean {
  double sum = 0;
  int count = 0;

  void Add(double value) {
    sum += value;
    ++count;
  }
  double Value() const { return InHundredths(sum / count); }
};

}  // namespace

std::optional<v1::SchoolCoherence> CoherenceOf(std::span<const v1::SurveyResults> results) {
  const v1::SurveyResults* latest = nullptr;
  const v1::SurveyResults* before = nullptr;
  for (const v1::SurveyResults& one : results) {
    if (one.factors().empty()) continue;
    before = latest;
    latest = &one;
  }
  if (latest == nullptr) return std::nullopt;
  std::map<int, v1::Rating> ratings_before;
  if (before != nullptr) {
    for (const auto& factor : before->factors()) ratings_before[factor.factor()] = factor.rating();
  }
  v1::SchoolCoherence coherence;
  coherence.set_school(latest->school());
  coherence.set_round(latest->round());
  coherence.set_last_day(latest->last_day());
  for (const v1::FactorRating& factor : latest->factors()) {
    v1::FactorCoherence& one = *coherence.add_factors();
    one.set_factor(factor.factor());
    *one.mutable_rating() = factor.rating();
    const auto found = ratings_before.find(factor.factor());
    if (found == ratings_before.end()) continue;
    one.set_coherence_change(InHundredths(factor.rating().coherence() - found->second.coherence()));
    one.set_mean_change(InHundredths(factor.rating().mean() - found->second.mean()));
  }
  return coherence;
}

std::vector<v1::FactorCoherence> MeanCoherence(std::span<const v1::SchoolCoherence> schools) {
  struct Means {
    Mean mean, coherence, mean_change, coherence_change;
  };
  std::map<v1::DriverFactor, Means> by_factor;
  for (const v1::SchoolCoherence& school : schools) {
    for (const v1::FactorCoherence& factor : school.factors()) {
      Means& means = by_factor[factor.factor()];
      means.mean.Add(factor.rating().mean());
      means.coherence.Add(factor.rating().coherence());
      if (factor.has_mean_change()) means.mean_change.Add(factor.mean_change());
      if (factor.has_coherence_change()) means.coherence_change.Add(factor.coherence_change());
    }
  }
  std::vector<v1::FactorCoherence> factors;
  for (const auto& [factor, means] : by_factor) {
    v1::FactorCoherence& one = factors.emplace_back();
    one.set_factor(factor);
    one.mutable_rating()->set_mean(means.mean.Value());
    one.mutable_rating()->set_coherence(means.coherence.Value());
    if (means.mean_change.count > 0) one.set_mean_change(means.mean_change.Value());
    if (means.coherence_change.count > 0) {
      one.set_coherence_change(means.coherence_change.Value());
    }
  }
  return factors;
}

}  // namespace throughline::plans
