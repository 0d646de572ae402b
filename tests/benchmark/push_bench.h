// What HTTP costs: batches of 500 results as JSON through the gateway, against the same batches
// over gRPC, into the same host.
#pragma once

#include <string>

#include "bench_district.h"

namespace throughline::bench {

// Batches as JSON over HTTP, some under way at once, each on a connection that stays open.
class HttpPushes {
 public:
  // Opens a gateway on the host, which must outlive this. Throws when it cannot.
  explicit HttpPushes(platform::Host& host);
  ~HttpPushes();

  // `number` onwards; throws unless every result was taken.
  void Push(int64_t number, int batches, int results, const std::string& date);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace throughline::bench
