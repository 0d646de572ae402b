// The trail of a student: their counted results on one indicator in one school, each with the team
// and the class that it was recorded in. A cycle's baseline and window look back on those of its
// team, and the weeks of run charts on those of their days. It is kept in stretches of four weeks,
// a row each, so that adding a result costs the same however long the trail is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The identity of a result, as trails hold it (XXH3, 64 bits).
uint64_t ResultHash(std::string_view source, std::string_view source_id);

// Which stretch a day (days since 1970-01-01) lies in.
int32_t StretchOf(int32_t day);

// Of two points the earlier, by day, and by result within a day.
bool IsBefore(const v1::TrailPoint& a, const v1::TrailPoint& b);
// Of a trail that is by teams: recorded in the team and the class.
void AddPoint(v1::TrailRow& trail, const v1::TrailPoint& point, std::string_view team = {},
              std::string_view class_id = {});
// No effect when there is no such point.
void RemovePoint(v1::TrailRow& trail, uint64_t result);
// What the i-th point is of.
const v1::TrailPlace& PlaceOf(const v1::TrailRow& trail, int i);
std::vector<v1::TrailPoint> PointsOf(const v1::TrailRow& trail);
// Those that were recorded in the team.
std::vector<v1::TrailPoint> PointsIn(const v1::TrailRow& trail, std::string_view team);

}  // namespace throughline::evidence
