// A school's driver survey in which raters agree less on a factor than in the one before: the
// school reviews it.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_notes.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"

namespace throughline::cycles {

// Notes how the factors compare with the survey before, and opens a review unless one of a survey
// before is still open.
void Decide(const plans::v1::SurveyResultsRecorded& recorded, decider::Turn& turn);
// What follows from the note.
void OpenReviewOf(const plans::v1::CoherenceFallNoted& noted, decider::Turn& turn);

}  // namespace throughline::cycles
