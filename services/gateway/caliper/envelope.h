// An envelope of Caliper 1.1 or 1.2, understood: which of its events are results, and the answer.
//
// A GradeEvent (Graded) is the result of an attempt; an AssessmentItemEvent (Completed) is one when
// there is a score in it. Whatever else an envelope holds, entities and other events, is taken and
// ignored. An entity may stand for itself by its IRI; what a reference does not say is looked for
// where the event has it whole, the attempt also in its score or response.
//
// A grading has a score that can be read, or a Score whose scoreGiven is null: then it is taken
// back, and the attempt is handed in. Whatever else is generated, or nothing, says nothing of a
// score: evidence sets it aside, and a score that is recorded stays. Terms are read in any case.
//
// The result is the attempt: its IRI is the source id, so that another grading of the attempt is a
// correction. The event's id is the version of it: the same event with another content is a
// conflict. The student is the attempt's assignee, whoever the actor is; the day is that on which
// the attempt ended, else began, else of the event.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/source_settings.h"
#include "gateway/intake/understood.h"

namespace throughline::gateway::caliper {

// JSON_INVALID and the like, CALIPER_ENVELOPE_INVALID, CALIPER_VERSION_NOT_SUPPORTED,
// TOO_MANY_ITEMS: nothing of the envelope is taken. What is wrong with one event is that item's.
core::Result<Understood> ReadEnvelope(std::string_view body, const SourceSettings& settings);

// MEDIA_TYPE_NOT_SUPPORTED unless it is application/json, in lower case and without parameters.
core::Result<void> CheckMediaType(std::string_view media_type);

// After the specification: 415 for another media type, 422 for another version, 413 for too many
// events, 400 for anything else that is no envelope.
Answer AnswerTo(const core::Error& error);
// 200 when anything of the envelope was taken or ignored; 409 when all of it contradicted what was
// taken before, 422 when none of it could be understood. The body says what became of each.
Answer AnswerTo(const Understood& understood, const std::vector<ItemOutcome>& outcomes);

// What a sensor may ask for before it sends (Caliper 1.2, 6.2): the versions that are taken, and
// how large a push may be.
Answer Configuration(size_t bytes_at_most);

// For the fuzzer: reads, and answers as if all had been accepted.
void Fuzz(std::string_view body);

}  // namespace throughline::gateway::caliper
