// The threads on which imports run: one each, as an import waits for its services. How many there
// are is bounded by the places that they hold. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "gateway/bundles/import_places.h"

namespace throughline::gateway::bundles {

class ImportThreads {
 public:
  explicit ImportThreads(PlaceLimits limits) : places_(limits) {}
  ~ImportThreads() { Join(); }

  // Waits for what runs; those who started it have asked it to stop. What runs wakes coroutines of
  // the server until it is over, so this comes before the server is destroyed.
  void Join();

  ImportPlaces& places() { return places_; }
  // What `work` throws is logged; its place is given back when it is over.
  void Run(ImportPlaces::Place place, std::function<void()> work);

 private:
  struct Worker {
    std::atomic<bool> over{false};
    std::thread thread;
  };
  void JoinOver();

  ImportPlaces places_;
  std::mutex mutex_;
  std::list<Worker> workers_;
};

}  // namespace throughline::gateway::bundles
