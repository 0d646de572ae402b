#include "evidence/domain/trail.h"

#include <xxhash.h>

#include <algorithm>

namespace throughline::evidence {

namespace {

bool Before(const v1::TrailPoint& a, const v1::TrailPoint& b) {
  return a.day() != b.day() ? a.day() < b.day() : a.result() < b.result();
}

}  // namespace

uint64_t ResultHash(std::string_view source, std::string_view source_id) {
  return XXH3_64bits_withSeed(source_id.data(), source_id.size(),
                              XXH3_64bits(source.data(), source.size()));
}

void AddPoint(v1::TrailRow& trail, uint64_t result, int32_t day, int32_t ppm) {
  v1::TrailPoint point;
  point.set_result(result);
  point.set_day(day);
  point.set_ppm(ppm);
  auto& points = *trail.mutable_points();
  *points.Add() = point;
  for (int i = points.size() - 1; i > 0 && Before(points[i], points[i - 1]); --i) {
    points.SwapElements(i, i - 1);
  }
  const int32_t oldest = points[points.size() - 1].day() - kTrailDays;
  int forgotten = 0;
  while (points[forgotten].day() < oldest) ++forgotten;
  points.DeleteSubrange(0, forgotten);
}

void RemovePoint(v1::TrailRow& trail, uint64_t result) {
  auto& points = *trail.mutable_points();
  for (int i = 0; i < points.size(); ++i) {
    if (points[i].result() != result) continue;
    points.DeleteSubrange(i, 1);
    return;
  }
}

const v1::TrailPoint* Latest(const v1::TrailRow& trail, int32_t first, int32_t last) {
  for (int i = trail.points_size() - 1; i >= 0; --i) {
    const v1::TrailPoint& point = trail.points(i);
    if (point.day() < first) return nullptr;
    if (point.day() <= last) return &point;
  }
  return nullptr;
}

}  // namespace throughline::evidence
