// The fields of a policy that a file of `throughline whatif` changes. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline {

struct PolicyChange {
  common::v1::Policy policy;                   // the fields that are set hold instead
  std::map<std::string, std::string> written;  // how the file spells each, by its proto name

  // What is wrong with a policy, in the names that the file has for its fields.
  core::Error AsWritten(core::Error error) const;
};

// Reads JSON as the API does: names of JSON or of the protos. JSON_INVALID, FIELD_UNKNOWN,
// FIELD_INVALID and so on say where; POLICY_EMPTY when no field is named. Whether the values make
// sense for a district AnswerWhatIf says.
core::Result<PolicyChange> ReadPolicyChange(std::string_view json);

}  // namespace throughline
