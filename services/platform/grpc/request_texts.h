// Whether the texts of a request can be sent: protobuf takes UTF-8 alone, and says of anything else
// no more than that the call failed. Pure.
#pragma once

#include <google/protobuf/message.h>

#include "core/result.h"

namespace throughline::platform {

// TEXT_NOT_UTF8, which names the first string that is not, such as students[3].
core::Result<void> CheckTexts(const google::protobuf::Message& request);

}  // namespace throughline::platform
