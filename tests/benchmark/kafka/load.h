// Results pushed as a district's systems do: batches of 500, many under way at once. Not
// thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "bench_district.h"
#include "throughline/connection.h"

namespace throughline::bench {

inline constexpr int kBatch = 500;
// Whose results are pushed in bulk; the classes of the others are left to single probes.
inline constexpr int kLoadedSchools = 20;

// Cycles began on the Monday two weeks before this one.
std::string CycleStart();
// The last day of this week, up to now, that is a school day.
std::string Today();
double SecondsSince(std::chrono::steady_clock::time_point then);

// Calls under way, each answered on a thread of gRPC's.
class Pushes {
 public:
  Pushes(Connection& connection, size_t at_most) : connection_(connection), at_most_(at_most) {}
  ~Pushes() { Finish(); }
  // Waits while there are too many under way.
  void Push(const evidence::v1::IngestResultsRequest& request);
  // Until all are acknowledged; throws when one was refused.
  void Finish();

 private:
  struct Call;
  void Done(const grpc::Status& status);

  Connection& connection_;
  size_t at_most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t under_way_ = 0;
  std::string failure_;
};

// Numbers batches, so that each is new.
class Batches {
 public:
  // Of results dated within the cycles under way, or long before them.
  std::vector<evidence::v1::IngestResultsRequest> Next(int batches, bool in_window);

 private:
  int64_t next_ = 0;
};

}  // namespace throughline::bench
