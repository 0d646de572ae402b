#include "cycles/domain/schedule.h"

#include <algorithm>
#include <utility>

namespace throughline::cycles {

core::Date DateOf(const std::string& text) { return core::ParseDate(text).value_or(core::Date{}); }

void SetWindow(v1::Cycle& cycle, core::Date start, const core::InstructionalCalendar& calendar,
               const common::v1::Policy& policy) {
  const core::Date first = calendar.FirstOnOrAfter(start);
  const int days = policy.cycle_days();
  cycle.set_start(core::FormatDate(first));
  cycle.set_end(core::FormatDate(calendar.Add(first, days - 1)));
  cycle.set_baseline_from(core::FormatDate(calendar.Back(first, policy.baseline_days())));
  // Half the days have passed when the first day after them begins.
  cycle.set_mid_cycle(core::FormatDate(calendar.Add(first, (days + 1) / 2)));
  cycle.set_days(days);
  cycle.clear_due();
  int passed = 0;
  const std::pair<v1::CycleState, int> phases[] = {
      {v1::CYCLE_STATE_ANALYZE, policy.analyze_days()},
      {v1::CYCLE_STATE_DESIGN, policy.design_days()},
      {v1::CYCLE_STATE_IMPLEMENT, policy.implement_days()},
      {v1::CYCLE_STATE_REFINE, policy.refine_days()}};
  for (const auto& [phase, length] : phases) {
    passed += length;
    v1::PhaseDue& due = *cycle.add_due();
    due.set_phase(phase);
    due.set_date(core::FormatDate(calendar.Add(first, passed - 1)));
  }
}

core::Date DueOf(const v1::Cycle& cycle, v1::CycleState phase) {
  for (const v1::PhaseDue& due : cycle.due()) {
    if (due.phase() == phase) return DateOf(due.date());
  }
  return DateOf(cycle.end());
}

core::Date PastDue(const v1::Cycle& cycle, v1::CycleState phase, int days,
                   const core::InstructionalCalendar& calendar) {
  return calendar.Add(DueOf(cycle, phase) + std::chrono::days{1}, days);
}

}  // namespace throughline::cycles
