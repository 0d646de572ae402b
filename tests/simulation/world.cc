#include "world.h"

#include <spdlog/spdlog.h>

#include <set>

#include "runtime/envelope.h"
#include "runtime/partitioner.h"
#include "runtime/request_key.h"

namespace throughline::simulation {

using runtime::Fault;
using runtime::v1::Envelope;
using runtime::v1::Packed;

World::World(std::vector<const decider::Decider*> deciders, WorldOptions options)
    : deciders_(std::move(deciders)),
      options_(options),
      random_(options.seed),
      now_(options.start),
      clock_(machine_, [this] { return now_ - options_.start; }) {
  spdlog::set_level(spdlog::level::off);  // what goes wrong here is meant to
  static_cast<void>(clock_.Now());        // before anything jumps
  log_.fault = [this](const runtime::AppendTo&) { return Draw(fault_rate_); };
  store_.fault = [this](const runtime::StorePartition&) { return Draw(fault_rate_); };
  for (size_t service = 0; service < deciders_.size(); ++service) {
    for (int32_t p = 0; p < options_.partitions; ++p) {
      owners_.push_back({service, p, MakeOwner(service, p)});
    }
  }
}

Fault World::Draw(double likely) {
  if (healed_ || static_cast<double>(Roll(1000)) >= likely * 1000) return Fault::kNone;
  constexpr Fault kFaults[] = {Fault::kFailBefore, Fault::kFailAfter, Fault::kTear};
  return kFaults[Roll(3)];
}

std::unique_ptr<runtime::Partition> World::MakeOwner(size_t service, int32_t partition) {
  runtime::PartitionOptions options;
  options.partition = partition;
  options.partitions = options_.partitions;
  options.nonce = "owner" + std::to_string(++nonces_);
  options.max_inputs = 4;  // small batches: more places to crash in
  // Commands are repeated at any time here: an outcome forgotten after a day would be no bug.
  options.keep_outcomes = std::chrono::hours(24 * 365 * 10);
  options.max_hot_rows = Roll(2) == 0 ? 8 : 100'000;
  auto answered = [this](const std::string& id, const runtime::v1::Outcome& outcome) {
    auto [known, first] = acknowledged_.try_emplace(id, outcome);
    if (!first && known->second.SerializeAsString() != outcome.SerializeAsString()) {
      contradictions_.push_back(id + " was answered in two ways");
    }
  };
  return std::make_unique<runtime::Partition>(log_, store_, *deciders_[service], options, answered,
                                              counters_);
}

std::string World::OutcomeIdOf(size_t service, const Command& command) const {
  return runtime::OutcomeId({.caller = "somebody", .id = command.request_id, .digest = {}},
                            *command.message, deciders_[service]->Route(*command.message));
}

void World::Submit(size_t service, const Command& command) {
  const std::string key = deciders_[service]->Route(*command.message);
  Packed packed;
  Envelope& envelope = *packed.mutable_envelope();
  envelope.set_type(command.message->GetDescriptor()->full_name());
  envelope.set_time_ms(core::ToMillis(clock_.Now()));
  envelope.set_subject(key);
  envelope.set_request_id(OutcomeIdOf(service, command));
  envelope.mutable_request_digest()->set_request(runtime::DigestOf(*command.message));
  packed.set_value(command.message->SerializeAsString());
  const bool healed = std::exchange(healed_, true);  // a client repeats until it is taken
  log_.Append({{{runtime::InboxTopic(deciders_[service]->service()),
                 runtime::PartitionOf(key, options_.partitions)},
                {runtime::ToRecord(packed)}}});
  healed_ = healed;
}

void World::StepOwner(Owner& owner) {
  if (!owner.partition_owner) owner.partition_owner = MakeOwner(owner.service, owner.partition);
  if (!owner.partition_owner->Step(clock_.Now())) owner.partition_owner.reset();
}

void World::StepSomebody() { StepOwner(owners_[Roll(owners_.size())]); }

void World::Misfortune() {
  switch (Roll(11)) {
    case 0:
    case 1:
      owners_[Roll(owners_.size())].partition_owner.reset();
      return;
    case 2: {  // a second owner, who does not know of the first
      const Owner& first = owners_[Roll(owners_.size())];
      const size_t service = first.service;
      const int32_t partition = first.partition;
      owners_.push_back({service, partition, MakeOwner(service, partition)});
      return;
    }
    case 3:  // one of several leaves; the last one stays
      for (size_t i = 0; i < owners_.size(); ++i) {
        for (size_t j = i + 1; j < owners_.size(); ++j) {
          if (owners_[i].service != owners_[j].service) continue;
          if (owners_[i].partition != owners_[j].partition) continue;
          owners_.erase(owners_.begin() + static_cast<int64_t>(Roll(2) == 0 ? i : j));
          return;
        }
      }
      return;
    case 4:
      copy_ = store_.Remember();
      return;
    case 5:
      if (copy_) store_.RollBack(*copy_);
      return;
    case 6:
      if (Roll(3) == 0) store_.Wipe();
      return;
    case 7:
      fault_rate_ = Roll(2) == 0 ? 0.0 : 0.15;
      return;
    case 8:
      if (!submitted_.empty()) {
        const auto& [service, command] = submitted_[Roll(submitted_.size())];
        Submit(service, command);
      }
      return;
    case 9:
      Jump();
      return;
    case 10:
      store_.FlipByte(random_());
      return;
  }
}

void World::Jump() {
  constexpr std::chrono::hours kJumps[] = {std::chrono::hours(0), std::chrono::hours(2),
                                           std::chrono::hours(24 * 30),
                                           std::chrono::hours(24 * 3650), std::chrono::hours(-50)};
  jump_ = kJumps[Roll(std::size(kJumps))];
}

void World::Run(const std::vector<std::pair<size_t, Command>>& commands) {
  size_t next = 0;
  for (int step = 0; step < options_.steps || next < commands.size(); ++step) {
    const uint64_t roll = Roll(100);
    if (roll < 12 && next < commands.size()) {
      submitted_.push_back(commands[next]);
      Submit(commands[next].first, commands[next].second);
      ++next;
    } else if (roll < 17) {
      Misfortune();
    } else if (roll < 20) {
      now_ += std::chrono::milliseconds(Roll(options_.longest_leap.count()));
    } else {
      StepSomebody();
    }
  }
}

void World::Prepare(const std::vector<std::pair<size_t, Command>>& commands) {
  for (const auto& [service, command] : commands) {
    submitted_.push_back({service, command});
    Submit(service, command);
    Settle();
  }
  healed_ = false;
}

bool World::Settle() {
  healed_ = true;
  jump_ = {};
  // One owner each from here on; whoever was left over may still be in the middle of something.
  std::set<std::pair<size_t, int32_t>> seen;
  std::vector<Owner> kept;
  for (Owner& owner : owners_) {
    if (seen.emplace(owner.service, owner.partition).second) kept.push_back(std::move(owner));
  }
  owners_ = std::move(kept);
  // Everybody starts from the journal once more: what only memory knew must not matter.
  for (Owner& owner : owners_) owner.partition_owner.reset();
  constexpr int kRounds = 20'000;
  for (int round = 0; round < kRounds; ++round) {
    bool busy = false;
    for (Owner& owner : owners_) {
      if (!owner.partition_owner) owner.partition_owner = MakeOwner(owner.service, owner.partition);
      auto did = owner.partition_owner->Step(clock_.Now());
      if (!did) {
        last_error_ = did.error().reason + ": " + did.error().message;
        owner.partition_owner.reset();
      }
      busy |= !did || *did;
    }
    if (!busy && store_.ReadEverything()) {
      // Somebody reads a damaged row at last, and its owner finds its partition gone.
      for (Owner& owner : owners_) owner.partition_owner.reset();
      continue;
    }
    if (!busy) {
      for (Owner& owner : owners_) owner.partition_owner->Release();
      return true;
    }
  }
  return false;
}

std::vector<std::vector<Packed>> World::EventsOf(size_t service) const {
  std::vector<std::vector<Packed>> all(options_.partitions);
  for (const auto& [place, records] : log_.Everything()) {
    if (place.topic != runtime::EventsTopic(deciders_[service]->service())) continue;
    runtime::ChainPlace last;
    for (const runtime::Record& record : records) {
      auto envelope = runtime::ParseEnvelope(record);
      if (!envelope || Follow(last, *envelope, record.value) != runtime::Follows::kNext) continue;
      Packed& packed = all[place.partition].emplace_back();
      *packed.mutable_envelope() = *envelope;
      packed.set_value(record.value);
    }
  }
  return all;
}

std::vector<std::string> World::Check() const {
  std::vector<std::string> wrong = contradictions_;
  for (size_t service = 0; service < deciders_.size(); ++service) CheckEvents(service, wrong);
  CheckAcknowledged(wrong);
  return wrong;
}

void World::CheckEvents(size_t service, std::vector<std::string>& wrong) const {
  const std::string name(deciders_[service]->service());
  auto all = EventsOf(service);
  for (int32_t p = 0; p < options_.partitions; ++p) {
    const std::string place = name + "." + std::to_string(p);
    std::set<std::string> decided;
    int64_t expected = 1;
    int next_index = 0;
    std::string cause;
    for (const Packed& packed : all[p]) {
      const Envelope& event = packed.envelope();
      if (event.time_ms() > core::ToMillis(now_)) {
        wrong.push_back(place + " has " + std::to_string(event.sequence()) + " of the future");
      }
      if (event.sequence() != expected) {
        wrong.push_back(place + " has a gap before " + std::to_string(event.sequence()));
      }
      expected = event.sequence() + 1;
      if (event.index() != next_index || (next_index > 0 && event.cause() != cause)) {
        wrong.push_back(place + " has part of a decision at " + std::to_string(event.sequence()));
      }
      if (event.index() == 0 && !decided.insert(event.cause()).second) {
        wrong.push_back(place + " decided twice on " + event.cause());
      }
      cause = event.cause();
      next_index = event.index() + 1 == event.count() ? 0 : event.index() + 1;
    }
    if (next_index != 0) wrong.push_back(place + " ends with part of a decision");
    CheckFold(service, p, all[p], wrong);
  }
}

void World::CheckFold(size_t service, int32_t partition, const std::vector<Packed>& events,
                      std::vector<std::string>& wrong) const {
  decider::State state(nullptr);
  for (const Packed& packed : events) {
    const Envelope& event = packed.envelope();
    if (!event.timer().empty() && event.index() == 0) state.ClearTimer(event.timer());
    auto message = runtime::ParseMessage(event.type(), packed.value());
    if (message == nullptr) continue;
    deciders_[service]->Apply(
        {*message, core::FromMillis(event.time_ms()),
         runtime::EventId(deciders_[service]->service(), partition, event.sequence())},
        state);
  }
  std::map<decider::RowKey, std::string> folded;
  for (decider::RowChange& change : state.TakeChanges()) {
    if (change.value) folded[change.row] = *change.value;
  }
  const auto stored = store_.RowsOf({std::string(deciders_[service]->service()), partition});
  if (folded == stored) return;
  for (const auto& [row, value] : folded) {
    auto there = stored.find(row);
    if (there != stored.end() && there->second == value) continue;
    wrong.push_back(std::string(deciders_[service]->service()) + "." + std::to_string(partition) +
                    ": the store's " + row.table + " " + row.key + " is not the fold's");
    return;
  }
  wrong.push_back(std::string(deciders_[service]->service()) + "." + std::to_string(partition) +
                  ": the store has rows that the fold has not");
}

void World::CheckAcknowledged(std::vector<std::string>& wrong) const {
  std::map<std::string, std::pair<int, runtime::v1::Outcome>> decided;  // by the outcome's id
  std::map<std::string, std::set<std::string>> asked;
  for (size_t service = 0; service < deciders_.size(); ++service) {
    for (const auto& events : EventsOf(service)) {
      for (const Packed& packed : events) {
        if (!packed.envelope().has_outcome()) continue;
        auto& [times, outcome] = decided[packed.envelope().request_id()];
        ++times;
        outcome = packed.envelope().outcome();
      }
    }
  }
  for (const auto& [service, command] : submitted_) {
    const std::string id = OutcomeIdOf(service, command);
    asked[id].insert(runtime::DigestOf(*command.message));
    auto there = decided.find(id);
    if (there == decided.end()) {
      wrong.push_back(command.request_id + " was submitted and never decided");
      continue;
    }
    if (there->second.first != 1) wrong.push_back(command.request_id + " took effect twice");
    auto heard = acknowledged_.find(id);
    if (heard == acknowledged_.end()) {
      wrong.push_back(command.request_id + " was never answered");
    } else if (heard->second.SerializeAsString() != there->second.second.SerializeAsString()) {
      wrong.push_back(command.request_id + " was answered with what is not in the log");
    }
  }
  for (const auto& [id, digests] : asked) {
    auto there = decided.find(id);
    if (there == decided.end()) continue;
    if (!digests.contains(there->second.second.request_digest().request())) {
      wrong.push_back(id + " has an outcome of what nobody asked");
    }
  }
}

}  // namespace throughline::simulation
