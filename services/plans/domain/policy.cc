#include "plans/domain/policy.h"

#include <google/protobuf/descriptor.h>

#include <cmath>

#include "plans/domain/errors.h"

namespace throughline::plans {

namespace {

// The ranges of every field; one table, checked by reflection.
struct Range {
  const char* field;
  double low;
  double high;
  double standard;
};

constexpr Range kRanges[] = {
    {"cycle_days", 5, 60, 15},
    {"analyze_days", 1, 60, 2},
    {"design_days", 1, 60, 3},
    {"implement_days", 1, 60, 8},
    {"refine_days", 1, 60, 2},
    {"cycles_per_school_review", 1, 12, 2},
    {"overdue_alert_days", 0, 60, 1},
    {"overdue_escalation_days", 1, 60, 3},
    {"baseline_days", 5, 200, 45},
    {"desired_growth_per_year", 0, 5, 0.20},
    {"days_per_year", 100, 366, 180},
    {"complete_coverage", 0.01, 1, 0.80},
    {"sufficient_coverage", 0.01, 1, 0.50},
    {"gap_widening", 0.01, 2, 0.10},
    {"evidence_missing_days", 1, 60, 3},
    {"struggling_percentile", 0.01, 0.99, 0.20},
    {"smallest_cell", 10, 1000, 10},
    {"indicators_at_most", 1, 16, 4},
    {"group_wait_s", 1, 3600, 30},
    {"group_interval_s", 1, 86400, 300},
    {"repeat_interval_s", 60, 30 * 86400, 86400},
    {"unasked_removal", 0, 1, 0.10},
    {"false_alarm_rate", 0.001, 0.5, 0.05},
    {"effect_prior", 0.1, 100, 4},
    {"norm_students", 30, 100'000, 100},
    {"norm_schools", 1, 1000, 2},
    {"year_baseline_days", 1, 90, 30},
    {"identity_retention_years", 1, 30, 7},
    {"focused_priorities", 1, 20, 3},
    {"coherent_teams", 0, 1, 0.60},
    {"aligned_priorities", 0, 1, 0.50},
    {"clarity_cycle_weeks", 6, 9, 8},
    {"plan_review_days", 1, 60, 10},
    {"coherence_fall", 0.01, 1, 0.20},
    {"first_followers", 1, 100, 3},
    {"maintenance_months", 1, 60, 6},
    {"offer_days", 1, 60, 10},
    {"offer_lapse_days", 1, 120, 15},
};

const google::protobuf::FieldDescriptor& Field(const char* name) {
  return *common::v1::Policy::descriptor()->FindFieldByName(name);
}

double Value(const common::v1::Policy& policy, const google::protobuf::FieldDescriptor& field) {
  const auto& reflection = *policy.GetReflection();
  return field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE
             ? reflection.GetDouble(policy, &field)
             : reflection.GetInt32(policy, &field);
}

}  // namespace

common::v1::Policy DefaultPolicy() {
  common::v1::Policy policy;
  const auto& reflection = *policy.GetReflection();
  for (const Range& range : kRanges) {
    const auto& field = Field(range.field);
    if (field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) {
      reflection.SetDouble(&policy, &field, range.standard);
    } else {
      reflection.SetInt32(&policy, &field, static_cast<int32_t>(range.standard));
    }
  }
  return policy;
}

common::v1::Policy WholePolicy(const common::v1::Policy& policy) {
  common::v1::Policy whole = DefaultPolicy();
  whole.MergeFrom(policy);
  return whole;
}

std::optional<core::Error> Check(const common::v1::Policy& policy) {
  for (const Range& range : kRanges) {
    const auto& field = Field(range.field);
    // Of a district that is older than the field: the default holds.
    if (!policy.GetReflection()->HasField(policy, &field)) continue;
    const double value = Value(policy, field);
    if (!(value >= range.low && value <= range.high)) {
      return PolicyOutOfRange(range.field, range.low, range.high);
    }
  }
  if (policy.analyze_days() + policy.design_days() + policy.implement_days() +
          policy.refine_days() !=
      policy.cycle_days()) {
    return PhasesDoNotAddUp();
  }
  return std::nullopt;
}

}  // namespace throughline::plans
