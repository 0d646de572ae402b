// Instants as the people of a district read them. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "throughline/connection.h"

namespace throughline {

class DistrictClock {
 public:
  // `zone` is an IANA name; one that is not known is taken as UTC.
  explicit DistrictClock(std::string zone) : zone_(std::move(zone)) {}
  // In the district's time zone; in UTC when the district does not say.
  static DistrictClock Of(Connection& connection, const std::string& district);

  // "2013-02-28 09:30"; empty for 0.
  std::string Format(int64_t time_ms) const;

 private:
  std::string zone_;
};

}  // namespace throughline
