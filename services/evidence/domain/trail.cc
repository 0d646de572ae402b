#include "evidence/domain/trail.h"

#include <xxhash.h>

#include <algorithm>

#include "evidence/domain/weeks.h"

namespace throughline::evidence {

namespace {

v1::TrailPoint PointAt(const v1::TrailRow& trail, int i) {
  v1::TrailPoint point;
  point.set_result(trail.results(i));
  point.set_day(trail.days(i));
  point.set_ppm(trail.ppms(i));
  point.set_assessment(PlaceOf(trail, i).assessment());
  return point;
}

int32_t PlaceIn(v1::TrailRow& trail, std::string_view assessment, std::string_view team,
                std::string_view class_id) {
  for (int32_t i = 0; i < trail.places_size(); ++i) {
    const v1::TrailPlace& place = trail.places(i);
    const bool same =
        place.assessment() == assessment && place.team() == team && place.class_id() == class_id;
    if (same) return i;
  }
  v1::TrailPlace& place = *trail.add_places();
  place.mutable_assessment()->assign(assessment);
  place.mutable_team()->assign(team);
  place.mutable_class_id()->assign(class_id);
  return trail.places_size() - 1;
}

// A place of which no point is left says nothing more of the student.
void RemoveIfUnused(v1::TrailRow& trail, int32_t place) {
  auto& of = *trail.mutable_places_of();
  if (std::find(of.begin(), of.end(), place) != of.end()) return;
  trail.mutable_places()->DeleteSubrange(place, 1);
  for (int32_t& one : of) one -= one > place ? 1 : 0;
}

}  // namespace

uint64_t ResultHash(std::string_view source, std::string_view source_id) {
  return XXH3_64bits_withSeed(source_id.data(), source_id.size(),
                              XXH3_64bits(source.data(), source.size()));
}

int32_t StretchOf(int32_t day) { return WeekOf(day) >> 2; }

bool IsBefore(const v1::TrailPoint& a, const v1::TrailPoint& b) {
  return a.day() != b.day() ? a.day() < b.day() : a.result() < b.result();
}

void AddPoint(v1::TrailRow& trail, const v1::TrailPoint& point, std::string_view team,
              std::string_view class_id) {
  trail.add_results(point.result());
  trail.add_days(point.day());
  trail.add_ppms(point.ppm());
  trail.add_places_of(PlaceIn(trail, point.assessment(), team, class_id));
}

void RemovePoint(v1::TrailRow& trail, uint64_t result) {
  const auto& results = trail.results();
  const auto at = std::find(results.begin(), results.end(), result) - results.begin();
  if (at == results.size()) return;
  const int32_t place = trail.places_of(static_cast<int>(at));
  trail.mutable_results()->erase(trail.results().begin() + at);
  trail.mutable_days()->erase(trail.days().begin() + at);
  trail.mutable_ppms()->erase(trail.ppms().begin() + at);
  trail.mutable_places_of()->erase(trail.places_of().begin() + at);
  RemoveIfUnused(trail, place);
}

const v1::TrailPlace& PlaceOf(const v1::TrailRow& trail, int i) {
  return trail.places(trail.places_of(i));
}

std::vector<v1::TrailPoint> PointsOf(const v1::TrailRow& trail) {
  std::vector<v1::TrailPoint> points;
  points.reserve(trail.results_size());
  for (int i = 0; i < trail.results_size(); ++i) points.push_back(PointAt(trail, i));
  return points;
}

std::vector<v1::TrailPoint> PointsIn(const v1::TrailRow& trail, std::string_view team) {
  std::vector<v1::TrailPoint> points;
  for (int i = 0; i < trail.results_size(); ++i) {
    if (PlaceOf(trail, i).team() == team) points.push_back(PointAt(trail, i));
  }
  return points;
}

}  // namespace throughline::evidence
