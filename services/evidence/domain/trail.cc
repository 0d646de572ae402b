#include "evidence/domain/trail.h"

#include <xxhash.h>

#include <algorithm>

namespace throughline::evidence {

uint64_t ResultHash(std::string_view source, std::string_view source_id) {
  return XXH3_64bits_withSeed(source_id.data(), source_id.size(),
                              XXH3_64bits(source.data(), source.size()));
}

bool IsBefore(const v1::TrailPoint& a, const v1::TrailPoint& b) {
  return a.day() != b.day() ? a.day() < b.day() : a.result() < b.result();
}

void AddPoint(v1::TrailRow& trail, const v1::TrailPoint& point) {
  auto& points = *trail.mutable_points();
  const auto at = static_cast<int>(std::upper_bound(points.begin(), points.end(), point, IsBefore) -
                                   points.begin());
  *points.Add() = point;
  for (int i = points.size() - 1; i > at; --i) points.SwapElements(i, i - 1);
}

void RemovePoint(v1::TrailRow& trail, uint64_t result) {
  auto& points = *trail.mutable_points();
  for (int i = 0; i < points.size(); ++i) {
    if (points[i].result() != result) continue;
    points.DeleteSubrange(i, 1);
    return;
  }
}

}  // namespace throughline::evidence
