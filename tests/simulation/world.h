// The whole system in one thread: every service's partitions on the simulated journal, with a
// seeded scheduler that decides who does the next step and what goes wrong.
//
// A schedule crashes owners between any two steps, lets a second owner run beside the first, fails
// and tears appends and commits, rolls the store back and wipes it, flips bytes of what it keeps,
// repeats commands, moves time, and sets the machine's clock wrong. Afterwards everything heals and
// runs dry, and Check() compares what is there with what has to be. The same seed gives the same
// schedule.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/clock_guard.h"
#include "runtime/partition.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::simulation {

struct WorldOptions {
  uint64_t seed = 1;
  int32_t partitions = 2;
  int steps = 600;
  core::Instant start;
  std::chrono::milliseconds longest_leap = std::chrono::hours(30);
};

class World {
 public:
  // Several may have one request id: of those about one school the first that is decided has it.
  struct Command {
    std::string request_id;
    std::shared_ptr<google::protobuf::Message> message;
  };

  World(std::vector<const decider::Decider*> deciders, WorldOptions options);

  // Submits these, in order, each when those before it have been taken; nothing goes wrong.
  void Prepare(const std::vector<std::pair<size_t, Command>>& commands);
  // Runs the schedule. `commands` are submitted in this order to their services (by index of the
  // decider), each at a time the seed decides.
  void Run(const std::vector<std::pair<size_t, Command>>& commands);
  // Runs on without faults until nothing is left to do. False: it does not come to rest.
  bool Settle();
  // What is wrong, in sentences; empty when everything holds.
  std::vector<std::string> Check() const;

  // The events of a service that count, partition by partition: duplicates are dropped.
  std::vector<std::vector<runtime::v1::Packed>> EventsOf(size_t service) const;
  // What was recorded, of every service.
  runtime::SimulatedLog& log() { return log_; }
  runtime::SimulatedStore& store() { return store_; }
  int32_t partitions() const { return options_.partitions; }
  core::Instant now() const { return now_; }
  // Why an owner last gave up; for when Settle was false.
  const std::string& last_error() const { return last_error_; }
  // What the command came to; only of one that was submitted.
  const runtime::v1::Outcome& AnswerTo(size_t service, const Command& command) const {
    return acknowledged_.at(OutcomeIdOf(service, command));
  }

 private:
  // The machine's clock: right, but for the jump.
  class Machine final : public runtime::Clock {
   public:
    explicit Machine(const World& world) : world_(world) {}
    core::Instant Now() const override { return world_.now_ + world_.jump_; }

   private:
    const World& world_;
  };
  struct Owner {
    size_t service;
    int32_t partition;
    std::unique_ptr<runtime::Partition> partition_owner;
  };
  std::string OutcomeIdOf(size_t service, const Command& command) const;
  void Submit(size_t service, const Command& command);
  void StepSomebody();
  void StepOwner(Owner& owner);
  void Misfortune();
  void Jump();
  std::unique_ptr<runtime::Partition> MakeOwner(size_t service, int32_t partition);
  runtime::Fault Draw(double likely);
  uint64_t Roll(uint64_t sides) { return random_() % sides; }
  void CheckEvents(size_t service, std::vector<std::string>& wrong) const;
  void CheckFold(size_t service, int32_t partition, const std::vector<runtime::v1::Packed>& events,
                 std::vector<std::string>& wrong) const;
  void CheckAcknowledged(std::vector<std::string>& wrong) const;

  std::vector<const decider::Decider*> deciders_;
  WorldOptions options_;
  std::mt19937_64 random_;
  core::Instant now_;  // truly
  std::chrono::milliseconds jump_{0};
  Machine machine_{*this};
  runtime::ClockGuard clock_;
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  runtime::Counters counters_;
  std::vector<Owner> owners_;
  std::shared_ptr<const runtime::SimulatedStore::Copy> copy_;
  double fault_rate_ = 0;
  bool healed_ = false;
  int64_t nonces_ = 0;
  std::string last_error_;
  std::vector<std::pair<size_t, Command>> submitted_;
  std::map<std::string, runtime::v1::Outcome> acknowledged_;  // by the outcome's id
  std::vector<std::string> contradictions_;
};

}  // namespace throughline::simulation
