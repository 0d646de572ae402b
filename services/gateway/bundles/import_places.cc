#include "gateway/bundles/import_places.h"

#include <utility>

#include "gateway/bundles/errors.h"

namespace throughline::gateway::bundles {

namespace {

size_t CountOf(const std::map<std::string, size_t>& taken, const std::string& of) {
  const auto found = taken.find(of);
  return found == taken.end() ? 0 : found->second;
}

void OneLess(std::map<std::string, size_t>& taken, const std::string& of) {
  const auto found = taken.find(of);
  if (--found->second == 0) taken.erase(found);
}

}  // namespace

ImportPlaces::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)),
      district_(std::move(other.district_)),
      caller_(std::move(other.caller_)) {}

ImportPlaces::Place::~Place() {
  if (places_ != nullptr) places_->GiveBack(district_, caller_);
}

core::Result<ImportPlaces::Place> ImportPlaces::Take(const std::string& district,
                                                     const std::string& caller) {
  const std::string name = caller.empty() ? "" : district + "/" + caller;
  std::lock_guard lock(mutex_);
  if (!name.empty() && CountOf(by_caller_, name) >= limits_.of_a_caller) {
    return core::Refuse(ImportsOfCallerUnderWay(limits_.of_a_caller));
  }
  if (CountOf(by_district_, district) >= limits_.of_a_district) {
    return core::Refuse(ImportsOfDistrictUnderWay(limits_.of_a_district));
  }
  if (taken_ >= limits_.at_once) return core::Refuse(ImportsUnderWay(limits_.at_once));
  ++taken_;
  ++by_district_[district];
  if (!name.empty()) ++by_caller_[name];
  return Place(*this, district, name);
}

void ImportPlaces::GiveBack(const std::string& district, const std::string& caller) {
  std::lock_guard lock(mutex_);
  --taken_;
  OneLess(by_district_, district);
  if (!caller.empty()) OneLess(by_caller_, caller);
}

}  // namespace throughline::gateway::bundles
