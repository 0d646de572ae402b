#include "gateway/bundles/import_places.h"

#include <utility>

namespace throughline::gateway::bundles {

ImportPlaces::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), district_(std::move(other.district_)) {}

ImportPlaces::Place::~Place() {
  if (places_ != nullptr) places_->GiveBack(district_);
}

std::optional<ImportPlaces::Place> ImportPlaces::Take(const std::string& district) {
  std::lock_guard lock(mutex_);
  if (taken_ >= limits_.at_once) return std::nullopt;
  const auto of_district = by_district_.find(district);
  if (of_district != by_district_.end() && of_district->second >= limits_.of_a_district) {
    return std::nullopt;
  }
  ++taken_;
  ++by_district_[district];
  return Place(*this, district);
}

void ImportPlaces::GiveBack(const std::string& district) {
  std::lock_guard lock(mutex_);
  --taken_;
  const auto of_district = by_district_.find(district);
  if (--of_district->second == 0) by_district_.erase(of_district);
}

}  // namespace throughline::gateway::bundles
