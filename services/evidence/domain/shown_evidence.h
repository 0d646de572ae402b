// Keeps what readers are shown of a cycle's numbers beside the exact ones: by the rule of
// disclosure/release.h, a function of the events alone.
#pragma once

#include <optional>
#include <string_view>

#include "core/date.h"
#include "decider/decider.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// For Apply: a student adds `now` instead of `before` to the exact numbers; null: nothing.
void NoteChange(v1::EvidenceRow& row, std::string_view student, const v1::ContributionRow* before,
                const v1::ContributionRow* now);

// For Apply, when all that an event says is noted: moves what is shown if enough students moved.
void MoveShown(decider::State& state, const EvidenceKey& evidence, core::Instant time);

// For Apply, when scores are compared on another basis, or by another norm: what is shown is of the
// same students as before, with the numbers that they come to now.
void ShowAnew(decider::State& state, const EvidenceKey& evidence, core::Instant time);

// What readers are shown of a team of which no student has a result. How many students it has is
// said in whole smallest cells only: with the exact number, those whose results are not shown later
// on could be counted. nullopt for a team that is smaller than that.
std::optional<common::v1::CycleEvidence> NothingYet(int32_t rostered, int64_t smallest);

// What of a gap readers are shown; null when nothing is.
const common::v1::GapEvidence* ShownGap(const v1::EvidenceRow& row, std::string_view group);

}  // namespace throughline::evidence
