// Commitments of a visit: who owes what until when, and what became of it.
#pragma once

#include <optional>

#include "core/instructional_calendar.h"
#include "cycles/domain/errors.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::cycles {

// What is wrong with the commitments of a debrief: COMMITMENTS_INVALID, COMMITMENT_INVALID,
// TEAM_UNKNOWN, TEXT_….
std::optional<core::Error> CheckCommitments(const v1::Visit& host,
                                            const v1::RecordDebriefRequest& request,
                                            const decider::State& state);
// Of the request, each with an id and without what a debrief sets later.
void TakeCommitments(const v1::RecordDebriefRequest& request, v1::Visit& visit);

// Sets the day on which each is due, counting from the day after `today`.
// COMMITMENT_OUTSIDE_TERMS when the calendar does not have so many.
std::optional<core::Error> SetDue(v1::Visit& visit, core::Date today,
                                  const core::InstructionalCalendar& calendar);

void Decide(const v1::AnswerCommitmentRequest& request, decider::Turn& turn);
void Apply(const v1::CommitmentAnswered& answered, decider::State& state);

}  // namespace throughline::cycles
