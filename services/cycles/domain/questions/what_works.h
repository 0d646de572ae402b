// Which practices improve learning: those that were tried, by what is known of their effect. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "throughline/cycles/v1/practices_service.pb.h"
#include "throughline/cycles/v1/questions.pb.h"

namespace throughline::cycles {

// Of an assessment as readers are shown it. The interval of one cycle alone is none over cycles.
v1::EffectFound EffectOf(const v1::PracticeAssessment& shown);

// Proven practices first, then promising ones, those in use, and the rest; of one standing those
// with the largest effect first, and those without one last.
void SortByStanding(std::vector<v1::PracticeSummary>& practices);

// Of practices in the order of SortByStanding, each as readers are shown it: those at most, and how
// many there are of each kind.
v1::WhatWorks WhatWorksOf(const std::vector<v1::PracticeSummary>& tried);

}  // namespace throughline::cycles
