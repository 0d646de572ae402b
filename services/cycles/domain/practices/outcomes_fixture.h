// For tests: what closed cycles of many teams came to.
#pragma once

#include <string>
#include <vector>

#include "cycles/domain/practices/paired_sums.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

constexpr int64_t kSmallest = 10;  // students of a number that is shown

// So many students, of whom each changed by so much, in millionths, and a little more or less.
inline core::PairedMoments StudentsWhoChangedBy(int64_t change, int students) {
  core::PairedMoments moments;
  for (int i = 0; i < students; ++i) {
    const int64_t before = 400'000 + 10'000 * (i % 20);
    moments.Add(before, before + change + 6'000 * ((i * 7) % 11 - 5));
  }
  return moments;
}

// Of the first window of the school year, on one indicator.
inline v1::CycleOutcome OutcomeOf(const std::string& school, const std::string& team,
                                  const std::vector<std::string>& practices, int64_t change,
                                  int students = 30) {
  v1::CycleOutcome outcome;
  outcome.set_district("d");
  outcome.set_school(school);
  outcome.set_team(team);
  outcome.set_cycle(school + "." + team + "-00001");
  outcome.set_indicator("close-reading");
  outcome.set_basis(common::v1::BASIS_ABSOLUTE);
  outcome.set_start("2026-08-31");
  outcome.set_end("2026-09-22");
  *outcome.mutable_sums() = SumsOf(StudentsWhoChangedBy(change, students));
  outcome.mutable_used()->Assign(practices.begin(), practices.end());
  *outcome.mutable_in_use() = outcome.used();
  *outcome.mutable_nominated() = outcome.used();
  return outcome;
}

}  // namespace throughline::cycles
