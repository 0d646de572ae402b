// Every refusal that has to do with waves.
#pragma once

#include <string_view>

#include "core/errors.h"
#include "throughline/cycles/v1/wave.pb.h"

namespace throughline::cycles {

core::Error WaveUnknown(std::string_view wave);               // WAVE_UNKNOWN
core::Error PracticeNotPublished(std::string_view practice);  // PRACTICE_NOT_PUBLISHED
core::Error StartsInvalid(std::string_view field, int at_most,
                          int places_at_most);     // STARTS_INVALID
core::Error AskByInvalid(std::string_view today);  // ASK_BY_INVALID
// WAVE_CLOSED; of one that is open, its last day to ask is past.
core::Error WaveClosed(const v1::Wave& wave);
core::Error PracticeInUse(std::string_view practice);  // PRACTICE_IN_USE
core::Error CancelReasonMissing();                     // REASON_MISSING

}  // namespace throughline::cycles
