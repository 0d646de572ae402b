// What comes faster than it can be written down one by one: counted, so that it is on record how
// many there were. Nobody's refusals (no credential was understood) are held to a pace, for anybody
// can cause as many as they like. Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::audit {

class Overflow {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Whether a record of nobody may be written down at this time.
  bool MayBeWritten(Time now);
  void Count(const v1::AuditRecord& record);
  bool empty() const { return counts_.empty(); }
  // Whether something was counted, and it is long enough ago that this was said the last time.
  bool IsDue(Time now) const;
  // Records that say how many there were, and of what; forgets them.
  std::vector<v1::AuditRecord> Take(Time now);

 private:
  // District, action, outcome, reason, method; without the last two when there are too many.
  using Kind = std::tuple<std::string, int, int, std::string, std::string>;
  std::map<Kind, int64_t> counts_;
  double tokens_ = 1000;
  Time refilled_ = {};
  Time taken_ = {};
};

}  // namespace throughline::audit
