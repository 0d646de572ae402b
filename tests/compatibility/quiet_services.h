// The four services on the simulated journal in one thread, without faults: everything happens in
// the same order every time, and nothing happens between two calls. A broken protocol aborts with a
// sentence.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cycles/domain/cycles_decider.h"
#include "evidence/domain/evidence_decider.h"
#include "notifications/domain/notifications_decider.h"
#include "plans/domain/plans_decider.h"
#include "recording.h"
#include "runtime/partition.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::compatibility {

class QuietServices {
 public:
  QuietServices(int32_t partitions, core::Instant start);
  // Over what was recorded, with an empty store: every partition takes over, at the time of the
  // last record.
  explicit QuietServices(const Recording& recording);

  // Gives a command to the service of its package and runs until there is nothing left to do now;
  // what it came to.
  runtime::v1::Outcome Give(google::protobuf::Message& command);
  // The same of a command that is not refused, and of one that is, for this reason; aborts
  // otherwise.
  runtime::v1::Outcome GiveAccepted(google::protobuf::Message& command);
  template <class Response, class Request>
  Response GiveAccepted(Request command);
  void GiveRefused(google::protobuf::Message&& command, const std::string& reason);
  // Appends a record that is none to a service's inbox.
  void GiveGarbage(const std::string& service);
  // Lets time pass: every timer fires at its own time.
  void AdvanceTo(core::Instant to);
  // Runs until there is nothing left to do now.
  void Settle();

  core::Instant now() const { return now_; }
  // Everything in the log.
  Recording Recorded() const;
  // Events of this type, partition by partition.
  template <class M>
  std::vector<M> All() const;
  // Rows of a service in all partitions, the partition's number before each key.
  std::map<decider::RowKey, std::string> RowsOf(const std::string& service) const;
  static std::vector<std::string> Names() {
    return {"cycles", "evidence", "notifications", "plans"};
  }

 private:
  void MakeOwners();

  plans::PlansDecider plans_;
  evidence::EvidenceDecider evidence_;
  cycles::CyclesDecider cycles_;
  notifications::NotificationsDecider notifications_;
  std::map<std::string, const decider::Decider*> deciders_;
  int32_t partitions_;
  core::Instant now_;
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  runtime::Counters counters_;
  std::vector<std::unique_ptr<runtime::Partition>> owners_;
  std::map<std::string, runtime::v1::Outcome> answers_;
  int64_t given_ = 0;
};

template <class Response, class Request>
Response QuietServices::GiveAccepted(Request command) {
  Response response;
  response.ParseFromString(
      GiveAccepted(static_cast<google::protobuf::Message&>(command)).response());
  return response;
}

template <class M>
std::vector<M> QuietServices::All() const {
  std::vector<M> found;
  for (const auto& [place, records] : log_.Everything()) {
    if (!place.topic.starts_with("events.")) continue;
    for (const runtime::Record& record : records) {
      runtime::v1::Envelope envelope;
      envelope.ParseFromString(record.headers);
      if (envelope.type() != M::descriptor()->full_name()) continue;
      found.emplace_back().ParseFromString(record.value);
    }
  }
  return found;
}

}  // namespace throughline::compatibility
