#include "cycles/domain/questions/what_works.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/path_segment.h"

namespace throughline::cycles {

namespace {

constexpr int kPracticesAtMost = 50;

int RankOf(v1::PracticeStanding standing) {
  switch (standing) {
    case v1::PRACTICE_STANDING_PROVEN:
      return 0;
    case v1::PRACTICE_STANDING_PROMISING:
      return 1;
    case v1::PRACTICE_STANDING_IN_USE:
      return 2;
    case v1::PRACTICE_STANDING_PUBLISHED:
      return 3;
    case v1::PRACTICE_STANDING_DRAFT:
      return 4;
    default:
      return 5;
  }
}

auto PlaceOf(const v1::PracticeSummary& one) {
  const v1::PracticeAssessment& known = one.assessment();
  const double effect =
      known.has_pooled() ? known.pooled().effect() : -std::numeric_limits<double>::infinity();
  return std::tuple(RankOf(known.standing()), -effect, one.practice().practice());
}

void Count(v1::EffectFound found, v1::WhatWorks& answer) {
  switch (found) {
    case v1::EFFECT_FOUND_HELPS:
      return answer.set_helps(answer.helps() + 1);
    case v1::EFFECT_FOUND_NONE:
      return answer.set_none(answer.none() + 1);
    case v1::EFFECT_FOUND_HARMS:
      return answer.set_harms(answer.harms() + 1);
    default:
      return answer.set_not_known(answer.not_known() + 1);
  }
}

}  // namespace

v1::EffectFound EffectOf(const v1::PracticeAssessment& shown) {
  const v1::PooledNetEffect& pooled = shown.pooled();
  if (!shown.has_pooled() || !pooled.has_low() || !pooled.has_high()) {
    return v1::EFFECT_FOUND_NOT_KNOWN;
  }
  if (pooled.low() > 0) return v1::EFFECT_FOUND_HELPS;
  return pooled.high() < 0 ? v1::EFFECT_FOUND_HARMS : v1::EFFECT_FOUND_NONE;
}

void SortByStanding(std::vector<v1::PracticeSummary>& practices) {
  std::sort(practices.begin(), practices.end(),
            [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
}

v1::WhatWorks WhatWorksOf(const std::vector<v1::PracticeSummary>& tried) {
  v1::WhatWorks answer;
  for (const v1::PracticeSummary& one : tried) {
    const v1::EffectFound found = EffectOf(one.assessment());
    Count(found, answer);
    if (answer.practices_size() == kPracticesAtMost) continue;
    v1::PracticeTried& added = *answer.add_practices();
    added.set_practice(one.practice().practice());
    added.set_name(one.practice().name());
    added.set_found(found);
    *added.mutable_assessment() = one.assessment();
    added.set_link("/v1/practices/" + core::PathSegment(one.practice().practice()) + "/netEffects");
  }
  answer.add_links("/v1/practices");
  return answer;
}

}  // namespace throughline::cycles
