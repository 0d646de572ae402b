#include "throughline/request_ids.h"

#include "core/ids.h"

namespace throughline {

std::string RequestIdFor(std::string_view purpose, const google::protobuf::Message& request) {
  return core::DerivedId(
      {purpose, request.GetDescriptor()->full_name(), request.SerializeAsString()});
}

}  // namespace throughline
