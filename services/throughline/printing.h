// Output: tables for people, proto3 JSON for programs.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "throughline/common/v1/evidence.pb.h"

namespace throughline {

using Table = std::vector<std::vector<std::string>>;

// The first row is the header; columns are as wide as what is in them.
std::string Format(const Table& table);
std::string ToJson(const google::protobuf::Message& message);
// "off track" for TRIGGER_OFF_TRACK: the last words of an enum value's name, in small letters.
std::string Words(const std::string& name, const std::string& prefix);
std::string NameOf(common::v1::Trigger trigger);
// "2013-11-12 09:00" in UTC.
std::string WhenOf(int64_t time_ms);
std::string Number(double value, int decimals = 2);

}  // namespace throughline
