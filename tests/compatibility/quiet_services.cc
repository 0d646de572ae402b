#include "quiet_services.h"

#include <google/protobuf/descriptor.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "runtime/envelope.h"
#include "runtime/partitioner.h"

namespace throughline::compatibility {

namespace {

// "plans" of a message of throughline.plans.v1.
std::string ServiceOf(const google::protobuf::Message& command) {
  const std::string& package = command.GetDescriptor()->file()->package();
  const size_t from = package.find('.') + 1;
  return package.substr(from, package.find('.', from) - from);
}

[[noreturn]] void Abort(const std::string& why) {
  std::cerr << why << std::endl;
  std::abort();
}

}  // namespace

QuietServices::QuietServices(int32_t partitions, core::Instant start)
    : partitions_(partitions), now_(start) {
  MakeOwners();
}

QuietServices::QuietServices(const Recording& recording)
    : partitions_(recording.partitions), now_{} {
  for (const auto& [place, records] : recording.records) {
    if (!log_.Append({{place, records}})) Abort("the simulated log took no records");
    for (const runtime::Record& record : records) {
      auto envelope = runtime::ParseEnvelope(record);
      if (envelope) now_ = std::max(now_, core::FromMillis(envelope->time_ms()));
    }
  }
  MakeOwners();
  Settle();
}

void QuietServices::MakeOwners() {
  for (const decider::Decider* decider : std::initializer_list<const decider::Decider*>{
           &cycles_, &evidence_, &notifications_, &plans_}) {
    deciders_[std::string(decider->service())] = decider;
  }
  for (const auto& [name, decider] : deciders_) {
    for (int32_t partition = 0; partition < partitions_; ++partition) {
      runtime::PartitionOptions options;
      options.partition = partition;
      options.partitions = partitions_;
      options.nonce = name + std::to_string(partition);
      owners_.push_back(std::make_unique<runtime::Partition>(
          log_, store_, *decider, options,
          [this](const std::string& id, const runtime::v1::Outcome& outcome) {
            answers_[id] = outcome;
          },
          counters_));
    }
  }
}

runtime::v1::Outcome QuietServices::Give(google::protobuf::Message& command) {
  const std::string service = ServiceOf(command);
  const std::string id = "r" + std::to_string(++given_);
  // A command of a service to itself has it in the envelope only.
  if (const auto* field = command.GetDescriptor()->FindFieldByName("request_id")) {
    command.GetReflection()->SetString(&command, field, id);
  }
  const std::string key = deciders_.at(service)->Route(command);
  runtime::v1::Packed packed;
  runtime::v1::Envelope& envelope = *packed.mutable_envelope();
  envelope.set_type(command.GetDescriptor()->full_name());
  envelope.set_time_ms(core::ToMillis(now_));
  envelope.set_subject(key);
  envelope.set_request_id(id);
  envelope.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  packed.set_value(command.SerializeAsString());
  const runtime::TopicPartition inbox{runtime::InboxTopic(service),
                                      runtime::PartitionOf(key, partitions_)};
  if (!log_.Append({{inbox, {runtime::ToRecord(packed)}}})) Abort("the log took no command");
  Settle();
  auto answer = answers_.find(id);
  if (answer == answers_.end()) Abort(envelope.type() + " was not answered");
  return answer->second;
}

runtime::v1::Outcome QuietServices::GiveAccepted(google::protobuf::Message& command) {
  runtime::v1::Outcome outcome = Give(command);
  if (!outcome.has_refusal()) return outcome;
  Abort(command.GetDescriptor()->full_name() + " was refused: " + outcome.refusal().message());
}

void QuietServices::GiveRefused(google::protobuf::Message&& command, const std::string& reason) {
  if (Give(command).refusal().reason() == reason) return;
  Abort(command.GetDescriptor()->full_name() + " was not refused for " + reason);
}

void QuietServices::GiveGarbage(const std::string& service) {
  if (!log_.Append({{{runtime::InboxTopic(service), 0}, {{"\xff", "\xff"}}}})) {
    Abort("the log took no garbage");
  }
  Settle();
}

void QuietServices::Settle() {
  for (bool busy = true; busy;) {
    busy = false;
    for (const auto& owner : owners_) {
      auto did = owner->Step(now_);
      if (!did) Abort(did.error().reason + ": " + did.error().message);
      busy |= *did;
    }
  }
}

void QuietServices::AdvanceTo(core::Instant to) {
  while (true) {
    std::optional<core::Instant> next;
    for (const auto& owner : owners_) {
      const auto due = owner->NextDue();
      if (due && (!next || *due < *next)) next = due;
    }
    if (!next || *next > to) break;
    now_ = std::max(now_, *next);
    Settle();
  }
  now_ = std::max(now_, to);
  Settle();
}

Recording QuietServices::Recorded() const { return {partitions_, log_.Everything()}; }

std::map<decider::RowKey, std::string> QuietServices::RowsOf(const std::string& service) const {
  std::map<decider::RowKey, std::string> rows;
  for (int32_t partition = 0; partition < partitions_; ++partition) {
    for (const auto& [row, value] : store_.RowsOf({service, partition})) {
      rows[{row.table, std::to_string(partition) + ' ' + row.key}] = value;
    }
  }
  return rows;
}

}  // namespace throughline::compatibility
