// For tests: writes logs as services would, one partition each, from a script of decisions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/envelope.h"
#include "runtime/event_chain.h"
#include "runtime/journal.h"

namespace throughline::notifications {

class LogScript {
 public:
  // `log` must outlive this.
  explicit LogScript(runtime::Log& log) : log_(log) {}

  // Appends a command to the inbox of a service; its id.
  std::string Command(const std::string& service, const std::string& request_id,
                      const google::protobuf::Message& command, core::Instant time) {
    runtime::v1::Packed packed = Pack(command, "d/s", time);
    packed.mutable_envelope()->set_request_id(request_id);
    const runtime::TopicPartition inbox{runtime::InboxTopic(service), 0};
    auto offsets = log_.Append({{inbox, {runtime::ToRecord(packed)}}});
    return runtime::RecordId(inbox, offsets->front().first);
  }

  // Appends what a service decided on the input of that id; the id of the last event.
  std::string Decide(const std::string& service, const std::string& cause,
                     const std::vector<const google::protobuf::Message*>& events,
                     core::Instant time, const std::string& subject = "d/s") {
    runtime::ChainPlace& last = last_[service];
    std::vector<runtime::Record> records;
    for (const auto* event : events) {
      runtime::v1::Packed packed = Pack(*event, subject, time);
      runtime::v1::Envelope& envelope = *packed.mutable_envelope();
      envelope.set_sequence(++last.sequence);
      envelope.set_cause(cause);
      envelope.set_index(static_cast<int32_t>(records.size()));
      envelope.set_count(static_cast<int32_t>(events.size()));
      last.chain = runtime::ChainValue(last.chain, envelope, packed.value());
      envelope.set_chain(last.chain);
      records.push_back(runtime::ToRecord(packed));
    }
    log_.Append({{{runtime::EventsTopic(service), 0}, records}}).value();
    return runtime::EventId(service, 0, last.sequence);
  }

 private:
  static runtime::v1::Packed Pack(const google::protobuf::Message& message,
                                  const std::string& subject, core::Instant time) {
    runtime::v1::Packed packed;
    packed.mutable_envelope()->set_type(message.GetDescriptor()->full_name());
    packed.mutable_envelope()->set_subject(subject);
    packed.mutable_envelope()->set_time_ms(core::ToMillis(time));
    packed.set_value(message.SerializeAsString());
    return packed;
  }

  runtime::Log& log_;
  std::map<std::string, runtime::ChainPlace> last_;
};

}  // namespace throughline::notifications
