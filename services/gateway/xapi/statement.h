// One statement of xAPI 1.0.x or 2.0: checked after the specification, and the result that it is.
//
// It is a result when an agent (never a group) did to an activity what one of the source's declared
// verbs says, and there is a raw or a scaled score. The score is raw, on the scale from min (else
// 0) to max; without a raw score, or without a max to tell its scale, it is scaled, on the scale
// from 0 to 1. Statements never change: the id is the source id and the version of it. One without
// a timestamp is of the day on which it comes first. A voiding statement takes the result back that
// the voided one was. The class is the first activity of the context's grouping, parent and
// category whose name begins as classes were declared to; the only grouping when nothing was
// declared.
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/intake/source_settings.h"

namespace throughline::gateway::xapi {

struct Statement {
  std::string id;  // in lower case
  bool id_given = false;
  std::optional<evidence::v1::Result> result;  // nullopt: it is none
};

// `occasion` tells what is pushed from whatever else is: a statement that says no id gets one made
// from it and what it says.
core::Result<Statement> ReadStatement(const Json& statement, const SourceSettings& settings,
                                      std::string_view occasion);

}  // namespace throughline::gateway::xapi
