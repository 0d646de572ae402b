// Questions about how a service's state stood at a moment, answered one after another on a thread
// of their own, each from the log alone (state_as_of.h): whoever serves the present is not kept
// from it, and the memory that it takes has a bound. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/clock.h"
#include "runtime/state_as_of.h"

namespace throughline::runtime {

class Rows;

struct PastOptions {
  size_t waiting_at_most = 8;              // questions, besides the one that is being answered
  size_t bytes_at_most = size_t{1} << 30;  // of rows
  // What was folded last is kept for so long: pages of a list are asked for one after another.
  std::chrono::milliseconds keep{60'000};
};

// One state of a row after another, by the events that changed it.
struct RowVersion {
  std::string id;  // of the event
  const v1::Packed& event;
  const v1::Envelope& first;          // of the event's decision: says who called
  std::optional<std::string> before;  // serialized; nullopt: there is none
  std::optional<std::string> after;
};
struct RowWatch {
  // The row, serialized; nullopt: there is none.
  std::function<std::optional<std::string>(const decider::State& state)> row;
  // Called for every event that changed it, in order, on any thread.
  std::function<void(const RowVersion& version)> changed;
};

// A question about a moment.
struct PastQuestion {
  core::Instant moment;               // the epoch: now
  std::string subject;                // only rows of what is about it, or beneath it, are there
  std::function<bool()> is_unwanted;  // asked meanwhile; may be empty
  // Called once, on any thread: with the rows as they stood, valid during the call, or why not.
  std::function<void(core::Result<Rows> rows)> answer;
  // Tells of a row of the subject how it came to be what it was then, before `answer` is called.
  // Only what is about the subject, and about what it is beneath, is folded for that, so that it
  // costs no more the more there is beneath it; and not kept. May be absent.
  std::optional<RowWatch> watch = {};
};

class Past {
 public:
  // The parts must outlive this.
  Past(Log& log, const decider::Decider& decider, const Clock& clock, int32_t partitions,
       PastOptions options = {});
  // What is still asked is refused: UNAVAILABLE.
  ~Past();

  // AS_OF_IN_FUTURE; AS_OF_TOO_EARLY when nothing had been said of the subject by then, but was
  // later; TOO_MANY_AS_OF (RESOURCE_EXHAUSTED) when so many wait that this one would wait long.
  void Ask(PastQuestion question);

 private:
  void Work();
  void Answer(const PastQuestion& question);
  core::Result<Rows> RowsOf(const PastQuestion& question);

  Log& log_;
  const decider::Decider& decider_;
  const Clock& clock_;
  const int32_t partitions_;
  const PastOptions options_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<PastQuestion> questions_;
  bool stopping_ = false;
  std::thread thread_;               // begun by the first question
  std::unique_ptr<StateAsOf> last_;  // of that thread
};

}  // namespace throughline::runtime
