#include "gateway/bundles/import_threads.h"

#include <utility>

#include "runtime/guarded.h"

namespace throughline::gateway::bundles {

void ImportThreads::Join() {
  std::list<Worker> running;
  {
    std::lock_guard lock(mutex_);
    running.swap(workers_);
  }
  for (Worker& worker : running) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

void ImportThreads::Run(ImportPlaces::Place place, std::function<void()> work) {
  std::lock_guard lock(mutex_);
  JoinOver();
  Worker& worker = workers_.emplace_back();
  worker.thread =
      std::thread([&worker, place = std::move(place), work = std::move(work)]() mutable {
        {
          const ImportPlaces::Place held = std::move(place);
          runtime::Guarded("an import", work);
          work = nullptr;  // with all that it holds
        }
        worker.over = true;
      });
}

void ImportThreads::JoinOver() {
  workers_.remove_if([](Worker& worker) {
    // One without a thread was never begun, as the machine had none to give.
    if (worker.thread.joinable() && !worker.over) return false;
    if (worker.thread.joinable()) worker.thread.join();
    return true;
  });
}

}  // namespace throughline::gateway::bundles
