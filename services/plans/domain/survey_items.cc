#include "plans/domain/survey_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "plans/domain/errors.h"

namespace throughline::plans {

namespace {

constexpr int kFactors = v1::DriverFactor_MAX;
constexpr int kFactorsOfADriver = kFactors / v1::Driver_MAX;

// DRIVER_FACTOR_STRATEGIC_FOCUS as "strategic focus".
std::string WordsOf(int factor) {
  std::string words = v1::DriverFactor_Name(static_cast<v1::DriverFactor>(factor))
                          .substr(std::string_view("DRIVER_FACTOR_").size());
  std::transform(words.begin(), words.end(), words.begin(), [](unsigned char c) {
    return c == '_' ? ' ' : static_cast<char>(std::tolower(c));
  });
  return words;
}

}  // namespace

v1::Driver DriverOf(v1::DriverFactor factor) {
  if (factor < 1 || factor > kFactors) return v1::DRIVER_UNSPECIFIED;
  return static_cast<v1::Driver>((factor - 1) / kFactorsOfADriver + 1);
}

core::Result<std::vector<v1::SurveyItem>> ItemsOf(const v1::Rubric& rubric) {
  if (rubric.levels() != kSurveyLevels) {
    return core::Refuse(RubricNotForSurveys(fmt::format("it has {} levels", rubric.levels())));
  }
  std::vector<v1::SurveyItem> items;
  for (int factor = 1; factor <= kFactors; ++factor) {
    const auto of_factor = [&](const v1::Criterion& one) { return one.factor() == factor; };
    const auto& criteria = rubric.criteria();
    const auto count = std::count_if(criteria.begin(), criteria.end(), of_factor);
    if (count != 1) {
      return core::Refuse(RubricNotForSurveys(
          fmt::format("{} has {}", WordsOf(factor), count == 0 ? "none" : "more than one")));
    }
    const auto found = std::find_if(criteria.begin(), criteria.end(), of_factor);
    v1::SurveyItem& item = items.emplace_back();
    item.set_factor(found->factor());
    item.set_lens(found->lens());
    item.set_name(found->name());
    *item.mutable_descriptors() = found->descriptors();
  }
  return items;
}

core::Result<v1::SurveyBallot> BallotOf(
    const v1::SurveyRound& round, v1::RaterGroup group,
    const google::protobuf::RepeatedPtrField<v1::SurveyAnswer>& answers) {
  if (!v1::RaterGroup_IsValid(group) || group == v1::RATER_GROUP_UNSPECIFIED) {
    return core::Refuse(GroupMissing());
  }
  std::map<int, std::vector<int>> levels;
  for (const v1::SurveyAnswer& answer : answers) levels[answer.factor()].push_back(answer.level());
  v1::SurveyBallot ballot;
  ballot.set_group(group);
  std::string at_fault;
  for (const v1::SurveyItem& item : round.items()) {
    const std::vector<int> given = std::move(levels[item.factor()]);
    levels.erase(item.factor());
    if (given.size() == 1 && given[0] >= 1 && given[0] <= kSurveyLevels) {
      ballot.mutable_levels()->push_back(static_cast<char>(given[0]));
    } else {
      at_fault += (at_fault.empty() ? "" : ", ") + WordsOf(item.factor());
    }
  }
  if (!levels.empty()) at_fault += at_fault.empty() ? "an item that it does not have" : "";
  if (!at_fault.empty()) return core::Refuse(ItemsIncomplete(at_fault));
  return ballot;
}

}  // namespace throughline::plans
