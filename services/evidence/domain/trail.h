// The trail of a student: their counted results on one indicator in one team, over the last 400
// days of results. What a cycle's baseline and window look back on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Longer than any baseline and cycle together.
inline constexpr int32_t kTrailDays = 400;

// The identity of a result, as trails hold it (XXH3, 64 bits).
uint64_t ResultHash(std::string_view source, std::string_view source_id);

// Adds a point, keeping the order, and forgets what is more than kTrailDays before the newest.
void AddPoint(v1::TrailRow& trail, uint64_t result, int32_t day, int32_t ppm);
// No effect when there is no such point.
void RemovePoint(v1::TrailRow& trail, uint64_t result);
// The latest point from `first` to `last`, both included; nullptr when there is none.
const v1::TrailPoint* Latest(const v1::TrailRow& trail, int32_t first, int32_t last);

}  // namespace throughline::evidence
