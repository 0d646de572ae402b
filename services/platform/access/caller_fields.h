// The fields of a request that say who makes it, which the caller does not get to choose: those
// with the option `throughline.common.v1.from_credential`. Pure functions.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "platform/access/rules.h"

namespace throughline::platform {

// In the request, as deep as single messages go.
std::vector<FieldPath> CallerFieldsOf(const google::protobuf::Descriptor& request);

// Says who calls in each of the fields; null: there are no credentials.
void SayWhoCalls(const std::vector<FieldPath>& fields, const Principal* caller,
                 google::protobuf::Message& request);

}  // namespace throughline::platform
