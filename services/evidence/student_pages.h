// Students in order of what people call them, page by page. A page's token says behind which
// student the next one begins, sealed: to whoever holds it it tells nothing, and after an erasure
// it is none.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "identities/vault.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// The page of `students` that the request asks for. PAGE_INVALID, PAGE_TOKEN_INVALID; the errors of
// the vault.
core::Result<v1::ListStudentsResponse> StudentPage(const v1::ListStudentsRequest& request,
                                                   std::vector<v1::Student> students,
                                                   identities::Vault& vault);

}  // namespace throughline::evidence
