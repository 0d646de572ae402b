// Numbers of a district's policy that tests and norms go by, and what they are in policies that
// were adopted when there were none.
#pragma once

#include "throughline/common/v1/policy.pb.h"

namespace throughline::evidence {

inline double FalseAlarmRate(const common::v1::Policy& policy) {
  return policy.has_false_alarm_rate() ? policy.false_alarm_rate() : 0.05;
}
inline double EffectPrior(const common::v1::Policy& policy) {
  return policy.has_effect_prior() ? policy.effect_prior() : 4;
}
inline int32_t NormStudents(const common::v1::Policy& policy) {
  return policy.has_norm_students() ? policy.norm_students() : 100;
}
inline int32_t NormSchools(const common::v1::Policy& policy) {
  return policy.has_norm_schools() ? policy.norm_schools() : 2;
}

}  // namespace throughline::evidence
