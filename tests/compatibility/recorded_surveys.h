// Rubrics, templates and driver surveys of the recorded district. What raters answer is sealed
// before it is a command, so that any bytes do here.
#pragma once

#include <string>

#include "quiet_services.h"

namespace throughline::compatibility {

// A rubric in two revisions, a template that stays and one that goes.
void WriteRubrics(QuietServices& services, const std::string& district);

// A round of the district, which is cancelled, and one in each school, from today on.
void OpenSurveys(QuietServices& services, const std::string& district, const std::string& today);
// Somebody in each school answers.
void AnswerSurveys(QuietServices& services);
// `north` is counted, and asked again from today on; `south` stays as it was answered.
void CountAndAskAgain(QuietServices& services, const std::string& today);
// Whose raters agree less than before.
void CountAgain(QuietServices& services);

}  // namespace throughline::compatibility
