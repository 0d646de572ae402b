// What it costs to tell many readers of one thing: the streams of alerts against a bare gRPC server
// stream that writes the same bytes, serialized beforehand, to as many readers; and what one reader
// that does not read costs the others.
#pragma once

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

// Throws when a stream cannot be opened.
FanOutFindings MeasureFanOut(const FanOutLoad& load);
// Prints the ratios.
void FanOut(const FanOutLoad& load);

}  // namespace throughline::bench
