// The trail of a student: their counted results on one indicator in one team, which a cycle's
// baseline and window look back on. It is kept in stretches of 32 days, a row each, so that adding
// a result costs the same however long the trail is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The identity of a result, as trails hold it (XXH3, 64 bits).
uint64_t ResultHash(std::string_view source, std::string_view source_id);

// Which stretch a day (days since 1970-01-01) lies in.
inline int32_t StretchOf(int32_t day) { return day >> 5; }

// Of two points the earlier, by day, and by result within a day.
bool IsBefore(const v1::TrailPoint& a, const v1::TrailPoint& b);
void AddPoint(v1::TrailRow& trail, const v1::TrailPoint& point);
// No effect when there is no such point.
void RemovePoint(v1::TrailRow& trail, uint64_t result);
std::vector<v1::TrailPoint> PointsOf(const v1::TrailRow& trail);

}  // namespace throughline::evidence
