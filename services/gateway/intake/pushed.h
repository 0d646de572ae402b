// What an endpoint understood of what was pushed through it, and what became of it. Values.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway {

// The items of a push in their order, each as a result for the evidence service, or why it cannot
// be one. An item that is understood but useless (an unknown student, a score off its scale) is no
// error here: evidence sets it aside, where it can be released.
struct Pushed {
  std::string source;  // the source system; with a result's source_id its identity
  std::vector<core::Result<evidence::v1::Result>> items;
};

// What became of one item.
struct ItemOutcome {
  evidence::v1::ResultOutcome outcome = evidence::v1::RESULT_OUTCOME_UNSPECIFIED;
  core::Error problem = {};  // why it was rejected or quarantined; else empty

  // Nothing of it is kept: the endpoint could not understand it (unspecified), or evidence refused
  // it.
  bool rejected() const {
    return outcome == evidence::v1::RESULT_OUTCOME_UNSPECIFIED ||
           outcome == evidence::v1::RESULT_OUTCOME_REFUSED;
  }
};

// accepted, duplicate, corrected, quarantined, unscored or rejected.
std::string_view NameOf(const ItemOutcome& outcome);

}  // namespace throughline::gateway
