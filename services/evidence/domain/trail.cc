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
  trail.add_results(point.result());
  trail.add_days(point.day());
  trail.add_ppms(point.ppm());
  trail.add_assessments(point.assessment());
}

void RemovePoint(v1::TrailRow& trail, uint64_t result) {
  const auto& results = trail.results();
  const auto at = std::find(results.begin(), results.end(), result) - results.begin();
  if (at == results.size()) return;
  trail.mutable_results()->erase(trail.results().begin() + at);
  trail.mutable_days()->erase(trail.days().begin() + at);
  trail.mutable_ppms()->erase(trail.ppms().begin() + at);
  trail.mutable_assessments()->erase(trail.assessments().begin() + at);
}

std::vector<v1::TrailPoint> PointsOf(const v1::TrailRow& trail) {
  std::vector<v1::TrailPoint> points(trail.results_size());
  for (int i = 0; i < trail.results_size(); ++i) {
    points[i].set_result(trail.results(i));
    points[i].set_day(trail.days(i));
    points[i].set_ppm(trail.ppms(i));
    points[i].set_assessment(trail.assessments(i));
  }
  return points;
}

}  // namespace throughline::evidence
