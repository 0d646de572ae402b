// The root causes that teams named in their latest analyses: problems of practice and challenges,
// by how many teams they share and how many of those teams' students struggle.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/questions.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// For Apply: keeps what the team's latest analysis named.
void NoteCauses(const v1::ArtefactsRecorded& recorded, decider::State& state);
// For Apply: keeps who the students of a team are in its latest cycle.
void NoteLatestStudents(const v1::CycleEvidenceTaken& taken, decider::State& state);

// Students of a team who struggle on an indicator, by school/team/indicator.
using StrugglingByTeam = std::map<std::string, int64_t>;

// What the teams named. Problems are the same when they are one of a plan's, challenges and
// problems of no plan when they are worded alike. Counts of students are in whole cells of
// `smallest`; they are hidden when there are fewer, or when the rest of those who struggle in
// `struggling` is.
v1::NamedCauses CausesOf(const std::vector<v1::NamedCausesRow>& named,
                         const StrugglingByTeam& struggling, int64_t smallest);

}  // namespace throughline::cycles
