// What server-sent events cost: readers of the gateway's stream of alerts against as many readers
// of the gRPC stream, of services alike.
#pragma once

#include "stream_bench.h"

namespace throughline::bench {

// Prints the ratios; throws when a stream cannot be opened.
void SseFanOut(const FanOutLoad& load);

}  // namespace throughline::bench
