// A record's envelope as the headers of a Kafka message: a CloudEvent 1.0 in binary content mode.
//
//   ce_specversion 1.0              ce_id            <service>.<partition>.<sequence>; of a command
//   ce_source /throughline/<service>/<partition>     its request id, of a delivery the event's id
//   ce_type throughline.<service>.<Event>.v1         ce_time        RFC 3339, UTC, milliseconds
//   ce_subject district[/school]; absent when empty  ce_dataschema  urn:throughline:proto:<message>
//   content-type application/protobuf                ce_partitionkey    the Kafka key, too
//   ce_sequence   dense sequence number, 20 digits   ce_causationid, ce_correlationid,
//   ce_traceparent ce_positions  base64 of runtime.v1.Positions     ce_protocol    base64 of a
//   runtime.v1.Envelope
//                                                                   with what is not said above
//
// What is empty has no header. Headers of other names are left alone by readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/journal.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::runtime::kafka {

using Headers = std::vector<std::pair<std::string, std::string>>;

// No headers for an envelope without a type: a record that is no event.
Headers ToHeaders(const TopicPartition& to, const v1::Envelope& envelope);
// nullopt when they are not a CloudEvent that ToHeaders could have written.
std::optional<v1::Envelope> FromHeaders(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers);

}  // namespace throughline::runtime::kafka
