// Instants as the people of a district read them. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "throughline/connection.h"

namespace throughline {

class DistrictClock {
 public:
  // `zone` is an IANA name; one that is not known is taken as UTC.
  explicit DistrictClock(const std::string& zone);
  // In the district's time zone; in UTC when the district does not say.
  static DistrictClock Of(Connection& connection, const std::string& district);

  // "2013-02-28 09:30"; empty for 0.
  std::string Format(int64_t time_ms) const;
  // The sentence of a service with its moments, which are said in UTC, as they are in the district:
  // "2013-02-28 09:31 (America/Chicago)" for "2013-02-28T15:30:00.400Z". The minute is the next
  // whole one, so that what has begun by the moment has begun by then.
  std::string Localized(const std::string& sentence) const;

 private:
  std::string zone_;
};

}  // namespace throughline
