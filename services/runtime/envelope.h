// Records and the messages in them: how a command or event is named, packed and unpacked.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime {

std::string InboxTopic(std::string_view service);   // inbox.<service>
std::string EventsTopic(std::string_view service);  // events.<service>

// "<service>.<partition>.<sequence>"
std::string EventId(std::string_view service, int32_t partition, int64_t sequence);
// Of an event that is in the partition: where it was decided, should that be somewhere else.
std::string EventIdOf(std::string_view service, int32_t partition, const v1::Envelope& event);
// "<topic>.<partition>.<offset>": of a command, or of a record that is no event, though it is where
// events are.
std::string RecordId(const TopicPartition& at, int64_t offset);
// Where a record is, for people.
std::string PlaceOf(const TopicPartition& at, int64_t offset);
// "timer.<service>.<partition>.<name>@<due, ms>"
std::string TimerId(std::string_view service, int32_t partition, const decider::Timer& timer);

// Whether the event is about the subject, or about what is beneath it: "<subject>/…".
bool IsAbout(const v1::Envelope& event, std::string_view subject);
// Whether the event is about the subject, or about what it is beneath: the district of a school.
bool IsAboutOrAbove(const v1::Envelope& event, std::string_view subject);

Record ToRecord(const v1::Packed& packed);
// nullopt when the record's headers are not an envelope.
std::optional<v1::Envelope> ParseEnvelope(const Record& record);

// Null when this program does not know the type.
const google::protobuf::Descriptor* FindType(const std::string& full_name);
// A message of the type, parsed from `value`. Null when the bytes are not one, or this program does
// not know the type that `full_name` says.
std::unique_ptr<google::protobuf::Message> ParseMessage(const google::protobuf::Descriptor& type,
                                                        const std::string& value);
// The same, in an arena: for many that are done with together.
const google::protobuf::Message* ParseMessage(const google::protobuf::Descriptor& type,
                                              const std::string& value,
                                              google::protobuf::Arena& arena);
std::unique_ptr<google::protobuf::Message> ParseMessage(const std::string& full_name,
                                                        const std::string& value);

v1::Outcome Accepted(const google::protobuf::Message* response, core::Instant at);
v1::Outcome Refused(const core::Error& error, core::Instant at);
// What the caller gets: the serialized response, or the refusal.
core::Result<std::string> ToAnswer(const v1::Outcome& outcome);

}  // namespace throughline::runtime
