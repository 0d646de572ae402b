// Which partitions of a service this process runs. A process that does not run a partition still
// accepts its commands and answers its queries.
#pragma once

#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace throughline::runtime {

class Ownership {
 public:
  using Partitions = std::function<void(const std::vector<int32_t>&)>;
  virtual ~Ownership() = default;
  // Calls `assigned` and `revoked` from then on, one at a time, on any thread. When `revoked`
  // returns, the partitions are free for others. Two owners may briefly overlap without harm.
  virtual void Start(Partitions assigned, Partitions revoked) = 0;
  // Gives everything up; nothing is called after it returns.
  virtual void Stop() = 0;
  // Whether it is known now which partitions this process runs, be it none.
  virtual bool Settled() const { return true; }
};

// One process has all partitions.
class SoleOwner : public Ownership {
 public:
  explicit SoleOwner(int32_t partitions) : all_(partitions) {
    std::iota(all_.begin(), all_.end(), 0);
  }
  void Start(Partitions assigned, Partitions) override { assigned(all_); }
  void Stop() override {}

 private:
  std::vector<int32_t> all_;
};

}  // namespace throughline::runtime
