// A service: a decider, the topics it reads, and the threads that run the partitions that are this
// process's to run. It also accepts commands for partitions that other replicas run: the
// answer of such a command is found in the events. A partition that gave up is made anew
// after a moment and takes over from the journal.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "decider/decider.h"
#include "runtime/clock.h"
#include "runtime/commands.h"
#include "runtime/counters.h"
#include "runtime/journal.h"
#include "runtime/ownership.h"
#include "runtime/partition.h"
#include "runtime/past.h"
#include "runtime/rows.h"
#include "runtime/tracing.h"
#include "runtime/waiting_callers.h"

namespace throughline::runtime {

struct ServiceOptions {
  int32_t partitions = 24;
  int workers = 4;
  int64_t waiting_at_most = 2000;  // commands a partition may have waiting
  // How often an idle partition is polled without notification: a log wakes its listeners only for
  // a minute after the last read, and a store may have lost everything meanwhile.
  std::chrono::milliseconds look_again{5000};
  Tracing tracing = {};
};

// Thread-safe. Start once, Stop once; the destructor stops.
class Service : public Commands {
 public:
  // The parts must outlive the service.
  Service(Log& log, Store& store, const decider::Decider& decider, const Clock& clock,
          ServiceOptions options);
  ~Service() override;

  // `ownership` must outlive the service.
  void Start(Ownership& ownership);
  // Finishes the batches in hand, releases the partitions, gives up ownership, and answers
  // callers that still wait with UNAVAILABLE.
  void Stop();

  void Submit(const google::protobuf::Message& command, const RequestKey& key,
              AnswerCallback done) override;
  Rows rows() const;
  int32_t partitions() const { return options_.partitions; }
  // Whether the partition is this process's to run, as far as is known here.
  bool Runs(int32_t partition) const;
  // How many partitions it runs.
  int32_t Running() const;
  const Counters& counters() const { return counters_; }
  // How many partitions are this process's to run, taken over or not.
  int32_t Owned() const;
  // Of each of them how old, in seconds, the oldest input is that is not handled yet; 0 when it has
  // caught up. One that does not run counts from when it was to.
  std::vector<std::pair<int32_t, double>> SecondsBehind() const;
  // How old, in seconds, the oldest commit is whose events are not published yet; 0: there is none.
  double OutboxAge() const;
  int64_t CallersWaiting() const;
  std::string_view name() const { return decider_.service(); }

  // Looks at the timers again: the clock was moved.
  void Wake();
  // True when every partition has taken all that there is and no timer is due. Exact only while
  // nothing else appends to the service's inputs.
  bool Idle() const;
  // The earliest timer of any partition; exact while Idle.
  std::optional<core::Instant> NextDue() const;
  // How many of its partitions do not run because of an error; the log says why.
  int32_t FailingPartitions() const;
  // Whether it is known which partitions are this process's to run.
  bool Settled() const;
  // How many of those are not taken over: their state is not yet, or no longer, that of the log.
  int32_t NotTakenOver() const;

 private:
  struct Slot;

  void OnAssigned(const std::vector<int32_t>& partitions);
  void OnRevoked(const std::vector<int32_t>& partitions);
  void Work(size_t worker);
  bool LookAt(Slot& slot);
  bool RunSlot(Slot& slot);
  void ReleaseSlot(Slot& slot);
  void BackOff(Slot& slot, const core::Error& error);
  void HandIn(const google::protobuf::Message& command, const RequestKey& key, AnswerCallback& done,
              std::string& id);
  void Append(Slot& slot, const google::protobuf::Message& command, const std::string& route,
              const std::string& id, const RequestKey& key);
  // Answers of another owner of the partition.
  core::Result<void> WatchAnswers(Slot& slot, std::optional<int64_t> from);
  void ReadAnswers(Slot& slot);
  bool AnsweredBefore(const std::string& route, const std::string& id,
                      const v1::RequestDigest& digest);
  static void ClearError(Slot& slot);
  std::unique_ptr<Partition> MakePartition(Slot& slot);
  void OnAppended(const TopicPartition& changed);
  void WakeSlot(Slot& slot);
  void NoteWaiting(Slot& slot);
  double SecondsSince(int64_t moment_ms) const;

  Log& log_;
  Store& store_;
  const decider::Decider& decider_;
  const Clock& clock_;
  ServiceOptions options_;
  Counters counters_;
  std::string events_;               // its own events topic
  std::vector<std::string> topics_;  // its inputs, the inbox first
  std::vector<std::unique_ptr<Slot>> slots_;
  struct Worker;
  std::vector<std::unique_ptr<Worker>> workers_;
  int listener_ = -1;
  std::atomic<Ownership*> ownership_{nullptr};
  std::mutex released_mutex_;
  std::condition_variable released_;
  std::atomic<bool> stopping_{false};
  bool started_ = false;
  WaitingCallers callers_;
  const std::shared_ptr<Past> past_;
};

}  // namespace throughline::runtime
