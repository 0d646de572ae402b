#include "cycles/domain/look_for_rubrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

using core::Error;
using plans::v1::RubricNoted;

namespace {

// In order of revisions.
std::string RubricKey(std::string_view district, std::string_view rubric, int32_t revision) {
  return JoinKey(district, rubric, fmt::format("{:06}", revision));
}

// Revision 0 is the one that was published last; null when there is no such.
const RubricNoted* FindRubric(const std::string& district, const v1::LookFor& by,
                              const decider::State& state) {
  if (by.revision() != 0) {
    return state.Find(kNotedRubrics, RubricKey(district, by.rubric(), by.revision()));
  }
  const RubricNoted* latest = nullptr;
  state.ForEach(kNotedRubrics, JoinKey(district, by.rubric(), ""),
                [&](const std::string&, const RubricNoted& one) { latest = &one; });
  return latest;
}

std::optional<Error> Rate(const std::string& district, const std::string& field,
                          const decider::State& state, v1::LookFor& look_for) {
  if (look_for.rubric().empty()) {
    if (look_for.revision() == 0 && look_for.criterion().empty()) return std::nullopt;
    return LookForInvalid(field, "It names no rubric, so it has neither revision nor criterion.");
  }
  const RubricNoted* rubric = FindRubric(district, look_for, state);
  if (rubric == nullptr) {
    return RubricUnknown(field + ".rubric", look_for.rubric(), look_for.revision());
  }
  const std::set<std::string> criteria(rubric->criteria().begin(), rubric->criteria().end());
  if (!criteria.contains(look_for.criterion())) {
    return CriterionUnknown(field + ".criterion", look_for.criterion(), look_for.rubric(),
                            criteria);
  }
  if (look_for.levels() != 0 && look_for.levels() != rubric->levels()) {
    return LevelsDiffer(field + ".levels", look_for.rubric(), rubric->levels());
  }
  look_for.set_revision(rubric->revision());
  look_for.set_levels(rubric->levels());
  return std::nullopt;
}

}  // namespace

core::Result<LookFors> WithRubrics(const std::string& district, const LookFors& look_fors,
                                   const decider::State& state) {
  LookFors rated = look_fors;
  for (int i = 0; i < rated.size(); ++i) {
    if (auto error = Rate(district, fmt::format("look_fors[{}]", i), state, rated[i])) {
      return core::Refuse(*error);
    }
  }
  return rated;
}

void Decide(const plans::v1::RubricAdopted& adopted, decider::Turn& turn) {
  const plans::v1::Rubric& rubric = adopted.rubric();
  const std::string key = RubricKey(rubric.district(), rubric.rubric(), rubric.revision());
  if (turn.state().Find(kNotedRubrics, key) != nullptr) return;
  RubricNoted noted;
  noted.set_district(rubric.district());
  noted.set_rubric(rubric.rubric());
  noted.set_revision(rubric.revision());
  noted.set_levels(rubric.levels());
  for (const auto& criterion : rubric.criteria()) noted.add_criteria(criterion.criterion());
  turn.Emit(noted, rubric.district());
}

void Apply(const RubricNoted& noted, decider::State& state) {
  state.Edit(kNotedRubrics, RubricKey(noted.district(), noted.rubric(), noted.revision())) = noted;
}

}  // namespace throughline::cycles
