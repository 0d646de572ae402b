#include "cycles/domain/cycle_rows.h"

namespace throughline::cycles {

std::string SubjectOf(const v1::Cycle& cycle) {
  return core::Key{cycle.district(), cycle.school()}.Text();
}

std::string KeyOf(const v1::Cycle& cycle) {
  return JoinKey(cycle.district(), cycle.school(), cycle.cycle());
}

bool IsOver(const v1::Cycle& cycle) {
  return cycle.state() == v1::CYCLE_STATE_CLOSED || cycle.state() == v1::CYCLE_STATE_CANCELLED;
}

}  // namespace throughline::cycles
