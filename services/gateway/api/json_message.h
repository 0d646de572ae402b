// Messages as JSON and back, by the mapping of proto3. Reading is strict, and names what it
// refuses: a member that is no field, a value of another type, a field under both of its names.
// Pure; thread-safe.
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/util/type_resolver.h>

#include <memory>
#include <string>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway {

// Reads what `json` says into `message`, which is empty. Names are those of JSON or of the protos;
// null is the same as absent. FIELD_UNKNOWN, FIELD_REPEATED, FIELD_INVALID and ONE_OF_SEVERAL name
// the field as it was written, such as `plan.measures[0].target`. For messages without maps
// and well-known types, as RouteTable sees to; json_reader.h bounds the depth.
core::Result<void> ReadMessage(const Json& json, google::protobuf::Message& message);

class JsonWriter {
 public:
  JsonWriter();

  // A serialized message of the type `type` as JSON. Fields without presence are there even when
  // they are zero, false or empty, so that nobody has to know the defaults; an optional field or a
  // message that is not set is left out. Integers of 64 bits are strings; enums go by name.
  // RESPONSE_INVALID, INTERNAL, when the bytes are no such message.
  core::Result<std::string> Write(const google::protobuf::Descriptor& type,
                                  const std::string& bytes) const;

 private:
  std::unique_ptr<google::protobuf::util::TypeResolver> types_;
};

}  // namespace throughline::gateway
