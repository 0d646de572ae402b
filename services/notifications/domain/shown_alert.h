// What of an alert may be shown.
#pragma once

#include <cstdint>

#include "throughline/notifications/v1/alert.pb.h"

namespace throughline::notifications {

// Leaves out the numbers of an alert that rest on fewer students than `smallest`, and says so.
void HideSmallCells(v1::Alert& alert, int64_t smallest);

}  // namespace throughline::notifications
