// What is known of a practice, from the closed cycles that used it and the teams that use it now.
// Pure.
#pragma once

#include <vector>

#include "cycles/domain/practices/comparison.h"
#include "throughline/cycles/v1/adoption.pb.h"
#include "throughline/cycles/v1/practice.pb.h"

namespace throughline::cycles {

// Of a cycle on several indicators the net effects are taken together first, as if they were of one
// measure: one study a cycle. What is shown is rounded as numbers of so many students are, by the
// smallest cell; standing and tier go by the exact numbers.
v1::PracticeAssessment AssessmentOf(const v1::Practice& practice,
                                    const std::vector<Studied>& studied,
                                    const std::vector<v1::Adoption>& adopters, int64_t smallest);

// As readers are shown it.
v1::CycleNetEffect ShownEffect(const Studied& studied, int64_t smallest);

}  // namespace throughline::cycles
