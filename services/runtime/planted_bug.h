// Bugs that a build option plants, one at a time, to show that the simulation catches each of
// them. In every other build `Planted` is constant false and costs nothing.
#pragma once

namespace throughline::runtime {

enum class Bug {
  kNone,
  kNoGuard,                    // commits whatever the head says
  kSequenceReused,             // an event now and then takes the number of the one before
  kOutboxForgotten,            // a take-over does not publish what was left to publish
  kTailIgnored,                // a take-over does not fold what the log has beyond the store
  kPositionsNotRestored,       // a fold restores state but not how far was read
  kDuplicatesTaken,            // a consumer takes records at or below the last sequence seen
  kRowsUnguarded,              // rows are read whatever the head says
  kOutcomesForgotten,          // a client's retry is decided again
  kDeliveriesNotDeduplicated,  // a repeated delivery is taken twice
  kHalfDecisionFolded,         // a fold takes the first events of a decision for all of it
  kClockBelieved,              // the time is what the clock says, however it jumps
  kChecksumIgnored,            // what a store gives is taken as it is
};

#ifdef THROUGHLINE_PLANTED_BUGS
// Set by the simulation before it starts.
inline Bug planted_bug = Bug::kNone;
inline bool Planted(Bug bug) { return planted_bug == bug; }
#else
constexpr bool Planted(Bug) { return false; }
#endif

}  // namespace throughline::runtime
