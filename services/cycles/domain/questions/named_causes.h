// The root causes that teams named in the analyses of what they work on: problems of practice and
// challenges, by how many teams they share and how many of those teams' students struggle.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/offer.pb.h"
#include "throughline/cycles/v1/questions.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// For Apply: keeps who the students of a team are in its latest cycle.
void NoteLatestStudents(const v1::CycleEvidenceTaken& taken, decider::State& state);

// Students of a team who struggle on an indicator, by school/team/indicator.
using StrugglingByTeam = std::map<std::string, int64_t>;

// What the teams named. What is the same is said in offers/sameness.h; a problem of no plan is of
// its team alone. Counts of students are in whole cells of `smallest`; they are hidden when there
// are fewer, or when the rest of those who struggle in `struggling` is.
v1::NamedCauses CausesOf(const std::vector<v1::TeamChallenge>& teams,
                         const StrugglingByTeam& struggling, int64_t smallest);

}  // namespace throughline::cycles
