// The parts of a script beside its teams. Each throws ScriptWrong.
#pragma once

#include <vector>

#include "demo/script.h"
#include "demo/script_place.h"

namespace throughline::demo {

// Each is given the whole script. A part that it leaves out is empty.
std::vector<DemoPractice> PracticesOf(const ScriptPlace& script);
DemoTerms TermsOf(const ScriptPlace& script);
DemoPriorities PrioritiesOf(const ScriptPlace& script);
std::vector<DemoPlan> PlansOf(const ScriptPlace& script);
std::vector<DemoSurvey> SurveysOf(const ScriptPlace& script);
std::vector<DemoVisit> VisitsOf(const ScriptPlace& script);
std::vector<DemoWave> WavesOf(const ScriptPlace& script);

}  // namespace throughline::demo
