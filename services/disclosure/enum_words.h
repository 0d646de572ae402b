// Values of enums in words, for everything that people read.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>

namespace throughline::disclosure {

// An enum value without its type's name, in lower case with spaces: TRIGGER_OFF_TRACK as "off
// track"; a number when the program does not know it.
std::string WordOf(const google::protobuf::EnumDescriptor& type, int value);
template <class Enum>
std::string WordOf(Enum value) {
  return WordOf(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}

}  // namespace throughline::disclosure
