// Which entry of a request a refusal is about, so that it can be set aside and the rest sent again.
// Pure.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

namespace throughline::importing {

struct EntryAtFault {
  std::string list;  // "assessments"
  int index = 0;
};

// Of a path such as `assessments[3].scale_max`; nullopt when it begins with no entry of a list.
std::optional<EntryAtFault> ParseEntryAtFault(std::string_view field);

// Takes the entry out, and leaves the others in their order; false when the request has no such.
bool TakeOut(const EntryAtFault& entry, google::protobuf::Message& request);

}  // namespace throughline::importing
