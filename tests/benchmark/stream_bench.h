// What it costs to tell many readers of one thing: the streams of alerts against a bare gRPC server
// stream that writes the same bytes, serialized beforehand, to as many readers; and what one reader
// that does not read costs the others.
#pragma once

#include <memory>
#include <vector>

namespace throughline::bench {

struct FanOutLoad {
  int subscribers = 1000;
  int rounds = 21;
  int events = 40;  // of a round
};

// Messages a second to all subscribers, a round each: one event after another, and all of a round
// at once.
struct FanOutRates {
  std::vector<double> apart, together;
};

struct FanOutFindings {
  FanOutRates bare, ours, with_one_stalled;
};

// Messages a second, both ways.
struct Rates {
  double apart = 0;     // one event after another
  double together = 0;  // all of a round at once
};

// A service of our own with its gRPC readers, to set other readers beside.
class GrpcFanOut {
 public:
  explicit GrpcFanOut(const FanOutLoad& load);
  ~GrpcFanOut();
  Rates Round();

 private:
  class Ours;
  friend FanOutFindings MeasureFanOut(const FanOutLoad& load);
  std::unique_ptr<Ours> ours_;
};

// Throws when a stream cannot be opened.
FanOutFindings MeasureFanOut(const FanOutLoad& load);
// Prints the ratios.
void FanOut(const FanOutLoad& load);
// A line of it: messages a second, a round each, what they are set beside, and the ratios.
void PrintRates(const char* what, const std::vector<double>& ours,
                const std::vector<double>& theirs, const char* beside, const char* goal);

}  // namespace throughline::bench
