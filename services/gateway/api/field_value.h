// Values of single fields, from text. Pure; thread-safe.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

namespace throughline::gateway {

// The way from a message through messages to one of its fields; empty: it leads nowhere.
using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

// By the names of the protos or of JSON, as `plan.school`.
FieldPath PathTo(const google::protobuf::Descriptor& from, std::string_view path);
// The field of that name, of the protos or of JSON; null: there is none.
const google::protobuf::FieldDescriptor* FieldOf(const google::protobuf::Descriptor& message,
                                                 std::string_view name);
// `plan.school`, in the names of JSON.
std::string NameOf(const FieldPath& path);

// The message that has the last field of the path, made where it is not there.
google::protobuf::Message& OwnerOf(const FieldPath& path, google::protobuf::Message& message);
// A field that is one string.
std::string TextAt(const FieldPath& path, const google::protobuf::Message& message);

// Sets the field, or adds to it when it is repeated; false when the text is none of its values:
// decimal numbers (and NaN, Infinity, -Infinity), true and false, enums by name or number, and
// strings of UTF-8. An integer may be written as 1.0 or 1e3, below 2^53.
bool SetFromText(std::string_view text, const google::protobuf::FieldDescriptor& field,
                 google::protobuf::Message& message);
// What the field takes, such as "a whole number of 32 bits".
std::string Wanted(const google::protobuf::FieldDescriptor& field);

}  // namespace throughline::gateway
