#include "cycles/domain/practices/assessments_due.h"

#include <algorithm>

#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

constexpr std::chrono::seconds kBetween(10);

void Add(const std::set<std::string>& more, google::protobuf::RepeatedPtrField<std::string>& ids) {
  std::set<std::string> all(ids.begin(), ids.end());
  all.insert(more.begin(), more.end());
  ids.Assign(all.begin(), all.end());
}

}  // namespace

void SetAssessment(const std::string& district, const Stale& stale, core::Instant time,
                   decider::State& state) {
  v1::AssessmentsDueRow& due = state.Edit(kAssessmentsDue, district);
  Add(stale.practices, *due.mutable_practices());
  Add(stale.measures, *due.mutable_indicators());
  Add(stale.windows, *due.mutable_windows());
  if (due.is_set()) return;
  due.set_is_set(true);
  const core::Instant next = core::FromMillis(due.last_ms()) + kBetween;
  state.SetTimer(std::string(kAssessmentDue) + district, std::max(time, next));
}

void Apply(const v1::PracticesAssessed& assessed, core::Instant time, decider::State& state) {
  for (const v1::PracticeAssessment& one : assessed.assessments()) {
    state.Edit(kAssessments, JoinKey(one.district(), one.practice())) = one;
  }
  v1::AssessmentsDueRow& due = state.Edit(kAssessmentsDue, assessed.district());
  due.Clear();
  due.set_last_ms(core::ToMillis(time));
  state.ClearTimer(std::string(kAssessmentDue) + assessed.district());
}

}  // namespace throughline::cycles
