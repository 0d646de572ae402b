#include "notifications/domain/shown_alert.h"

#include "disclosure/disclose.h"

namespace throughline::notifications {

void HideSmallCells(v1::Alert& alert, int64_t smallest) {
  if (!alert.has_condition()) return;
  if (disclosure::HideSmallCells(*alert.mutable_condition(), smallest)) alert.set_suppressed(true);
}

}  // namespace throughline::notifications
