// What the district of the recording does with its library of practices.
#pragma once

#include <string>

#include "quiet_services.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::compatibility {

// Before teams write anything: one practice is published and drawn for, and one will be retired.
void BeginLibrary(QuietServices& services, const std::string& district,
                  const std::string& indicator);
// In the design of one team a practice came from the other one.
void NamePractices(const cycles::v1::Cycle& cycle, cycles::v1::Design& design);
// Once teams share a challenge one offer is declined; the others are left to lapse, or to a design.
void AnswerOffers(QuietServices& services);
// What teams called `name` turns out to be the published one.
void TidyLibrary(QuietServices& services, const std::string& district, const std::string& name);

}  // namespace throughline::compatibility
