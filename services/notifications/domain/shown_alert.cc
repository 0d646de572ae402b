#include "notifications/domain/shown_alert.h"

#include "disclosure/disclose.h"

namespace throughline::notifications {

void HideSmallCells(v1::Alert& alert, int64_t smallest) {
  if (disclosure::HideSmallCells(alert, smallest)) alert.set_suppressed(true);
}

}  // namespace throughline::notifications
