// A score and its scale on their way into a result, exactly: the text that the source wrote is
// kept. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/decimal.h"
#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway {

// SCORE_INVALID, with `field`, when it is no decimal.
core::Result<void> SetScore(std::string_view text, std::string_view field,
                            evidence::v1::Result& result);
// The scale that the source says. SCALE_INVALID when one of the two is no decimal. A highest that
// is not above the lowest is none of the endpoint's business: evidence sets such a result aside.
core::Result<void> SetScale(std::string_view lowest, std::string_view highest,
                            std::string_view field, evidence::v1::Result& result);

// A number, or a string, of JSON as it was written; nullopt for anything else.
std::optional<std::string> DecimalText(const Json& value);

// In OneRoster's words, in any case: "fully graded", "partially graded", "submitted", "not
// submitted", "exempt".
std::optional<evidence::v1::ScoreStatus> ParseScoreStatus(std::string_view text);

// RFC 3339, and its offset without the colon (+0000), which senders write too.
std::optional<core::Instant> ReadInstant(std::string_view text);

}  // namespace throughline::gateway
