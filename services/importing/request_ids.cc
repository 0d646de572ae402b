#include "importing/request_ids.h"

#include <uuid/uuid.h>

#include <vector>

#include "core/ids.h"

namespace throughline::importing {

std::string RequestIdFor(std::initializer_list<std::string_view> circumstances,
                         const google::protobuf::Message& request) {
  std::vector<std::string> parts(circumstances.begin(), circumstances.end());
  parts.push_back(request.GetDescriptor()->full_name());
  parts.push_back(request.SerializeAsString());
  return core::DerivedId(parts);
}

std::string NewOccasion() {
  uuid_t bytes;
  uuid_generate_random(bytes);
  char text[37];
  uuid_unparse_lower(bytes, text);
  return text;
}

}  // namespace throughline::importing
