#include "cycles/domain/waves/errors.h"

#include <fmt/format.h>

#include "disclosure/enum_words.h"

namespace throughline::cycles {

using core::Error;
using core::Invalid;
using core::Precondition;

Error WaveUnknown(std::string_view wave) {
  return core::NotFound("WAVE_UNKNOWN", "wave", "wave", wave, "");
}

Error PracticeNotPublished(std::string_view practice) {
  return Precondition("PRACTICE_NOT_PUBLISHED", "practice",
                      fmt::format("The practice {} is not published.", practice));
}

Error StartsInvalid(std::string_view field, int at_most, int places_at_most) {
  return Invalid("STARTS_INVALID", field,
                 fmt::format("A wave has 1 to {} starts, each on a later day than the one before, "
                             "with 1 to {} places.",
                             at_most, places_at_most));
}

Error AskByInvalid(std::string_view today) {
  return Invalid("ASK_BY_INVALID", "ask_by",
                 fmt::format("The last day to ask for a place is from today, {}, to the day before "
                             "the first start.",
                             today));
}

Error WaveClosed(const v1::Wave& wave) {
  const bool is_late = wave.state() == v1::WAVE_STATE_OPEN;
  return Precondition(
      "WAVE_CLOSED", "wave",
      is_late ? fmt::format("Places in wave {} could be asked for until {}.", wave.wave(),
                            wave.ask_by())
              : fmt::format("The wave {} is {}.", wave.wave(), disclosure::WordOf(wave.state())));
}

Error PracticeInUse(std::string_view practice) {
  return Precondition("PRACTICE_IN_USE", "team",
                      fmt::format("The team uses the practice {} already.", practice));
}

Error CancelReasonMissing() {
  return Invalid("REASON_MISSING", "reason", "Say why the wave is cancelled.");
}

}  // namespace throughline::cycles
