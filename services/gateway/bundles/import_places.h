// How many imports run at once: a few in all, fewer of one district. A place is taken before the
// body is read, so that what waits on disk is bounded, too. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace throughline::gateway::bundles {

struct PlaceLimits {
  size_t at_once = 4;
  size_t of_a_district = 2;
};

class ImportPlaces {
 public:
  // Given back when it is destroyed; it must not outlive where it was taken.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class ImportPlaces;
    Place(ImportPlaces& places, std::string district)
        : places_(&places), district_(std::move(district)) {}

    ImportPlaces* places_;  // null: moved from
    std::string district_;
  };

  explicit ImportPlaces(PlaceLimits limits) : limits_(limits) {}
  // Nothing when all are taken.
  std::optional<Place> Take(const std::string& district);

 private:
  void GiveBack(const std::string& district);

  const PlaceLimits limits_;
  std::mutex mutex_;
  size_t taken_ = 0;
  std::map<std::string, size_t> by_district_;
};

}  // namespace throughline::gateway::bundles
