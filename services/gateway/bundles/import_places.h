// How many imports run at once: a few in all, fewer of one district, one of one caller. A place is
// taken before the body is read, so that what waits on disk is bounded, too. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "core/result.h"

namespace throughline::gateway::bundles {

struct PlaceLimits {
  size_t at_once = 4;
  size_t of_a_district = 2;
  size_t of_a_caller = 1;
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
    Place(ImportPlaces& places, std::string district, std::string caller)
        : places_(&places), district_(std::move(district)), caller_(std::move(caller)) {}

    ImportPlaces* places_;  // null: moved from
    std::string district_;
    std::string caller_;
  };

  explicit ImportPlaces(PlaceLimits limits) : limits_(limits) {}
  // IMPORTS_OF_CALLER_UNDER_WAY, IMPORTS_OF_DISTRICT_UNDER_WAY or IMPORTS_UNDER_WAY: whose places
  // are all taken. An empty caller is one that cannot be distinguished from others, and has no
  // limit of its own; else it is a name within the district.
  core::Result<Place> Take(const std::string& district, const std::string& caller);

 private:
  using Taken = std::map<std::string, size_t>;
  void GiveBack(const std::string& district, const std::string& caller);

  const PlaceLimits limits_;
  std::mutex mutex_;
  size_t taken_ = 0;
  Taken by_district_;
  Taken by_caller_;  // <district>/<caller>
};

}  // namespace throughline::gateway::bundles
