// Norms of a district: how its scores on an assessment spread, which scores are held against where
// assessments differ (basis.h). A school says how its sums on an assessment differ from those that
// it told the district last; the district's own key adds them up, and publishes a norm as soon as
// enough students of enough schools have a score, and again when the scores are a tenth more, once
// in a minute of the clock.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

inline constexpr std::string_view kNormDue = "norm/";  // norm/district/assessment

// For Apply: a score comes into the sums of its school, or out of them, and `students` with it.
void CountInSchool(v1::SchoolScoresRow& school, int32_t ppm, int32_t students, bool in);

// Adds what the district's key is to be told of the assessment, if anything.
struct SchoolAssessment {
  const std::string& district;
  const std::string& school;
  const std::string& assessment;
};
void AddChange(const SchoolAssessment& of, const decider::State& state, v1::ScoresCounted& counted);
void Apply(const v1::ScoresCounted& counted, decider::State& state);

void CountInDistrict(const v1::DistrictScoresCounted& counted, core::Instant time,
                     decider::State& state);
void DecideNorm(std::string_view timer, decider::Turn& turn);

// A delivery, to every partition.
void Decide(const v1::NormsPublished& published, decider::Turn& turn);
void Apply(const v1::NormsAdopted& adopted, core::Instant time, decider::State& state);

// For Apply: changes between one of the assessments and another are compared in another way from
// now on.
void CompareAnew(const std::string& district, const std::set<std::string>& assessments,
                 core::Instant time, decider::State& state);

}  // namespace throughline::evidence
