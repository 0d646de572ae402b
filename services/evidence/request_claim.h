// The claim to a request id for a batch that goes to several schools. A school decides on its part
// alone; so that another batch under the id is refused whole, and not where it meets this one only,
// the id is claimed for the digest of the whole batch before any school gets its part: on the
// district's own key first, which of several such batches lets one through whatever schools they go
// to, and then at each school that this one goes to, where one that goes to a single school may
// have been before it. A batch that goes to one school is bound there, in the step that takes it
// in, and claims nothing. What is decided in steps that no single command says, as students are
// erased, claims its id on the district's key alone.
#pragma once

#include <google/protobuf/descriptor.h>

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/commands.h"

namespace throughline::evidence {

using ClaimCallback = std::function<void(core::Result<void>)>;

// The key of what a school gets of a batch; the empty school is none that is known.
runtime::RequestKey KeyAt(const std::string& school, const runtime::RequestKey& batch);

// `batch` is the key of the whole, with its digest; `kind` is what is asked. `done` is called once,
// after every claim has been answered: REQUEST_ID_REUSED when one of them was refused, or whatever
// else went wrong. What was claimed by then stays claimed, for the same batch sent again.
void ClaimRequestId(std::string district, std::vector<std::string> schools,
                    runtime::RequestKey batch, const google::protobuf::Descriptor& kind,
                    runtime::Commands& commands, ClaimCallback done);

}  // namespace throughline::evidence
