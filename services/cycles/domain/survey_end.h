// A driver survey that has ended is told: a school's to the school, when it was counted; a
// district's to the district, beside its schools. It holds until the next one has ended, or for ten
// instructional days. One that came to no ratings is a warning, which escalates as what is overdue
// does: a window ends by itself, so a survey is never late in any other way.
#pragma once

#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kSurveyTimer = "survey/";  // + what/district/school/round

// Of the district; that of a school is told when it was counted.
void Decide(const plans::v1::SurveyRoundEnded& ended, decider::Turn& turn);
void DecideSurveyEnd(const plans::v1::SurveyResultsRecorded& recorded, decider::Turn& turn);
// What follows from the note.
void TellSurveyEnd(const plans::v1::SurveyEndNoted& noted, decider::Turn& turn);
// It escalates, or has been told for long enough.
void DecideSurveyTimer(std::string_view timer, decider::Turn& turn);

void Apply(const plans::v1::SurveyEndNoted& noted, decider::State& state);
// For Apply of a condition that was cleared.
void ClearSurveyTimers(const v1::Condition& condition, decider::State& state);

}  // namespace throughline::cycles
