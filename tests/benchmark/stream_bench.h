// What it costs to tell many readers of one thing: the streams of alerts against a bare gRPC server
// stream that writes the same bytes, serialized beforehand, to as many readers; and what one reader
// that does not read costs the others.
#pragma once

namespace throughline::bench {

struct FanOutLoad {
  int subscribers = 1000;
  int rounds = 21;
  int events = 40;  // of a round
};

// Prints the ratios. Throws when a stream cannot be opened.
void FanOut(const FanOutLoad& load);

}  // namespace throughline::bench
