// What the district of the recording brings to others: webhooks and readers of digests, who take
// some of it, refuse some, and go.
#pragma once

#include <string>

#include "quiet_services.h"

namespace throughline::compatibility {

// Two webhooks and two readers; one webhook says at once that it is gone. A command that is refused
// aborts, here and below.
void SubscribeOthers(QuietServices& services, const std::string& district);
// Two more readers, who have read nothing yet.
void ReadInTheEvening(QuietServices& services, const std::string& district);
// How the attempts that are due now end: the first of them fails, the others arrive.
void AnswerForOthers(QuietServices& services, const std::string& district);
// A trial that nobody has answered yet, one that was given up, and one that is tried again after
// that.
void LeaveDeliveriesOpen(QuietServices& services, const std::string& district);

}  // namespace throughline::compatibility
