// The four questions, asked of both services that own a part of the answer, as the gateway asks
// them.
#pragma once

#include "throughline/connection.h"

namespace throughline {

core::Result<cycles::v1::GetQuestionsResponse> AskQuestions(
    Connection& connection, const cycles::v1::GetQuestionsRequest& request);

}  // namespace throughline
