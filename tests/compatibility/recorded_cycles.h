// What teams write of their cycles in the recorded autumn, and what they correct.
#pragma once

#include <string>

#include "quiet_services.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::compatibility {

void End(QuietServices& services, const cycles::v1::Cycle& cycle, cycles::v1::CycleState phase);
// Each with the end of its phase.
void Analyze(QuietServices& services, const cycles::v1::Cycle& cycle);
void Design(QuietServices& services, const cycles::v1::Cycle& cycle, const std::string& indicator);

// The phase, which has just ended, is reopened and ended once more.
void EndAgain(QuietServices& services, const cycles::v1::Cycle& cycle,
              cycles::v1::CycleState phase);
// The analysis says the challenge better; its phase is over.
void AmendAnalysis(QuietServices& services, const cycles::v1::Cycle& cycle);

}  // namespace throughline::compatibility
